//! The request to import an incident.

use crate::incident::title::is_blank;
use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};
use crate::{
    AddImpact, AddLink, DetectionMethod, FieldValues, IncidentKind, Rejection, Severity, Signal,
    Status, TaskKind, Timestamp, UserId, Visibility,
};

/// The longest title of an imported incident, in characters: Datadog's limit. A note has the end of a longer one than
/// Muster's own limit.
pub const LONGEST_IMPORTED_TITLE: usize = 1_024;

/// How an incident was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportSource {
    /// By a program, through the API.
    Api,
    /// By the operator, from Datadog.
    Datadog,
}

impl ImportSource {
    /// All sources.
    pub const ALL: [Self; 2] = [Self::Api, Self::Datadog];

    /// Returns the name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Datadog => "datadog",
        }
    }

    /// Returns the end of the sentence “It was imported …”.
    pub fn label(self) -> &'static str {
        match self {
            Self::Api => "through the API",
            Self::Datadog => "from Datadog",
        }
    }
}

impl_string_enum!(ImportSource);

impl std::str::FromStr for ImportSource {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("import source", text, &Self::ALL, Self::as_str, |it| {
            it.as_str() == normalized
        })
    }
}

/// A request to import an incident with its own times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportIncident {
    /// How it is imported.
    pub source: ImportSource,
    /// The title.
    pub title: String,
    /// The description of what happened; may be empty.
    pub summary: String,
    /// Why it happened; may be empty.
    pub root_cause: String,
    /// The severity.
    pub severity: Severity,
    /// The status.
    pub status: Status,
    /// How it was detected.
    pub detection_method: DetectionMethod,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When it was detected; `None` if that was at the declaration.
    pub detected_at: Option<Timestamp>,
    /// When it was resolved; `None` while it is open, or if the time is unknown.
    pub resolved_at: Option<Timestamp>,
    /// The user who declared it; `None` if no known user did.
    pub declared_by: Option<UserId>,
    /// The incident commander; `None` if there is none.
    pub commander: Option<UserId>,
    /// Its other responders.
    pub responders: Vec<UserId>,
    /// The visibility.
    pub visibility: Visibility,
    /// The number of the incident type.
    pub incident_type: i64,
    /// The idempotency key of the program; `None` if it sent none.
    pub creation_key: Option<String>,
    /// Whether it is real or a test.
    pub kind: IncidentKind,
    /// The values of the fields that the team defines. Values that are not listed are accepted.
    pub fields: FieldValues,
    /// The links to what led to the declaration.
    pub signals: Vec<Signal>,
    /// The impacts. One of an open incident may be ongoing.
    pub impacts: Vec<AddImpact>,
    /// The tasks and follow-ups.
    pub tasks: Vec<ImportTask>,
    /// The documents.
    pub documents: Vec<ImportDocument>,
    /// The notes for the timeline.
    pub notes: Vec<ImportNote>,
}

/// A task of an imported incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportTask {
    /// Its kind.
    pub kind: TaskKind,
    /// The description.
    pub description: String,
    /// The assignees.
    pub assignees: Vec<UserId>,
    /// When it is due; `None` if it has no due date. It may be in the past.
    pub due_at: Option<Timestamp>,
    /// When it was finished; `None` while it is open.
    pub done_at: Option<Timestamp>,
    /// When it was added.
    pub added_at: Timestamp,
}

/// A document of an imported incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportDocument {
    /// The link.
    pub link: AddLink,
    /// When it was added.
    pub added_at: Timestamp,
}

/// A note on the timeline of an imported incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportNote {
    /// The text.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// The author; `None` if no known user wrote it.
    pub author: Option<UserId>,
}

impl ImportIncident {
    /// Creates a request for an active incident with nothing but a title.
    pub fn new(source: ImportSource, title: &str, declared_at: Timestamp) -> Self {
        Self {
            source,
            title: title.to_owned(),
            summary: String::new(),
            root_cause: String::new(),
            severity: Severity::Unknown,
            status: Status::Active,
            detection_method: DetectionMethod::Unknown,
            declared_at,
            detected_at: None,
            resolved_at: None,
            declared_by: None,
            commander: None,
            responders: Vec::new(),
            visibility: Visibility::Public,
            incident_type: crate::DEFAULT_INCIDENT_TYPE,
            creation_key: None,
            kind: IncidentKind::Real,
            fields: FieldValues::new(),
            signals: Vec::new(),
            impacts: Vec::new(),
            tasks: Vec::new(),
            documents: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Returns why the incident cannot be imported.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), Rejection> {
        if is_blank(&self.title) {
            return Err(Rejection("An incident needs a title.".to_owned()));
        }
        let length = self.title.chars().count();
        if length > LONGEST_IMPORTED_TITLE {
            return Err(Rejection(format!(
                "This title is {length} characters long; {LONGEST_IMPORTED_TITLE} is the most."
            )));
        }
        let times = [Some(self.declared_at), self.detected_at, self.resolved_at];
        if times.iter().flatten().any(|at| *at > now) {
            let text =
                "An imported incident can't be declared, detected or resolved in the future.";
            return Err(Rejection(text.to_owned()));
        }
        match self.resolved_at {
            Some(_) if self.status.is_open() => Err(Rejection(format!(
                "The incident is {}, so it can't have a time of its resolution.",
                self.status.label()
            ))),
            Some(at) if at < self.declared_at => Err(Rejection(
                "An incident can't be resolved before it was declared.".to_owned(),
            )),
            Some(_) | None => self.check_impacts(),
        }
    }

    fn check_impacts(&self) -> Result<(), Rejection> {
        for impact in &self.impacts {
            crate::impact::check_period(impact.started_at, impact.ended_at)?;
        }
        let ongoing = self.impacts.iter().filter(|it| it.ended_at.is_none());
        let most = if self.status.is_open() { 1 } else { 0 };
        match ongoing.count() > most {
            true => Err(Rejection(
                "Only one impact of an open incident can be ongoing.".to_owned(),
            )),
            false => Ok(()),
        }
    }
}
