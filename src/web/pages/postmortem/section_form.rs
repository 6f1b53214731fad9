//! `POST /incidents/7/postmortem/sections/3`: saves a section; `…/sections/new` adds one. **Preview** and the buttons of
//! variables show the form again and save nothing.

use std::collections::HashMap;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::postmortem::EditSection;
use crate::error::Error;
use crate::store::SavedSection;
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, LongForm, new_key};
use crate::web::layout::{PageResult, page};
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::postmortem::section_preview::{self, SectionPreview};
use crate::web::pages::postmortem::{PageState, PostmortemPage, back_to_page, conflict};
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The name of a section that does not exist yet.
const NEW: &str = "new";

pub(super) fn add_routes(routes: Routes) -> Routes {
    let path = "/incidents/{id}/postmortem/sections/{number}";
    routes
        .get(Access::SignedIn, path, back_to_page)
        .post(Access::SignedIn, path, submit)
}

/// The values in the fields of a section's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entered {
    pub(super) heading: String,
    pub(super) body: String,
    /// The revision that the form displayed; 0 for a new section.
    pub(super) expected_revision: i64,
}

impl Entered {
    fn read(form: &Form) -> Self {
        Self {
            heading: form.value("heading").to_owned(),
            body: form.text("body").to_owned(),
            expected_revision: form
                .expected("revision")
                .map_or(0, |it| it.parse().unwrap_or(0)),
        }
    }
}

/// The form of a section.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/section_form.html", config = "src/web/askama.toml")]
pub(super) struct SectionForm {
    /// The section; `None` for a new one.
    pub(super) number: Option<i64>,
    /// The path of the page, and that of the form.
    page: String,
    path: String,
    entered: Entered,
    error: Option<String>,
    key: String,
    variables: Vec<(String, String)>,
    preview: SectionPreview,
    /// Another user who has saved the section since it was displayed.
    overtaken: Option<Overtaken>,
}

impl HtmlSafe for SectionForm {}

/// A newer revision than the displayed one.
#[derive(Clone, Debug)]
struct Overtaken {
    author: String,
    time: Time,
}

impl SectionForm {
    fn new(page: &PostmortemPage, number: Option<i64>, entered: Entered) -> Self {
        let section = number.and_then(|it| page.source.document.section(it));
        let newer = section.filter(|it| it.revision > entered.expected_revision);
        Self {
            number,
            page: page.path(),
            path: form_path(page, number),
            error: None,
            key: new_key(),
            variables: section_preview::variables(&page.source.settings),
            preview: SectionPreview::new(page, &entered.body),
            overtaken: newer.map(|it| Overtaken {
                author: page.name(&it.edited_by),
                time: page.signed_in.time(it.edited_at),
            }),
            entered,
        }
    }

    /// Returns the name of the section in addresses.
    pub(super) fn name(&self) -> String {
        section_name(self.number)
    }
}

fn section_name(number: Option<i64>) -> String {
    number.map_or_else(|| NEW.to_owned(), |it| it.to_string())
}

/// Returns the path that the form of a section is sent to; of a new one without a number.
pub(super) fn form_path(page: &PostmortemPage, number: Option<i64>) -> String {
    format!("{}/sections/{}", page.path(), section_name(number))
}

/// Returns the form of the section in the query of the page, if it can be edited. `displayed` is the revision that the
/// browser shows, if the form is open already.
pub(super) fn open(page: &PostmortemPage, name: &str, displayed: &str) -> Option<SectionForm> {
    if !page.is_editable() {
        return None;
    }
    if name == NEW {
        return Some(SectionForm::new(page, None, Entered::default()));
    }
    let number = name.parse().ok()?;
    let section = page.source.document.section(number)?;
    let displayed = displayed.parse().unwrap_or(section.revision);
    let entered = Entered {
        heading: section.heading.clone(),
        body: section.body.clone(),
        expected_revision: displayed.min(section.revision),
    };
    Some(SectionForm::new(page, Some(number), entered))
}

async fn submit(
    signed_in: SignedIn,
    path: IncidentPath,
    Path((_, name)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    LongForm(form): LongForm,
) -> PageResult {
    let number = match name.as_str() {
        NEW => None,
        number => Some(number.parse().map_err(|_| ErrorPage::unknown_path())?),
    };
    let loaded = PostmortemPage::load(signed_in, path.id).await?;
    if loaded.document().is_none() {
        return loaded
            .reject("There are no sections to edit.".to_owned())
            .await;
    }
    let mut entered = Entered::read(&form);
    if query.contains_key("preview") {
        return page(&SectionPreview::new(&loaded, &entered.body));
    }
    let inserted = form.value("insert");
    if !inserted.is_empty() {
        entered.body = section_preview::with_variable(&entered.body, inserted);
    }
    if !inserted.is_empty() || form.value("step") == "preview" {
        let form = SectionForm::new(&loaded, number, entered);
        return show(&loaded, form, StatusCode::OK).await;
    }
    save(loaded, number, entered, &form).await
}

async fn save(
    page: PostmortemPage,
    number: Option<i64>,
    entered: Entered,
    form: &Form,
) -> PageResult {
    let request = EditSection {
        number,
        expected_revision: entered.expected_revision,
        heading: entered.heading.clone(),
        body: entered.body.clone(),
    };
    let store = page.signed_in.store();
    let saving = store.save_section(page.target(form)?, request, page.signed_in.actor());
    match saving.await {
        Ok(SavedSection::Saved(incident)) => {
            let latest = incident.postmortem.map_or(0, |it| it.last_section);
            let number = number.unwrap_or(latest);
            let target = format!("{}?saved=section#section-{number}", page.path());
            Ok(Redirect::to(&target).into_response())
        }
        Ok(SavedSection::Conflict(_)) => {
            conflict::show(&page.reload().await?, number.unwrap_or(0), &entered).await
        }
        Err(Error::Rejected(reason)) => {
            let page = page.reload().await?;
            let mut form = SectionForm::new(&page, number, entered);
            form.error = Some(reason);
            show(&page, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(page: &PostmortemPage, form: SectionForm, status: StatusCode) -> PageResult {
    let state = PageState {
        status,
        section: Some(form),
        ..PageState::default()
    };
    page.render(state).await
}
