//! The exports of the postmortem: their states on the page, and `POST /incidents/7/postmortem/exports/confluence`.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::Visibility;
use crate::domain::postmortem::{ExportState, ExportTarget, PostmortemExport, RequestExport};
use crate::error::Error;
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::actions::{Action, Buttons, StatusAction};
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::postmortem::head::PostmortemHead;
use crate::web::pages::postmortem::{PostmortemPage, back_to_page};
use crate::web::parts::{ActionButton, Time, is_web_address};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The value of a confirmed form.
const CONFIRMED: &str = "yes";

/// The variables of a tool that is not configured.
const NO_CONFLUENCE: &str =
    "Not configured. It needs CONFLUENCE_URL, CONFLUENCE_TOKEN and CONFLUENCE_SPACE.";
const NO_DATADOG: &str = "Not configured. It needs DATADOG_API_KEY and DATADOG_APP_KEY.";

pub(super) fn add_routes(routes: Routes) -> Routes {
    let path = "/incidents/{id}/postmortem/exports/{name}";
    routes
        .get(Access::SignedIn, path, back_to_page)
        .post(Access::SignedIn, path, submit)
}

/// A tool, with the state of the export to it.
pub(super) struct ExportRow {
    pub(super) label: &'static str,
    /// The state in words: `waiting`, `failed`; empty before the first export.
    pub(super) state: &'static str,
    pub(super) is_failed: bool,
    /// Who requested it, and when it changed.
    pub(super) since: Option<(String, Time)>,
    /// Why it failed or can't be exported, or a remark; may be empty.
    pub(super) detail: String,
    /// The page in the tool, and its version.
    pub(super) link: Option<(String, i64)>,
    /// **Export**, **Export again** or **Try again**.
    pub(super) button: Option<ActionButton>,
}

/// Returns the rows of all tools.
pub(super) fn read(page: &PostmortemPage) -> Vec<ExportRow> {
    let exports = &page.source.document.exports;
    let row = |target: ExportTarget| {
        let export = exports.iter().find(|it| it.target == target);
        row(page, target, export)
    };
    ExportTarget::ALL.map(row).into()
}

fn row(
    page: &PostmortemPage,
    target: ExportTarget,
    export: Option<&PostmortemExport>,
) -> ExportRow {
    let rejection = rejection(page, target);
    let receipt = export.and_then(|it| it.receipt.as_ref());
    let receipt = receipt.filter(|it| is_web_address(&it.url));
    let state = export.map(|it| it.state);
    let detail = export.map_or_else(String::new, |it| it.detail.clone());
    ExportRow {
        label: target.label(),
        state: match state {
            Some(ExportState::Waiting) => "waiting",
            Some(ExportState::Done) => "exported",
            Some(ExportState::Failed) => "failed",
            None => "",
        },
        is_failed: state == Some(ExportState::Failed),
        since: export.map(|it| {
            let time = page.signed_in.time(it.changed_at);
            (page.name(&it.requested_by), time)
        }),
        link: receipt.map(|it| (it.url.clone(), it.version)),
        button: match rejection {
            Some(_) => None,
            None => button(page, target, export),
        },
        detail: rejection.unwrap_or(detail),
    }
}

/// Returns why the postmortem can't be exported to a tool, in sentences.
fn rejection(page: &PostmortemPage, target: ExportTarget) -> Option<String> {
    let request = RequestExport {
        target,
        is_confirmed: true,
    };
    let actor = page.signed_in.actor();
    if let Err(rejection) = page.incident().export_postmortem(request, &actor) {
        return Some(rejection.0);
    }
    let app = &page.signed_in.app;
    let missing = match target {
        ExportTarget::Canvas => None,
        ExportTarget::Confluence => app.confluence.is_none().then_some(NO_CONFLUENCE),
        ExportTarget::Notebook => app.notebooks.is_none().then_some(NO_DATADOG),
    };
    missing.map(str::to_owned)
}

fn button(
    page: &PostmortemPage,
    target: ExportTarget,
    export: Option<&PostmortemExport>,
) -> Option<ActionButton> {
    let buttons = Buttons {
        incident: page.incident(),
        back: page.path(),
    };
    let failed = export.and_then(|it| it.delivery_id);
    if let Some(delivery) = failed {
        let retry = Action::Status(StatusAction::RetryDelivery);
        return Some(buttons.button(retry, delivery, "Try again", target.label()));
    }
    let label = match export.map(|it| it.state) {
        Some(ExportState::Waiting) => return None,
        Some(ExportState::Done | ExportState::Failed) => "Export again",
        None => "Export",
    };
    let path = format!("{}/exports/{}", page.path(), target.as_str());
    Some(ActionButton {
        full_label: format!("{label}: {}", target.label()),
        ..buttons.button_to(path, 0, label)
    })
}

async fn submit(
    signed_in: SignedIn,
    path: IncidentPath,
    Path((_, name)): Path<(String, String)>,
    form: Form,
) -> PageResult {
    let target = name.parse::<ExportTarget>();
    let target = target.map_err(|_| ErrorPage::unknown_path())?;
    let page = PostmortemPage::load(signed_in, path.id).await?;
    let request = RequestExport {
        target,
        is_confirmed: form.value("confirmed") == CONFIRMED,
    };
    if let Some(rejection) = rejection(&page, target) {
        return page.reject(rejection).await;
    }
    let is_private = page.incident().visibility == Visibility::Private;
    if is_private && !request.is_confirmed {
        let decision = page
            .incident()
            .export_postmortem(request, &page.signed_in.actor());
        if let Err(question) = decision {
            return confirm(&page, target, question.0).await;
        }
    }
    let changed = page
        .signed_in
        .change(path.id, &form, move |incident, actor, _| {
            Ok(incident.export_postmortem(request, actor)?)
        });
    match changed.await {
        Ok(_) => {
            let target = format!("{}?saved=export#exports", page.path());
            Ok(Redirect::to(&target).into_response())
        }
        Err(Error::Rejected(reason)) => page.reject(reason).await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "postmortem_confirm.html", config = "src/web/askama.toml")]
struct ConfirmTemplate {
    layout: Layout,
    head: PostmortemHead,
    question: String,
    path: String,
    back: String,
    label: &'static str,
    key: String,
}

/// Asks before a private incident's postmortem is exported to where more people read it.
async fn confirm(page: &PostmortemPage, target: ExportTarget, question: String) -> PageResult {
    let title = format!("Export it to {}?", target.label());
    page_with_status(
        StatusCode::CONFLICT,
        &ConfirmTemplate {
            layout: page.signed_in.layout(Section::Incidents),
            head: PostmortemHead::titled(page, title).await?,
            question,
            path: format!("{}/exports/{}", page.path(), target.as_str()),
            back: page.path(),
            label: target.label(),
            key: new_key(),
        },
    )
}
