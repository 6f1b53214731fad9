//! The variables of message templates: one registry for their values, for validation, for the editor and for the
//! handbook.

use crate::Settings;
use crate::field::{SERVICES, TEAMS};
use crate::notification::TemplateValues;
use crate::notification::zoom::ZoomMeeting;
use crate::postmortem::is_postmortem_variable;
use crate::text::markdown::single_line;
use crate::text::{MUSTER, NO_COMMANDER, TemplateValue};

/// The start of every name.
pub(crate) const PREFIX: &str = "incident.";

/// A variable of message templates.
#[derive(Clone, Copy)]
pub struct TemplateVariable {
    /// The name: `incident.title`.
    pub name: &'static str,
    /// The description, in a few words.
    pub description: &'static str,
    /// Returns the value.
    pub(super) value: fn(&TemplateValues<'_>) -> TemplateValue,
}

const fn variable(
    name: &'static str,
    description: &'static str,
    value: fn(&TemplateValues<'_>) -> TemplateValue,
) -> TemplateVariable {
    TemplateVariable {
        name,
        description,
        value,
    }
}

/// All variables except those of the team's own fields, in the order in which they are listed.
pub const TEMPLATE_VARIABLES: &[TemplateVariable] = &[
    variable("incident.id", "number, such as IR-7", |it| {
        it.incident.id.to_string().into()
    }),
    variable(
        "incident.title",
        "title; that of a test starts with TEST",
        |it| single_line(&it.incident.display_title()).into(),
    ),
    variable("incident.url", "address of its page", |it| {
        TemplateValue::url(it.page_url)
    }),
    variable("incident.severity", "severity, such as SEV-2", |it| {
        it.incident.severity.as_str().into()
    }),
    variable("incident.status", "status, such as ACTIVE", |it| {
        it.incident.status.label().into()
    }),
    variable("incident.summary", "what happened", |it| {
        it.incident.summary.as_str().into()
    }),
    variable("incident.root_cause", "why it happened", |it| {
        it.incident.root_cause.as_str().into()
    }),
    variable(
        "incident.changes",
        "what this notification is about, one change per line",
        |it| it.changes.to_vec().into(),
    ),
    variable("incident.update", "the latest status update", |it| {
        let update = it.incident.last_update.as_ref();
        update.map_or("", |update| &update.text).into()
    }),
    variable(
        "incident.next_update",
        "when the next status update was promised",
        |it| {
            let is_open = it.incident.status.is_open();
            it.time(it.incident.promised_update_at().filter(|_| is_open))
        },
    ),
    variable("incident.created", "when it was declared", |it| {
        it.time(Some(it.incident.declared_at))
    }),
    variable("incident.detected", "when it was detected", |it| {
        it.time(Some(it.incident.detected_at))
    }),
    variable("incident.resolved", "when it was resolved", |it| {
        it.time(it.incident.resolved_at)
    }),
    variable(
        "incident.time_to_resolve",
        "time from the declaration to the resolution",
        |it| TemplateValues::duration(it.incident.time_to_resolve()),
    ),
    variable(
        "incident.commander",
        "Incident Commander: name, or else mail address, or else handle",
        |it| {
            let commander = it.incident.commander.as_ref();
            let commander = commander.map(|user| it.user_label(user));
            commander.unwrap_or_else(|| NO_COMMANDER.to_owned()).into()
        },
    ),
    variable(
        "incident.commander_name",
        "name of the Incident Commander",
        |it| it.contact_of(it.incident.commander.as_ref()).name.into(),
    ),
    variable(
        "incident.commander_handle",
        "handle of the Incident Commander",
        |it| it.contact_of(it.incident.commander.as_ref()).handle.into(),
    ),
    variable(
        "incident.commander_email",
        "mail address of the Incident Commander",
        |it| {
            it.contact_of(it.incident.commander.as_ref())
                .mail_address
                .into()
        },
    ),
    variable(
        "incident.created_by_name",
        "name of the user who declared it",
        |it| match &it.incident.declared_by {
            Some(user) => it.contact(user).name.into(),
            None => MUSTER.into(),
        },
    ),
    variable(
        "incident.created_by_handle",
        "handle of the user who declared it",
        |it| {
            it.contact_of(it.incident.declared_by.as_ref())
                .handle
                .into()
        },
    ),
    variable(
        "incident.created_by_email",
        "mail address of the user who declared it",
        |it| {
            it.contact_of(it.incident.declared_by.as_ref())
                .mail_address
                .into()
        },
    ),
    variable(
        "incident.responders_summary",
        "the first five responders, and how many more there are",
        |it| it.responders_summary().into(),
    ),
    variable("incident.responders_full_list", "all responders", |it| {
        it.responders().into()
    }),
    variable(
        "incident.customer_impacted",
        "whether customers are or were affected: True or False",
        |it| match it.incident.is_customer_impacted() {
            true => "True".into(),
            false => "False".into(),
        },
    ),
    variable(
        "incident.customer_impact",
        "impacts, each with its times and its duration",
        |it| it.impacts().into(),
    ),
    variable(
        "incident.scope_of_impact",
        "descriptions of the impacts",
        |it| it.impact_descriptions().into(),
    ),
    variable(
        "incident.customer_impact_start",
        "start of the first impact",
        |it| it.time(it.incident.first_impact_start()),
    ),
    variable(
        "incident.customer_impact_end",
        "end of the last impact; empty while one is ongoing",
        |it| it.time(it.impact_end()),
    ),
    variable(
        "incident.customer_impact_duration",
        "time from the start of the first impact to the end of the last, or until now",
        |it| TemplateValues::duration(it.incident.customer_impact_duration(it.clock.now())),
    ),
    variable("incident.services", "affected services", |it| {
        it.field(SERVICES)
    }),
    variable("incident.teams", "involved teams", |it| it.field(TEAMS)),
    variable("incident.open_tasks", "open tasks and follow-ups", |it| {
        it.open_tasks().into()
    }),
    variable(
        "incident.slack_channel_name",
        "name of its channel, without #",
        |it| {
            let channel = it.incident.channel.as_ref();
            channel.map_or("", |channel| &channel.name).into()
        },
    ),
    variable(
        "incident.slack_channel_url",
        "address of its channel",
        |it| TemplateValue::url(it.channel_url),
    ),
    variable("incident.slack_channel_link", "link to its channel", |it| {
        let name = it.incident.channel.as_ref().map(|channel| &channel.name);
        TemplateValue::Link {
            text: name.map(|name| format!("#{name}")).unwrap_or_default(),
            url: it.channel_url.unwrap_or_default().to_owned(),
        }
    }),
    variable("incident.slack_channel_id", "ID of its channel", |it| {
        let channel = it.incident.channel.as_ref();
        channel.map_or("", |channel| channel.id.as_str()).into()
    }),
    variable("incident.call_url", "address of its video call", |it| {
        TemplateValue::url(it.incident.call_url.as_deref())
    }),
    variable("incident.zoom_id", "number of its Zoom meeting", |it| {
        zoom(it).map_or("", |meeting| meeting.id).into()
    }),
    variable(
        "incident.zoom_join_url",
        "address of its Zoom meeting",
        |it| TemplateValue::url(zoom(it).map(|meeting| meeting.url)),
    ),
    variable(
        "incident.zoom_password",
        "password in the address of its Zoom meeting",
        |it| zoom(it).map_or("", |meeting| meeting.password).into(),
    ),
    variable("incident.zoom_link", "link to its Zoom meeting", |it| {
        let meeting = zoom(it);
        TemplateValue::Link {
            text: meeting
                .map(|meeting| format!("Zoom Meeting {}", meeting.id))
                .unwrap_or_default(),
            url: meeting
                .map(|meeting| meeting.url.to_owned())
                .unwrap_or_default(),
        }
    }),
];

fn zoom<'v>(values: &'v TemplateValues<'_>) -> Option<ZoomMeeting<'v>> {
    ZoomMeeting::at(values.incident.call_url.as_deref()?)
}

/// The names that variables of Datadog have, and those of the same variables here.
const ALIASES: [(&str, &str); 2] = [
    ("incident.state", "incident.status"),
    ("incident.follow-ups", "incident.open_tasks"),
];

/// Returns the variable that has another name in Datadog.
pub(crate) fn find_by_alias(alias: &str) -> Option<&'static TemplateVariable> {
    let (_, name) = ALIASES.iter().find(|(known, _)| *known == alias)?;
    find(name)
}

/// Returns the variable with this name.
pub(crate) fn find(name: &str) -> Option<&'static TemplateVariable> {
    TEMPLATE_VARIABLES.iter().find(|known| known.name == name)
}

impl Settings {
    /// Returns the names and descriptions of all variables, with those of the team's own fields. A field with the
    /// name of another variable has none.
    pub fn template_variables(&self) -> Vec<(String, String)> {
        let known = TEMPLATE_VARIABLES.iter();
        let known = known.map(|it| (it.name.to_owned(), it.description.to_owned()));
        let fields = self.fields.iter().filter_map(|field| {
            let name = format!("{PREFIX}{}", field.name);
            find(&name).is_none().then(|| (name, field.label()))
        });
        known.chain(fields).collect()
    }
}

/// Returns why a name has no variable in messages, as a clause.
pub(super) fn reason_for_absence_in_messages(name: &str) -> Option<&'static str> {
    match is_postmortem_variable(name) {
        true => Some("it's for postmortems"),
        false => reason_for_absence(name),
    }
}

/// Returns why a name of Datadog's has no variable here, as a clause.
pub(super) fn reason_for_absence(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix(PREFIX)?;
    match name {
        name if name.starts_with("ms_teams_") => {
            Some("incidents have channels in Slack, not in Microsoft Teams")
        }
        name if name.starts_with("ai_") => Some("no text is written by AI"),
        _ => None,
    }
}
