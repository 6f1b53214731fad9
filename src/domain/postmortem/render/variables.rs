//! The variables of postmortems besides those of messages: one registry for their values, for validation, for the
//! editor and for the handbook.

use crate::notification::{VARIABLE_PREFIX, VariableValues, find_by_alias};
use crate::postmortem::render::values::PostmortemValues;
use crate::text::TemplateValue;
use crate::{Settings, TEMPLATE_VARIABLES};

/// A variable of postmortems.
#[derive(Clone, Copy)]
pub struct PostmortemVariable {
    /// The name: `incident.timeline`.
    pub name: &'static str,
    /// The description, in a few words.
    pub description: &'static str,
    /// Returns the value.
    value: fn(&PostmortemValues<'_>) -> TemplateValue,
}

const fn variable(
    name: &'static str,
    description: &'static str,
    value: fn(&PostmortemValues<'_>) -> TemplateValue,
) -> PostmortemVariable {
    PostmortemVariable {
        name,
        description,
        value,
    }
}

/// The variables of postmortems, in the order in which they are listed. Those of messages work in postmortems too.
pub const POSTMORTEM_VARIABLES: &[PostmortemVariable] = &[
    variable(
        "incident.timeline",
        "entries of the timeline: the important ones, or all",
        |it| it.timeline(),
    ),
    variable(
        "incident.card",
        "key facts: severity, status, commander, services, teams, times",
        |it| it.key_facts(),
    ),
    variable(
        "incident.follow-ups",
        "follow-ups, and tasks that are still open",
        |it| it.follow_ups(),
    ),
    variable("incident.documents", "linked documents", |it| {
        it.documents()
    }),
    variable(
        "incident.signals",
        "links to what led to the declaration",
        |it| it.signals(),
    ),
    variable(
        "incident.durations",
        "durations with their definitions, and the time in each status",
        |it| it.durations(),
    ),
    variable(
        "incident.severity_changes",
        "highest severity, and each change with its time and author",
        |it| it.severity_changes(),
    ),
    variable(
        "incident.people",
        "who took part: roles, since when, number of entries",
        |it| it.participants(),
    ),
    variable(
        "incident.notifications",
        "notifications sent: when, to how many, and after how long the first",
        |it| it.notifications(),
    ),
    variable(
        "incident.gaps",
        "times of more than 15 min without an entry while it was open",
        |it| it.gaps(),
    ),
    variable(
        "incident.similar",
        "public incidents of the 90 days before with a service in common",
        |it| it.similar(),
    ),
];

fn find(name: &str) -> Option<&'static PostmortemVariable> {
    POSTMORTEM_VARIABLES.iter().find(|known| known.name == name)
}

/// Returns whether this is the name of a variable that only postmortems have.
pub(crate) fn is_postmortem_variable(name: &str) -> bool {
    find(name).is_some()
}

impl Settings {
    /// Returns the names and descriptions of all variables of postmortems, with those of messages and of the team's
    /// own fields. A field with the name of another variable has none.
    pub fn postmortem_variables(&self) -> Vec<(String, String)> {
        let own = POSTMORTEM_VARIABLES.iter();
        let own = own.map(|it| (it.name.to_owned(), it.description.to_owned()));
        let shared = self.template_variables().into_iter();
        own.chain(shared.filter(|(name, _)| !is_postmortem_variable(name)))
            .collect()
    }
}

impl VariableValues for PostmortemValues<'_> {
    fn value(&self, name: &str) -> Option<TemplateValue> {
        if let Some(variable) = find(name) {
            return Some((variable.value)(self));
        }
        let is_of_messages =
            TEMPLATE_VARIABLES.iter().any(|it| it.name == name) || find_by_alias(name).is_some();
        let field = name.strip_prefix(VARIABLE_PREFIX);
        let is_field = field.is_some_and(|field| self.source.settings.field(field).is_some());
        match is_of_messages || is_field {
            true => self.message.value(name),
            false => None,
        }
    }

    /// A document may quote templates of other programs, and Markdown is not read in code.
    fn fills_in_code(&self) -> bool {
        false
    }
}
