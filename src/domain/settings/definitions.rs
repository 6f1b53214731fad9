//! All settings: their keys, labels, groups, types, descriptions and formats.

/// A setting, as all places that show and change it describe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key by which the setting is shown and changed.
    pub key: &'static str,
    /// The label of its field.
    pub label: &'static str,
    /// The form that it belongs to.
    pub group: SettingGroup,
    /// The type of its value.
    pub kind: SettingKind,
    /// The description, in one line.
    pub description: &'static str,
    /// The requirement for a value, with an example in TOML. Ends a sentence that starts with the key.
    pub format: &'static str,
}

/// The type of a setting's value, from which its field is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Yes or no.
    YesNo,
    /// A whole number.
    Number {
        /// The unit.
        unit: &'static str,
        /// A typical number.
        example: u32,
    },
    /// One line of text.
    Text,
    /// One of these values, with their labels.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Any of these values, with their labels.
    AnyOf(&'static [(&'static str, &'static str)]),
    /// Consecutive severities.
    Severities,
    /// A text for each severity.
    TextBySeverity {
        /// A typical text.
        example: &'static str,
    },
    /// A whole number for each severity.
    NumberBySeverity {
        /// A typical number.
        example: u32,
    },
    /// Roles, with their capacity and description.
    Roles,
    /// A list of tables, written as in a settings file.
    Tables {
        /// A typical table.
        example: &'static str,
    },
}

/// Settings that are shown and saved together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingGroup {
    /// The severity scale and the statuses.
    Severities,
    /// The roles.
    Roles,
    /// The fields that the team defines, services and teams.
    Fields,
    /// The names of channels.
    Channels,
    /// The announced changes.
    Announcements,
    /// The reminders.
    Reminders,
    /// When channels are archived.
    Archiving,
    /// The texts of notifications.
    MessageTemplates,
    /// The notification rules.
    NotificationRules,
    /// The alert rules.
    AlertRules,
    /// The templates of postmortems, and when they are due.
    Postmortems,
    /// Who may do what.
    Access,
}

impl SettingGroup {
    /// All groups, in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::Severities,
        Self::Roles,
        Self::Fields,
        Self::Channels,
        Self::Announcements,
        Self::Reminders,
        Self::Archiving,
        Self::MessageTemplates,
        Self::NotificationRules,
        Self::AlertRules,
        Self::Postmortems,
        Self::Access,
    ];

    /// Returns the name in the address of its form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Severities => "severities",
            Self::Roles => "roles",
            Self::Fields => "fields",
            Self::Channels => "channels",
            Self::Announcements => "announcements",
            Self::Reminders => "reminders",
            Self::Archiving => "archiving",
            Self::MessageTemplates => "templates",
            Self::NotificationRules => "rules",
            Self::AlertRules => "alerts",
            Self::Postmortems => "postmortems",
            Self::Access => "access",
        }
    }

    /// Returns the heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::Severities => "Severities and statuses",
            Self::Roles => "Roles",
            Self::Fields => "Fields, services and teams",
            Self::Channels => "Channel names",
            Self::Announcements => "Announcements",
            Self::Reminders => "Reminders",
            Self::Archiving => "Archiving",
            Self::MessageTemplates => "Message templates",
            Self::NotificationRules => "Notification rules",
            Self::AlertRules => "Alert rules",
            Self::Postmortems => "Postmortems",
            Self::Access => "Members and guests",
        }
    }

    /// Returns its settings, in the order in which they are shown.
    pub fn settings(self) -> impl Iterator<Item = &'static Setting> {
        SETTINGS.iter().filter(move |setting| setting.group == self)
    }
}

/// The changes that can be announced, with their labels.
const ANNOUNCED_EVENTS: &[(&str, &str)] = &[
    ("title", "New title"),
    ("severity", "New severity"),
    ("status", "New status"),
    ("commander", "New commander"),
];

/// All settings, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "severity_levels",
        label: "Severity levels",
        group: SettingGroup::Severities,
        kind: SettingKind::Severities,
        description: "Severities in use, worst first: 1 to 10 consecutive levels from SEV-0 or SEV-1.",
        format: "a list of severities from SEV-0 to SEV-10, worst first, such as [\"SEV-1\", \"SEV-2\", \"SEV-3\"]",
    },
    Setting {
        key: "severity_unknown",
        label: "Allow “Unknown” severity",
        group: SettingGroup::Severities,
        kind: SettingKind::YesNo,
        description: "Whether UNKNOWN can be selected. If not, declaring an incident requires a severity.",
        format: "true or false",
    },
    Setting {
        key: "severity_labels",
        label: "Severity labels",
        group: SettingGroup::Severities,
        kind: SettingKind::TextBySeverity { example: "High" },
        description: "Label of each severity, shown after its level: SEV-2 High.",
        format: "labels by severity, such as { SEV-1 = \"Critical\", SEV-2 = \"High\" }",
    },
    Setting {
        key: "severity_descriptions",
        label: "Severity descriptions",
        group: SettingGroup::Severities,
        kind: SettingKind::TextBySeverity {
            example: "Many customers affected.",
        },
        description: "When to pick each severity; shown in the severity menu.",
        format: "descriptions by severity, such as { SEV-1 = \"Data lost or exposed.\" }",
    },
    Setting {
        key: "status_completed",
        label: "Use a “Completed” status after Resolved",
        group: SettingGroup::Severities,
        kind: SettingKind::YesNo,
        description: "Whether to use the status COMPLETED after RESOLVED, for when all remediation is done.",
        format: "true or false",
    },
    Setting {
        key: "roles",
        label: "Roles",
        group: SettingGroup::Roles,
        kind: SettingKind::Roles,
        description: "Roles in addition to Incident Commander and Responder: name, people (\"one\" or \"several\"), the \
               description sent to anyone who gets the role, and incident_type (a number; all types if it is missing).",
        format: "a list of roles, such as [{ name = \"Scribe\", people = \"one\", description = \"You take notes.\" }], \
               where people is \"one\" or \"several\"",
    },
    Setting {
        key: "fields",
        label: "Fields",
        group: SettingGroup::Fields,
        kind: SettingKind::Tables {
            example: "{ name = \"region\", type = \"text\" }",
        },
        description: "Fields of an incident, in their order: name, display_name, type (single_select, multi_select, text, \
               text_array, number, datetime), help, default, required (never, declaration, stable, resolved, \
               completed), section (what_happened, why_it_happened, attributes), values and incident_type (a number; all \
               types if it is missing).",
        format: "a list of fields, such as [{ name = \"services\", type = \"multi_select\" }, { name = \"region\", \
               type = \"single_select\", values = [\"eu\", \"us\"], required = \"resolved\" }]",
    },
    Setting {
        key: "services",
        label: "Services",
        group: SettingGroup::Fields,
        kind: SettingKind::Tables {
            example: "{ name = \"checkout\", team = \"payments\", slack = \"@checkout-oncall\" }",
        },
        description: "Values of the field services: name, the team that owns it, and the Slack user group or channel \
               whose members join the incident's channel. Can be imported from CSV.",
        format: "a list of services, such as [{ name = \"checkout\", team = \"payments\", slack = \"@checkout-oncall\" }]",
    },
    Setting {
        key: "teams",
        label: "Teams",
        group: SettingGroup::Fields,
        kind: SettingKind::Tables {
            example: "{ name = \"payments\", slack = \"@payments\" }",
        },
        description: "Values of the field teams: name, and the Slack user group or channel whose members join the \
               incident's channel. Can be imported from CSV.",
        format: "a list of teams, such as [{ name = \"payments\", slack = \"@payments\" }]",
    },
    Setting {
        key: "channel_name",
        label: "Channel name",
        group: SettingGroup::Channels,
        kind: SettingKind::Text,
        description: "Template for channel names. Variables: {{public_id}}, {{title}}, {{slug}}, {{created}}, {{yyyy}}, \
               {{mm}}, {{dd}}, {{severity}}, {{severity_number}}. A channel is renamed when these change, until a \
               user renames it.",
        format: "text, such as incident-{{public_id}}-{{title}}",
    },
    Setting {
        key: "announced",
        label: "Changes to announce",
        group: SettingGroup::Announcements,
        kind: SettingKind::AnyOf(ANNOUNCED_EVENTS),
        description: "Changes that are posted below an announcement: title, severity, status, commander. \
               Private incidents are never announced.",
        format: "a list of title, severity, status and commander, such as [\"severity\", \"status\"]",
    },
    Setting {
        key: "notified_become_responders",
        label: "Notified people become responders",
        group: SettingGroup::Announcements,
        kind: SettingKind::YesNo,
        description: "Whether the people and user groups that a user notifies become responders and join the channel.",
        format: "true or false",
    },
    Setting {
        key: "reminder_minutes",
        label: "Update reminders (minutes)",
        group: SettingGroup::Reminders,
        kind: SettingKind::NumberBySeverity { example: 30 },
        description: "Minutes without an update before an active incident's channel is reminded, by severity. \
               Severities that are left out or 0 are never reminded.",
        format: "whole numbers of minutes by severity, such as { SEV-1 = 30, SEV-2 = 60 } (0 = never)",
    },
    Setting {
        key: "reminder_minutes_unknown",
        label: "Unknown severity reminder (minutes)",
        group: SettingGroup::Reminders,
        kind: SettingKind::Number {
            unit: "minutes",
            example: 60,
        },
        description: "Minutes before the channel is reminded that the severity is still UNKNOWN; 0 = never.",
        format: "a whole number of minutes, such as 60 (0 = never)",
    },
    Setting {
        key: "archive_after_days",
        label: "Archive channels after (days)",
        group: SettingGroup::Archiving,
        kind: SettingKind::Number {
            unit: "days",
            example: 30,
        },
        description: "Days after resolution until the channel is archived, unless there was a message in the last \
               day; 0 = never. Channels already past the limit are archived after a one-day grace period.",
        format: "a whole number of days, such as 30 (0 = never)",
    },
    Setting {
        key: "message_templates",
        label: "Message templates",
        group: SettingGroup::MessageTemplates,
        kind: SettingKind::Tables {
            example: "{ name = \"Declared\", category = \"Incident\", subject = \"{{incident.title}}\", \
                      body = \"{{incident.summary}}\" }",
        },
        description: "Texts of notifications: name, category, subject and body with variables such as \
               {{incident.title}}, and incident_type (a number; all types if it is missing).",
        format: "a list of message templates, such as [{ name = \"Declared\", category = \"Incident\", \
               subject = \"{{incident.title}}\", body = \"{{incident.summary}}\" }]",
    },
    Setting {
        key: "notification_rules",
        label: "Notification rules",
        group: SettingGroup::NotificationRules,
        kind: SettingKind::Tables {
            example: "{ name = \"Executives\", when = \"declared\", conditions = [{ field = \"severity\", \
                      values = [\"SEV-1\"] }], recipients = [\"#exec\"] }",
        },
        description: "Notifications of incidents that match, in their order: name, enabled, when (declared, \
               declared_or_updated), conditions (field and values; \"\" means empty), visibility (public, private, \
               all), incident_type (a number; all types if it is missing), tests, renotify_on, delay_minutes, at_most_every_minutes, recipients and template.",
        format: "a list of notification rules, such as [{ name = \"Executives\", when = \"declared\", conditions = \
               [{ field = \"severity\", values = [\"SEV-1\"] }], recipients = [\"#exec\"] }]",
    },
    Setting {
        key: "alert_rules",
        label: "Alert rules",
        group: SettingGroup::AlertRules,
        kind: SettingKind::Tables {
            example: "{ name = \"Checkout\", match = [\"service=checkout\", \"severity=~critical|page\"], \
                      action = \"suggest\", channel = \"#alerts\" }",
        },
        description: "What happens to alerts, in order; the first rule that matches decides: name, enabled, sources, \
               match (label=value, !=, =~ and !~ with patterns; also title and severity), group_by, window_minutes, \
               hold_minutes, threshold, action (ignore, attach, suggest, declare), channel, title, severity, \
               severities, commander, service, fields, private, test, limit, limit_minutes, when_resolved (say, \
               stable, nothing), reopen_minutes and snoozed_until.",
        format: "a list of alert rules, such as [{ name = \"Checkout\", match = [\"service=checkout\"], action = \
               \"suggest\", channel = \"#alerts\" }]",
    },
    Setting {
        key: "postmortem_templates",
        label: "Postmortem templates",
        group: SettingGroup::Postmortems,
        kind: SettingKind::Tables {
            example: "{ name = \"Postmortem\", content = \"## Timeline\\n\\n{{incident.timeline}}\" }",
        },
        description: "Templates of postmortems: name, content, Markdown with variables such as \
               {{incident.timeline}}, and incident_type (a number; all types if it is missing). Each ## heading \
               starts a section. The first template is the default.",
        format: "a list of postmortem templates, such as [{ name = \"Postmortem\", content = \
               \"## Timeline\\n\\n{{incident.timeline}}\" }]",
    },
    Setting {
        key: "postmortem_any_time",
        label: "Generate postmortems at any time",
        group: SettingGroup::Postmortems,
        kind: SettingKind::YesNo,
        description: "Whether a postmortem can be generated before its incident is resolved.",
        format: "true or false",
    },
    Setting {
        key: "postmortem_reminder_days",
        label: "Postmortem reminders (days)",
        group: SettingGroup::Postmortems,
        kind: SettingKind::NumberBySeverity { example: 3 },
        description: "Days after resolution before the owner of the postmortem is reminded that it isn't completed, \
               by severity. Severities that are left out or 0 are never reminded.",
        format: "whole numbers of days by severity, such as { SEV-1 = 3, SEV-2 = 5 } (0 = never)",
    },
    Setting {
        key: "who_declares",
        label: "Who can declare incidents",
        group: SettingGroup::Access,
        kind: SettingKind::OneOf(&[
            ("everybody", "Everyone"),
            ("no_guests", "Members, no guests"),
        ]),
        description: "Who can declare incidents: \"everybody\" or \"no_guests\".",
        format: "\"everybody\" or \"no_guests\"",
    },
    Setting {
        key: "who_reads",
        label: "Who sees incidents that they take no part in",
        group: SettingGroup::Access,
        kind: SettingKind::OneOf(&[("members", "Members, no guests"), ("everybody", "Everyone")]),
        description: "Who sees public incidents that they take no part in: \"members\" (guests don't) or \
               \"everybody\".",
        format: "\"members\" or \"everybody\"",
    },
];
