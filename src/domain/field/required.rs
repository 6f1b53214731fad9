//! From when on a field is required.

use std::str::FromStr;

use crate::field::FieldDefinition;
use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};
use crate::text::join_items;
use crate::{Actor, Incident, Rejection, Settings, Source, Status};

/// From when on a field is required. Each also applies to all later statuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequiredFrom {
    /// Never.
    #[default]
    Never,
    /// From the declaration on.
    Declaration,
    /// From the status `stable` on.
    Stable,
    /// From the status `resolved` on.
    Resolved,
    /// From the status `completed` on.
    Completed,
}

impl RequiredFrom {
    /// All values.
    pub const ALL: [Self; 5] = [
        Self::Never,
        Self::Declaration,
        Self::Stable,
        Self::Resolved,
        Self::Completed,
    ];

    /// Returns the name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Declaration => "declaration",
            Self::Stable => "stable",
            Self::Resolved => "resolved",
            Self::Completed => "completed",
        }
    }

    /// Returns whether an incident with this status must have a value.
    pub fn is_due(self, status: Status) -> bool {
        match self {
            Self::Never => false,
            Self::Declaration => true,
            Self::Stable => status >= Status::Stable,
            Self::Resolved => status >= Status::Resolved,
            Self::Completed => status >= Status::Completed,
        }
    }
}

impl_string_enum!(RequiredFrom);

impl FromStr for RequiredFrom {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("requirement", text, &Self::ALL, Self::as_str, |it| {
            it.as_str() == normalized
        })
    }
}

impl Incident {
    /// Returns the fields without a value that an incident with this status must have. A reopened incident needs
    /// none.
    pub fn missing_fields<'s>(
        &self,
        status: Status,
        settings: &'s Settings,
    ) -> Vec<&'s FieldDefinition> {
        let is_missing = |field: &&FieldDefinition| {
            status != Status::Active
                && field.required.is_due(status)
                && !self.fields.contains_key(&field.name)
                && field.is_for(self.incident_type)
        };
        settings.fields.iter().filter(is_missing).collect()
    }

    /// Returns why the incident cannot have this status; `None` if it has all fields that the status requires.
    pub fn required_fields_error(&self, status: Status, settings: &Settings) -> Option<Rejection> {
        let missing = self.missing_fields(status, settings);
        (!missing.is_empty()).then(|| {
            Rejection(format!(
                "{} can't be {} without {}. Fill in the field{} first.",
                self.id,
                status.label(),
                labels(&missing),
                if missing.len() == 1 { "" } else { "s" }
            ))
        })
    }

    /// Checks that the incident has the fields that a new status requires, if a user made the change in a form or by a
    /// command.
    pub(crate) fn check_required_fields(
        &self,
        previous: Status,
        actor: &Actor,
        settings: &Settings,
    ) -> Result<(), Rejection> {
        let error = self.required_fields_error(self.status, settings);
        let is_enforced = self.status != previous && is_interactive(actor);
        match error.filter(|_| is_enforced) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Checks that a new incident has the fields that a declaration requires, if a user declares it in a form.
    pub(crate) fn check_declared_fields(
        &self,
        actor: &Actor,
        settings: &Settings,
    ) -> Result<(), Rejection> {
        let is_missing = |field: &&FieldDefinition| {
            field.required == RequiredFrom::Declaration
                && !self.fields.contains_key(&field.name)
                && field.is_for(self.incident_type)
        };
        let missing: Vec<_> = settings.fields.iter().filter(is_missing).collect();
        match missing.is_empty() || !is_interactive(actor) {
            true => Ok(()),
            false => Err(Rejection(format!(
                "An incident can't be declared without {}.",
                labels(&missing)
            ))),
        }
    }
}

/// Returns whether a user made the request in a form or by a command, and so can be asked for a value.
pub(super) fn is_interactive(actor: &Actor) -> bool {
    match actor.source {
        Source::Slack | Source::Web => true,
        Source::Api | Source::Alert | Source::Cli => false,
    }
}

fn labels(fields: &[&FieldDefinition]) -> String {
    let labels: Vec<_> = fields.iter().map(|field| field.label()).collect();
    let labels: Vec<_> = labels.iter().map(String::as_str).collect();
    join_items(&labels)
}
