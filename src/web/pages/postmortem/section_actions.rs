//! `POST /incidents/7/postmortem/sections/3/move-up`: the buttons of a section.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};

use crate::domain::IncidentId;
use crate::domain::postmortem::{MakeText, RestoreSection, Section, SectionMove};
use crate::error::{Error, Result};
use crate::store::SavedSection;
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::postmortem::saved::REMOVED;
use crate::web::pages::postmortem::{PostmortemPage, back_to_page, conflict, postmortem_path};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The field with the revision that the page shows.
pub(super) const EXPECTED: &str = "revision";

pub(super) fn add_routes(routes: Routes) -> Routes {
    let path = "/incidents/{id}/postmortem/sections/{number}/{action}";
    routes
        .get(Access::SignedIn, path, back_to_page)
        .post(Access::SignedIn, path, submit)
}

/// A button of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionAction {
    /// Moves it by one position.
    MoveUp,
    /// Moves it by one position.
    MoveDown,
    /// Replaces its variables by their values.
    MakeText,
    /// Removes it.
    Remove,
    /// Restores the text of an earlier revision, also of a removed section.
    Restore,
}

impl SectionAction {
    const ALL: [Self; 5] = [
        Self::MoveUp,
        Self::MoveDown,
        Self::MakeText,
        Self::Remove,
        Self::Restore,
    ];

    /// Returns the name in the path.
    fn name(self) -> &'static str {
        match self {
            Self::MoveUp => "move-up",
            Self::MoveDown => "move-down",
            Self::MakeText => "make-text",
            Self::Remove => "remove",
            Self::Restore => "restore",
        }
    }

    /// Returns the label.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::MoveUp => "Move up",
            Self::MoveDown => "Move down",
            Self::MakeText => "Make it text",
            Self::Remove => "Remove",
            Self::Restore => "Restore",
        }
    }

    /// Returns the fragment of the address after it; empty if the section is gone.
    fn anchor(self, number: i64) -> String {
        match self {
            Self::Remove => String::new(),
            Self::MoveUp | Self::MoveDown | Self::MakeText | Self::Restore => {
                format!("#section-{number}")
            }
        }
    }

    /// Returns the name of its confirmation.
    fn done(self) -> &'static str {
        match self {
            Self::MoveUp | Self::MoveDown => "moved",
            Self::MakeText => "text",
            Self::Remove => REMOVED,
            Self::Restore => "restored",
        }
    }
}

/// Returns the path that a button of a section is submitted to.
pub(super) fn action_path(id: IncidentId, number: i64, action: SectionAction) -> String {
    format!(
        "{}/sections/{number}/{}",
        postmortem_path(id),
        action.name()
    )
}

async fn submit(
    signed_in: SignedIn,
    path: IncidentPath,
    Path((_, number, name)): Path<(String, String, String)>,
    form: Form,
) -> PageResult {
    let mut actions = SectionAction::ALL.into_iter();
    let action = actions.find(|it| it.name() == name);
    let (Some(action), Ok(number)) = (action, number.parse()) else {
        return Err(ErrorPage::unknown_path());
    };
    let page = PostmortemPage::load(signed_in, path.id).await?;
    let click = Click {
        page: &page,
        number,
        form: &form,
    };
    match click.apply(action).await {
        Ok(()) => {
            let target = format!(
                "{}?saved={}&object={number}{}",
                page.path(),
                action.done(),
                action.anchor(number)
            );
            Ok(Redirect::to(&target).into_response())
        }
        Err(Error::Rejected(reason)) => page.reject(reason).await,
        Err(Error::Conflict) => {
            let page = page.reload().await?;
            let reason = conflict::reason(&page, number);
            page.reject_conflict(reason).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A click on a button of a section.
struct Click<'a> {
    page: &'a PostmortemPage,
    number: i64,
    form: &'a Form,
}

impl Click<'_> {
    async fn apply(&self, action: SectionAction) -> Result<()> {
        match action {
            SectionAction::MoveUp => self.move_section(SectionMove::Up).await,
            SectionAction::MoveDown => self.move_section(SectionMove::Down).await,
            SectionAction::MakeText => self.make_text().await,
            SectionAction::Remove => self.remove().await,
            SectionAction::Restore => self.restore().await,
        }
    }

    /// Returns the revision that the page shows.
    fn expected(&self) -> i64 {
        let expected = self.form.expected(EXPECTED);
        expected.map_or(0, |it| it.parse().unwrap_or(0))
    }

    async fn move_section(&self, direction: SectionMove) -> Result<()> {
        let (number, actor) = (self.number, self.page.signed_in.actor());
        let target = self.page.target(self.form)?;
        let store = self.page.signed_in.store();
        let changed = store.change_sections(target, move |incident, document, _| {
            Ok(incident.move_section(document, number, direction, &actor)?)
        });
        changed.await.map(drop)
    }

    /// Removes the section, unless another user has saved it since the page was displayed.
    async fn remove(&self) -> Result<()> {
        let (number, expected) = (self.number, self.expected());
        let actor = self.page.signed_in.actor();
        let target = self.page.target(self.form)?;
        let store = self.page.signed_in.store();
        let changed = store.change_sections(target, move |incident, document, _| {
            let is_newer = |section: &Section| section.revision > expected;
            if document.section(number).is_some_and(is_newer) {
                return Err(Error::Conflict);
            }
            Ok(incident.remove_section(document, number, &actor)?)
        });
        changed.await.map(drop)
    }

    async fn make_text(&self) -> Result<()> {
        let request = MakeText {
            number: self.number,
            expected_revision: self.expected(),
        };
        let (target, actor) = (self.page.target(self.form)?, self.page.signed_in.actor());
        let page_url = Some(self.page.reader().page_url);
        let store = self.page.signed_in.store();
        let made = store.make_section_text(target, request, actor, page_url);
        saved(made.await?)
    }

    async fn restore(&self) -> Result<()> {
        let revision = self.form.value("number").parse();
        let request = RestoreSection {
            section: self.number,
            revision: revision.map_err(|_| Error::NotFound("revision"))?,
            expected_revision: self.expected(),
        };
        let target = self.page.target(self.form)?;
        let store = self.page.signed_in.store();
        let actor = self.page.signed_in.actor();
        let restored = store.restore_section(target, request, actor);
        saved(restored.await?)
    }
}

fn saved(outcome: SavedSection) -> Result<()> {
    match outcome {
        SavedSection::Saved(_) => Ok(()),
        SavedSection::Conflict(_) => Err(Error::Conflict),
    }
}
