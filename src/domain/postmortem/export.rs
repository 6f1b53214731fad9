//! Exports of a postmortem to other tools. An export is a delivery; exporting again updates the same page.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::delivery::ExportPostmortem;
use crate::postmortem::PostmortemChange;
use crate::string_enum::{normalize, parse_enum};
use crate::{
    Actor, Change, Decision, Incident, ParseEnumError, Rejection, Timestamp, UserId, Visibility,
};

/// A tool that a postmortem is exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportTarget {
    /// A canvas in the incident's channel.
    Canvas,
    /// A page in Confluence.
    Confluence,
    /// A Datadog notebook.
    Notebook,
}

/// The page that an export created or updated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportReceipt {
    /// The ID of the page in the tool.
    pub id: String,
    /// The URL of the page.
    pub url: String,
    /// The version of the page, from 1.
    pub version: i64,
}

/// The state of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// It is queued.
    Waiting,
    /// The tool has the page.
    Done,
    /// It failed.
    Failed,
}

/// The latest export of a postmortem to a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemExport {
    /// The tool.
    pub target: ExportTarget,
    /// The state.
    pub state: ExportState,
    /// The page, if it was ever exported.
    pub receipt: Option<ExportReceipt>,
    /// Why it failed and how to fix it, or a remark; may be empty.
    pub detail: String,
    /// The ID of the failed delivery, by which it can be retried; `None` unless it failed.
    pub delivery_id: Option<i64>,
    /// When the state last changed.
    pub changed_at: Timestamp,
    /// The user who requested it.
    pub requested_by: UserId,
}

impl ExportTarget {
    /// All targets, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Canvas, Self::Confluence, Self::Notebook];

    /// Returns the value that the store and forms use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Canvas => "canvas",
            Self::Confluence => "confluence",
            Self::Notebook => "notebook",
        }
    }

    /// Returns the label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Canvas => "Slack canvas",
            Self::Confluence => "Confluence",
            Self::Notebook => "Datadog notebook",
        }
    }
}

impl FromStr for ExportTarget {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("export target", text, &Self::ALL, Self::as_str, |it| {
            normalize(it.as_str()) == normalized
        })
    }
}

impl ExportState {
    /// Both ends and the wait before them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Done, Self::Failed];

    /// Returns the value that the store uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for ExportState {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_enum("export state", text, &Self::ALL, Self::as_str, |it| {
            it.as_str() == text
        })
    }
}

/// A request to export a postmortem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestExport {
    /// The tool.
    pub target: ExportTarget,
    /// Whether the user has confirmed that people who can't see a private incident can read the export.
    pub is_confirmed: bool,
}

impl Incident {
    /// Exports the postmortem. A page that was exported before is updated.
    pub fn export_postmortem(&self, request: RequestExport, actor: &Actor) -> Decision {
        let target = request.target;
        if self.require_postmortem()?.attached_url.is_some() {
            return Err(Rejection(
                "This postmortem is a link to a document elsewhere, so there's nothing to export."
                    .to_owned(),
            ));
        }
        if let Some(problem) = self.export_privacy_problem(request) {
            return Err(Rejection(problem));
        }
        let mut change = Change::new(self.clone(), actor.at);
        change.incident.touch_responder(actor);
        let user = actor.require_user()?.clone();
        let requested = PostmortemChange::ExportRequested { target, user };
        change.postmortem.push(requested);
        change.enqueue(ExportPostmortem {
            target,
            is_confirmed: request.is_confirmed,
            titles: Vec::new(),
        });
        Ok(change)
    }

    /// Returns why a private incident's postmortem is not exported, as sentences. A canvas is as private as its
    /// channel. Also checked when the export is sent: the incident may have become private in the meantime.
    pub fn export_privacy_problem(&self, request: RequestExport) -> Option<String> {
        match (self.visibility, request.target) {
            (Visibility::Public, _) | (Visibility::Private, ExportTarget::Canvas) => None,
            (Visibility::Private, ExportTarget::Confluence) if request.is_confirmed => None,
            (Visibility::Private, ExportTarget::Confluence) => Some(format!(
                "{} is private, and everyone who can read the Confluence space could read its postmortem. \
                 Confirm that you want to export it.",
                self.id
            )),
            (Visibility::Private, ExportTarget::Notebook) => Some(format!(
                "{} is private, and everyone who can read notebooks in Datadog could read its postmortem. \
                 Nothing was exported.",
                self.id
            )),
        }
    }
}
