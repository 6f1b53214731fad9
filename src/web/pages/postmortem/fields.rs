//! `POST /incidents/7/postmortem/fields/title`: changes the title, the owner, the status or the timeline of the
//! postmortem. A value that another user changed since the form was displayed is not overwritten.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::postmortem::{
    EditPostmortem, Postmortem, PostmortemSource, PostmortemStatus, TimelineSelection,
};
use crate::domain::{Actor, Change, DecisionContext, Incident, ParseEnumError, UserId};
use crate::error::{Error, Result};
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::PageResult;
use crate::web::pages::commander_choices::commander_choices;
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::incident_field::check_participant;
use crate::web::pages::postmortem::{PageState, PostmortemPage, Reader, back_to_page};
use crate::web::parts::{Choice, Control, EditForm};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    let path = "/incidents/{id}/postmortem/fields/{name}";
    routes
        .get(Access::SignedIn, path, back_to_page)
        .post(Access::SignedIn, path, submit)
}

/// A field of the postmortem that has a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Title,
    Owner,
    Status,
    Timeline,
}

impl Field {
    const ALL: [Self; 4] = [Self::Title, Self::Owner, Self::Status, Self::Timeline];

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Returns the name in the address and in the form.
    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Owner => "owner",
            Self::Status => "status",
            Self::Timeline => "timeline",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Owner => "Owner",
            Self::Status => "Status",
            Self::Timeline => "Timeline",
        }
    }

    /// Returns the value as the form submits it.
    fn value(self, postmortem: &Postmortem) -> String {
        match self {
            Self::Title => postmortem.title.clone(),
            Self::Owner => postmortem.owner.to_string(),
            Self::Status => postmortem.status.as_str().to_owned(),
            Self::Timeline => postmortem.timeline.as_str().to_owned(),
        }
    }

    /// Returns the value for reading.
    fn readable(self, page: &PostmortemPage, postmortem: &Postmortem) -> String {
        match self {
            Self::Title => postmortem.title.clone(),
            Self::Owner => page.name(&postmortem.owner),
            Self::Status => postmortem.status.label().to_owned(),
            Self::Timeline => postmortem.timeline.label().to_owned(),
        }
    }

    /// Returns the request that sets the field.
    fn request(self, value: &str) -> Result<EditPostmortem> {
        let invalid = |error: ParseEnumError| Error::Rejected(error.to_string());
        let mut request = EditPostmortem::default();
        match self {
            Self::Title => request.title = Some(value.replace('\n', " ")),
            Self::Owner => request.owner = Some(UserId::from(value)),
            Self::Status => {
                let status: PostmortemStatus = value.parse().map_err(invalid)?;
                request.status = Some(status);
            }
            Self::Timeline => {
                let timeline: TimelineSelection = value.parse().map_err(invalid)?;
                request.timeline = Some(timeline);
            }
        }
        Ok(request)
    }

    async fn form(self, page: &PostmortemPage, postmortem: &Postmortem) -> Result<EditForm> {
        let choice = |value: &str, label: &str| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        let control = match self {
            Self::Title => Control::SingleLine,
            Self::Owner => {
                let users = page.signed_in.store().users().await?;
                Control::Select(commander_choices(users, Some(&postmortem.owner)))
            }
            Self::Status => {
                let choices = PostmortemStatus::ALL.map(|it| choice(it.as_str(), it.label()));
                Control::Select(choices.into())
            }
            Self::Timeline => {
                let choices = TimelineSelection::ALL.map(|it| choice(it.as_str(), it.label()));
                Control::Select(choices.into())
            }
        };
        let value = self.value(postmortem);
        Ok(EditForm {
            page: page.path(),
            name: self.name(),
            label: self.label(),
            control,
            expected: value.clone(),
            value,
            error: None,
            key: new_key(),
        })
    }
}

/// Returns the form of the field with this name, if there is one.
pub(super) async fn open_form(page: &PostmortemPage, name: &str) -> Result<Option<EditForm>> {
    let postmortem = page.incident().postmortem.as_ref();
    match (Field::from_name(name), postmortem) {
        (Some(field), Some(postmortem)) => Ok(Some(field.form(page, postmortem).await?)),
        (_, _) => Ok(None),
    }
}

async fn submit(
    signed_in: SignedIn,
    path: IncidentPath,
    Path((_, name)): Path<(String, String)>,
    form: Form,
) -> PageResult {
    let field = Field::from_name(&name).ok_or_else(ErrorPage::unknown_path)?;
    let page = PostmortemPage::load(signed_in, path.id).await?;
    match store(&page, field, &form).await {
        Ok(()) => {
            let target = format!("{}?saved={name}", page.path());
            Ok(Redirect::to(&target).into_response())
        }
        Err(Error::Rejected(reason)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show_again(page.reload().await?, field, &form, (status, reason)).await
        }
        Err(Error::Conflict) => {
            let page = page.reload().await?;
            let reason = conflict_text(&page, field);
            show_again(page, field, &form, (StatusCode::CONFLICT, reason)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn store(page: &PostmortemPage, field: Field, form: &Form) -> Result<()> {
    let value = form.value(field.name()).to_owned();
    let edit = Edit {
        request: field.request(&value)?,
        expected: form.expected(field.name()).map(str::to_owned),
        reader: page.reader().in_utc(),
        actor: page.signed_in.actor(),
        field,
        value,
    };
    let store = page.signed_in.store();
    let changed = store.change_postmortem(page.target(form)?, move |incident, source, context| {
        edit.decide(incident, source, context)
    });
    changed.await.map(drop)
}

/// A change of a field.
struct Edit {
    field: Field,
    value: String,
    /// The value that the form displayed.
    expected: Option<String>,
    request: EditPostmortem,
    /// All who read the completed document.
    reader: Reader,
    actor: Actor,
}

impl Edit {
    fn decide(
        self,
        incident: &Incident,
        source: &PostmortemSource,
        context: &DecisionContext<'_>,
    ) -> Result<Change> {
        if let Some(postmortem) = &incident.postmortem {
            let current = self.field.value(postmortem);
            let is_displayed = self.expected.is_none_or(|it| it == current);
            if !is_displayed && current != self.value {
                return Err(Error::Conflict);
            }
            if let Some(owner) = &self.request.owner
                && *owner != postmortem.owner
            {
                check_participant(owner, context)?;
            }
        }
        let frozen = source.frozen_sections(&self.reader.view());
        Ok(incident.edit_postmortem(self.request, frozen, &self.actor)?)
    }
}

fn conflict_text(page: &PostmortemPage, field: Field) -> String {
    let postmortem = page.incident().postmortem.as_ref();
    let current = postmortem.map_or_else(String::new, |it| field.readable(page, it));
    format!(
        "{} was changed after you opened the page. Now: {current}. Nothing of yours is saved yet. Save again to use \
         yours.",
        field.label()
    )
}

/// Shows the page with the form and what was entered. The form of the status is always on the page.
async fn show_again(
    page: PostmortemPage,
    field: Field,
    form: &Form,
    (status, reason): (StatusCode, String),
) -> PageResult {
    let mut state = PageState {
        status,
        ..PageState::default()
    };
    let edit = open_form(&page, field.name()).await?;
    match edit {
        Some(edit) => state.editing = Some(edit.rejected(form.value(field.name()), reason)),
        None => state.error = Some(reason),
    }
    page.render(state).await
}
