//! The page before there is a postmortem: generates one, or attaches one that exists elsewhere.

use askama::Template;
use axum::response::{IntoResponse, Redirect};

use crate::domain::link::http_url::with_scheme;
use crate::domain::postmortem::{AttachPostmortem, GeneratePostmortem, TimelineSelection};
use crate::domain::{ParseEnumError, UserId};
use crate::error::{Error, Result};
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::commander_choices::commander_choices;
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::incident_field::check_participant;
use crate::web::pages::postmortem::head::PostmortemHead;
use crate::web::pages::postmortem::{PageState, PostmortemPage, back_to_page, rejection};
use crate::web::parts::Choice;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    let (generate_path, attach_path) = (
        "/incidents/{id}/postmortem/generate",
        "/incidents/{id}/postmortem/attach",
    );
    routes
        .get(Access::SignedIn, generate_path, back_to_page)
        .post(Access::SignedIn, generate_path, generate)
        .get(Access::SignedIn, attach_path, back_to_page)
        .post(Access::SignedIn, attach_path, attach)
}

#[derive(Template)]
#[template(path = "postmortem_new.html", config = "src/web/askama.toml")]
struct NewTemplate {
    layout: Layout,
    head: PostmortemHead,
    path: String,
    /// Why the incident can't get a postmortem now.
    obstacle: Option<String>,
    templates: Vec<String>,
    selections: Vec<SelectionChoice>,
    owners: Vec<Choice>,
    entered: Entered,
    keys: [String; 2],
}

/// A selection of timeline entries.
struct SelectionChoice {
    value: &'static str,
    label: &'static str,
    /// The number of entries.
    count: usize,
    is_selected: bool,
}

/// The values in the fields of both forms.
struct Entered {
    template: String,
    owner: String,
    url: String,
    title: String,
}

/// Renders the page.
pub(super) async fn render(page: &PostmortemPage, state: PageState) -> PageResult {
    let (incident, settings) = (page.incident(), &page.source.settings);
    let users = page.signed_in.store().users().await?;
    let value = |name: &str| state.submitted.value(name).to_owned();
    let owner = match value("owner").as_str() {
        "" => incident.default_postmortem_owner(&page.signed_in.user.id),
        owner => UserId::from(owner),
    };
    let settings = settings.of_incident_type(incident.incident_type);
    let templates = settings.postmortem_templates.iter();
    page_with_status(
        state.status,
        &NewTemplate {
            layout: page.signed_in.layout(Section::Incidents),
            head: PostmortemHead::read(page, &state).await?,
            path: page.path(),
            obstacle: incident.postmortem_obstacle(&settings),
            templates: templates.map(|it| it.name.clone()).collect(),
            selections: selections(page, &value("timeline")),
            owners: commander_choices(users, Some(&owner)),
            entered: Entered {
                template: value("template"),
                owner: owner.to_string(),
                url: value("url"),
                title: value("title"),
            },
            keys: [new_key(), new_key()],
        },
    )
}

/// Returns the selections with the number of their entries.
fn selections(page: &PostmortemPage, entered: &str) -> Vec<SelectionChoice> {
    let entries = &page.source.entries;
    let selected = entered.parse().unwrap_or_default();
    let choice = |selection: TimelineSelection| SelectionChoice {
        value: selection.as_str(),
        label: selection.label(),
        count: match selection {
            TimelineSelection::AllEntries => entries.len(),
            TimelineSelection::Important => {
                let important = entries.iter().filter(|it| it.stored.is_important);
                important.count()
            }
        },
        is_selected: selection == selected,
    };
    TimelineSelection::ALL.map(choice).into()
}

async fn generate(signed_in: SignedIn, path: IncidentPath, form: Form) -> PageResult {
    let page = PostmortemPage::load(signed_in, path.id).await?;
    let generated = store_generated(&page, &form).await;
    finish(page, form, generated, "generated").await
}

async fn store_generated(page: &PostmortemPage, form: &Form) -> Result<()> {
    let named = |name: &str| Some(form.value(name).to_owned()).filter(|it| !it.is_empty());
    let timeline = match form.value("timeline") {
        "" => TimelineSelection::default(),
        text => text
            .parse()
            .map_err(|error: ParseEnumError| Error::Rejected(error.to_string()))?,
    };
    let request = GeneratePostmortem {
        template: named("template"),
        timeline,
        owner: named("owner").map(UserId),
    };
    let id = page.incident().id;
    let changed = page
        .signed_in
        .change(id, form, move |incident, actor, context| {
            if let Some(owner) = request.owner.as_ref()
                && !incident.is_commander(owner)
            {
                check_participant(owner, context)?;
            }
            Ok(incident.generate_postmortem(request, actor, context)?)
        });
    changed.await.map(drop)
}

async fn attach(signed_in: SignedIn, path: IncidentPath, form: Form) -> PageResult {
    let page = PostmortemPage::load(signed_in, path.id).await?;
    let request = AttachPostmortem {
        title: form.value("title").to_owned(),
        url: with_scheme(form.value("url")),
    };
    let changed = page
        .signed_in
        .change(path.id, &form, move |incident, actor, context| {
            Ok(incident.attach_postmortem(request, actor, context)?)
        });
    let attached = changed.await.map(drop);
    finish(page, form, attached, "attached").await
}

/// Leads to the page, or shows it with the form and why it was rejected.
async fn finish(
    page: PostmortemPage,
    form: Form,
    outcome: Result<()>,
    saved: &'static str,
) -> PageResult {
    match rejection(outcome)? {
        Ok(()) => {
            let target = format!("{}?saved={saved}", page.path());
            Ok(Redirect::to(&target).into_response())
        }
        Err(reason) => {
            let state = PageState {
                status: axum::http::StatusCode::UNPROCESSABLE_ENTITY,
                error: Some(reason),
                submitted: form,
                ..PageState::default()
            };
            page.reload().await?.render(state).await
        }
    }
}
