//! All settings: their keys, descriptions and formats.

/// A setting: its key, description and format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key by which the setting is shown and changed.
    pub key: &'static str,
    /// The description, in one line.
    pub description: &'static str,
    /// The requirement for a value, with an example in TOML. Ends a sentence that starts with the key.
    pub format: &'static str,
}

/// All settings, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "severity_levels",
        description: "Severities in use, worst first: 1 to 10 consecutive levels from SEV-0 or SEV-1.",
        format: "a list of severities from SEV-0 to SEV-10, worst first, such as [\"SEV-1\", \"SEV-2\", \"SEV-3\"]",
    },
    Setting {
        key: "severity_unknown",
        description: "Whether UNKNOWN can be selected. If not, declaring an incident requires a severity.",
        format: "true or false",
    },
    Setting {
        key: "severity_labels",
        description: "Label of each severity, shown after its level: SEV-2 High.",
        format: "labels by severity, such as { SEV-1 = \"Critical\", SEV-2 = \"High\" }",
    },
    Setting {
        key: "severity_descriptions",
        description: "When to pick each severity; shown in the severity menu.",
        format: "descriptions by severity, such as { SEV-1 = \"Data lost or exposed.\" }",
    },
    Setting {
        key: "status_completed",
        description: "Whether to use the status COMPLETED after RESOLVED, for when all remediation is done.",
        format: "true or false",
    },
    Setting {
        key: "roles",
        description: "Roles in addition to Incident Commander and Responder: name, people (\"one\" or \"several\") and the \
               description sent to anyone who gets the role.",
        format: "a list of roles, such as [{ name = \"Scribe\", people = \"one\", description = \"You take notes.\" }], \
               where people is \"one\" or \"several\"",
    },
    Setting {
        key: "fields",
        description: "Fields of an incident, in their order: name, display_name, type (single_select, multi_select, text, \
               text_array, number, datetime), help, default, required (never, declaration, stable, resolved, \
               completed), section (what_happened, why_it_happened, attributes) and values.",
        format: "a list of fields, such as [{ name = \"services\", type = \"multi_select\" }, { name = \"region\", \
               type = \"single_select\", values = [\"eu\", \"us\"], required = \"resolved\" }]",
    },
    Setting {
        key: "services",
        description: "Values of the field services: name, the team that owns it, and the Slack user group or channel \
               whose members join the incident's channel. Can be imported from CSV.",
        format: "a list of services, such as [{ name = \"checkout\", team = \"payments\", slack = \"@checkout-oncall\" }]",
    },
    Setting {
        key: "teams",
        description: "Values of the field teams: name, and the Slack user group or channel whose members join the \
               incident's channel. Can be imported from CSV.",
        format: "a list of teams, such as [{ name = \"payments\", slack = \"@payments\" }]",
    },
    Setting {
        key: "channel_name",
        description: "Template for channel names. Variables: {{public_id}}, {{title}}, {{slug}}, {{created}}, {{yyyy}}, \
               {{mm}}, {{dd}}, {{severity}}, {{severity_number}}. A channel is renamed when these change, until a \
               user renames it.",
        format: "text, such as incident-{{public_id}}-{{title}}",
    },
    Setting {
        key: "announced",
        description: "Changes that are posted below an announcement: title, severity, status, commander. \
               Private incidents are never announced.",
        format: "a list of title, severity, status and commander, such as [\"severity\", \"status\"]",
    },
    Setting {
        key: "reminder_minutes",
        description: "Minutes without an update before an active incident's channel is reminded, by severity. \
               Severities that are left out or 0 are never reminded.",
        format: "whole numbers of minutes by severity, such as { SEV-1 = 30, SEV-2 = 60 } (0 = never)",
    },
    Setting {
        key: "reminder_minutes_unknown",
        description: "Minutes before the channel is reminded that the severity is still UNKNOWN; 0 = never.",
        format: "a whole number of minutes, such as 60 (0 = never)",
    },
    Setting {
        key: "archive_after_days",
        description: "Days after resolution until the channel is archived, unless there was a message in the last \
               day; 0 = never. Channels already past the limit are archived after a one-day grace period.",
        format: "a whole number of days, such as 30 (0 = never)",
    },
    Setting {
        key: "who_declares",
        description: "Who can declare incidents: \"everybody\" or \"no_guests\".",
        format: "\"everybody\" or \"no_guests\"",
    },
    Setting {
        key: "who_reads",
        description: "Who sees public incidents that they take no part in: \"members\" (guests don't) or \
               \"everybody\".",
        format: "\"members\" or \"everybody\"",
    },
];
