//! Converts an incident of Datadog. The values without a counterpart become a note on the timeline.

use crate::cli::import::source_users::{Directory, SourceUser, SourceUsers};
use crate::cli::import::wire::{Resource, text};
use crate::cli::import::{fields, impacts, links, tasks};
use crate::domain::{
    DetectionMethod, ImportIncident, ImportNote, ImportSource, IncidentKind,
    LONGEST_IMPORTED_TITLE, Settings, Severity, Signal, Status, Timestamp, UserId, Visibility,
    is_blank,
};
use crate::error::Result;

/// An incident of Datadog with its parts.
#[derive(Debug, Default)]
pub(super) struct SourceIncident {
    pub(super) incident: Resource,
    pub(super) impacts: Vec<Resource>,
    pub(super) todos: Vec<Resource>,
    pub(super) attachments: Vec<Resource>,
    pub(super) integrations: Vec<Resource>,
    pub(super) responders: Vec<Resource>,
    /// The address of its page.
    pub(super) url: String,
}

/// The inputs of a conversion.
#[derive(Clone, Copy)]
pub(super) struct Conversion<'a> {
    pub(super) source: &'a SourceIncident,
    pub(super) settings: &'a Settings,
    pub(super) source_users: &'a SourceUsers,
    pub(super) now: Timestamp,
}

/// The paragraphs of the note.
#[derive(Debug, Default)]
pub(super) struct Remarks(Vec<String>);

impl Remarks {
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.0.push(format!("{name}: {value}"));
    }
}

impl SourceIncident {
    /// Returns its name in Datadog.
    pub(super) fn name(&self) -> String {
        match self.incident.attribute("public_id").as_i64() {
            Some(number) => format!("IR-{number}"),
            None => self.incident.id.clone(),
        }
    }

    fn field_text(&self, name: &str) -> Option<&str> {
        text(&self.incident.attribute("fields")[name]["value"])
    }
}

/// Returns a time; `None` if it is missing or not valid.
pub(super) fn time(resource: &Resource, name: &str) -> Option<Timestamp> {
    resource.text(name)?.parse().ok()
}

impl Conversion<'_> {
    /// Returns the request to import the incident. Unknown users are added.
    pub(super) fn request(&self, directory: &mut Directory<'_>) -> Result<ImportIncident> {
        let incident = &self.source.incident;
        let mut remarks = Remarks::default();
        let declared_at = self.declared_at();
        let (status, severity) = (self.status(&mut remarks), self.severity(&mut remarks));
        let resolved_at = self.resolved_at(status, declared_at, &mut remarks);
        let field_text = |name: &str| self.source.field_text(name).unwrap_or_default().to_owned();
        let is_private = incident.text("visibility") == Some("private");
        let mut request = ImportIncident {
            summary: field_text("summary"),
            root_cause: field_text("root_cause"),
            severity,
            status,
            detection_method: self.detection_method(),
            detected_at: time(incident, "detected").map(|at| at.min(self.now)),
            resolved_at,
            visibility: match is_private {
                true => Visibility::Private,
                false => Visibility::Public,
            },
            kind: match incident.flag("is_test") {
                true => IncidentKind::Test,
                false => IncidentKind::Real,
            },
            fields: fields::values(self, &mut remarks),
            signals: vec![Signal {
                name: format!("{} in Datadog", self.source.name()),
                url: self.source.url.clone(),
            }],
            documents: links::documents(self, declared_at, &mut remarks),
            ..ImportIncident::new(ImportSource::Datadog, &self.title(), declared_at)
        };
        request.impacts = impacts::impacts(self, &request);
        self.set_users(&mut request, directory, &mut remarks)?;
        request.tasks = tasks::tasks(self, &request, directory)?;
        request.notes = self.note(&remarks, declared_at);
        Ok(request)
    }

    fn title(&self) -> String {
        let title = self.source.incident.text("title").unwrap_or_default();
        match is_blank(title) {
            true => format!("{} in Datadog", self.source.name()),
            false => title.chars().take(LONGEST_IMPORTED_TITLE).collect(),
        }
    }

    fn declared_at(&self) -> Timestamp {
        let incident = &self.source.incident;
        let declared = time(incident, "declared").or_else(|| time(incident, "created"));
        declared.unwrap_or(self.now).min(self.now)
    }

    fn status(&self, remarks: &mut Remarks) -> Status {
        let state = self.source.incident.text("state");
        let Some(state) = state.or_else(|| self.source.field_text("state")) else {
            return Status::Active;
        };
        Status::parse(state, &Status::ALL).unwrap_or_else(|_| {
            remarks.add("State", state);
            Status::Active
        })
    }

    fn severity(&self, remarks: &mut Remarks) -> Severity {
        let severity = self.source.field_text("severity");
        let Some(severity) = severity.or_else(|| self.source.incident.text("severity")) else {
            return Severity::Unknown;
        };
        severity.parse().unwrap_or_else(|_| {
            remarks.add("Severity", severity);
            Severity::Unknown
        })
    }

    fn detection_method(&self) -> DetectionMethod {
        let method = self.source.field_text("detection_method");
        method
            .and_then(|method| method.parse().ok())
            .unwrap_or(DetectionMethod::Unknown)
    }

    /// Returns when the incident was resolved. Datadog has the time of an earlier resolution if it was reopened.
    fn resolved_at(
        &self,
        status: Status,
        declared_at: Timestamp,
        remarks: &mut Remarks,
    ) -> Option<Timestamp> {
        let at = time(&self.source.incident, "resolved").filter(|_| !status.is_open())?;
        if at < declared_at {
            remarks.add("Resolved, before it was declared", &at.to_string());
            return None;
        }
        Some(at.min(self.now))
    }

    /// Sets the users. Those without a mail address are in the note.
    fn set_users(
        &self,
        request: &mut ImportIncident,
        directory: &mut Directory<'_>,
        remarks: &mut Remarks,
    ) -> Result<()> {
        let incident = &self.source.incident;
        let mut user = |id: Option<&str>, role: &str| -> Result<Option<UserId>> {
            let Some(source_user) = id.and_then(|id| self.source_users.get(id)) else {
                return Ok(None);
            };
            let user = directory.user(source_user)?;
            if user.is_none() && !source_user.label().is_empty() {
                remarks.add(role, source_user.label());
            }
            Ok(user)
        };
        request.commander = user(incident.related("commander_user"), "Incident Commander")?;
        let declarer = incident.related("declared_by_user");
        let declarer = declarer.or_else(|| incident.related("created_by_user"));
        request.declared_by = user(declarer, "Declared by")?;
        for responder in &self.source.responders {
            request
                .responders
                .extend(user(responder.related("user"), "Responder")?);
        }
        let outsider = text(&incident.attribute("non_datadog_creator")["name"]);
        if let Some(name) = outsider.filter(|_| request.declared_by.is_none()) {
            remarks.add("Declared by", name);
        }
        Ok(())
    }

    fn note(&self, remarks: &Remarks, at: Timestamp) -> Vec<ImportNote> {
        if remarks.0.is_empty() {
            return Vec::new();
        }
        let text = format!(
            "From {} in Datadog:\n{}",
            self.source.name(),
            remarks.0.join("\n")
        );
        vec![ImportNote {
            text,
            at,
            author: None,
        }]
    }

    /// Returns the user with a handle such as `@ann@example.org`.
    pub(super) fn user_of_handle(handle: &str) -> SourceUser {
        SourceUser {
            name: String::new(),
            email: handle.trim_start_matches('@').to_owned(),
        }
    }
}
