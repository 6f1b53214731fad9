//! The preview next to a form, which explains its values.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::Duration;

use crate::domain::text::format_duration;
use crate::domain::{
    ChannelName, RoleCapacity, SettingGroup, SettingKind, Settings, Severity, WhoDeclares, WhoReads,
};
use crate::web::pages::settings::field_preview;
use crate::web::parts::{SeverityPill, StatusPill, Time};
use crate::web::session::SignedIn;

/// A row of a preview.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/setting_preview.html", config = "src/web/askama.toml")]
pub(super) enum PreviewRow {
    /// A severity and its meaning.
    Severity {
        /// The severity.
        severity: SeverityPill,
        /// Its description, or when it is reminded of.
        text: String,
    },
    /// The statuses.
    Statuses(Vec<StatusPill>),
    /// A name, and its explanation.
    Named {
        /// The name.
        name: String,
        /// The explanation.
        text: String,
    },
    /// A sentence.
    Text(String),
    /// When a channel is archived.
    ArchivedAt(Time),
}

impl HtmlSafe for PreviewRow {}

/// Returns the preview of a group with these settings.
pub(super) fn rows(
    group: SettingGroup,
    settings: &Settings,
    signed_in: &SignedIn,
) -> Vec<PreviewRow> {
    match group {
        SettingGroup::Severities => severities(settings),
        SettingGroup::Roles => roles(settings),
        SettingGroup::Fields => field_preview::rows(settings),
        SettingGroup::Channels => channel_name(settings, signed_in),
        SettingGroup::Announcements => announcements(settings),
        SettingGroup::Reminders => reminders(settings),
        SettingGroup::Archiving => archiving(settings, signed_in),
        // They are previewed on their own pages.
        SettingGroup::MessageTemplates | SettingGroup::NotificationRules => Vec::new(),
        SettingGroup::AlertRules => alert_rules(settings),
        SettingGroup::Postmortems => postmortems(settings),
        SettingGroup::Access => access(settings),
    }
}

fn severities(settings: &Settings) -> Vec<PreviewRow> {
    let scale = settings.severity_scale();
    let levels = scale.levels().iter().map(|level| PreviewRow::Severity {
        severity: SeverityPill::long(level.severity, &scale),
        text: level.description.clone(),
    });
    let statuses = settings.statuses().into_iter().map(StatusPill::from);
    let mut rows: Vec<_> = levels.collect();
    rows.push(PreviewRow::Statuses(statuses.collect()));
    rows
}

fn roles(settings: &Settings) -> Vec<PreviewRow> {
    let named = |name: &str, text: String| PreviewRow::Named {
        name: name.to_owned(),
        text,
    };
    let mut rows = vec![
        named("Incident Commander", "One person, always.".to_owned()),
        named("Responder", "Several people.".to_owned()),
    ];
    rows.extend(settings.roles.iter().map(|role| {
        let capacity = match role.capacity {
            RoleCapacity::One => "One person.",
            RoleCapacity::Several => "Several people.",
        };
        let text = format!("{capacity} {}", role.description);
        named(&role.name, text.trim_end().to_owned())
    }));
    rows
}

fn channel_name(settings: &Settings, signed_in: &SignedIn) -> Vec<PreviewRow> {
    let worst = settings.severity_levels.first().copied();
    let severity = worst.unwrap_or(Severity::Unknown);
    let name = ChannelName::example(&settings.channel_name, severity, signed_in.now);
    vec![PreviewRow::Named {
        name: format!("#{}", name.as_str()),
        text: format!("IR-42 “Checkout is slow”, {severity}, declared today."),
    }]
}

fn announcements(settings: &Settings) -> Vec<PreviewRow> {
    let selected = settings.values().into_iter().find_map(|(setting, value)| {
        let SettingKind::AnyOf(known) = setting.kind else {
            return None;
        };
        let names = value.as_array().cloned().unwrap_or_default();
        let selected = known
            .iter()
            .filter(|(name, _)| names.iter().any(|it| it == name));
        Some(
            selected
                .map(|(_, label)| (*label).to_lowercase())
                .collect::<Vec<_>>(),
        )
    });
    let replies = match selected.unwrap_or_default() {
        none if none.is_empty() => "Nothing is posted below it.".to_owned(),
        selected => format!("Posted below it: {}.", selected.join(", ")),
    };
    let always = "A declaration is always announced. The announcement shows the current state.";
    vec![
        PreviewRow::Text(always.to_owned()),
        PreviewRow::Text(replies),
    ]
}

fn reminders(settings: &Settings) -> Vec<PreviewRow> {
    let scale = settings.severity_scale();
    let levels = scale.levels().iter().map(|level| {
        let (minutes, condition) = match level.severity {
            Severity::Unknown => (settings.reminder_minutes_unknown, "with unknown severity"),
            severity => (
                settings
                    .reminder_minutes
                    .get(&severity)
                    .copied()
                    .unwrap_or(0),
                "without an update",
            ),
        };
        let text = match minutes {
            0 => "Never reminds.".to_owned(),
            _ => {
                let interval = format_duration(Duration::minutes(minutes.into()));
                format!("Reminds after {interval} {condition}.")
            }
        };
        PreviewRow::Severity {
            severity: SeverityPill::short(level.severity, &scale),
            text,
        }
    });
    levels.collect()
}

fn archiving(settings: &Settings, signed_in: &SignedIn) -> Vec<PreviewRow> {
    match settings.archive_after_days {
        0 => vec![PreviewRow::Text("Channels are never archived.".to_owned())],
        days => {
            let at = signed_in.now.plus(Duration::days(days.into()));
            vec![PreviewRow::ArchivedAt(signed_in.time(at))]
        }
    }
}

fn alert_rules(settings: &Settings) -> Vec<PreviewRow> {
    let rules = settings.alert_rules.iter().map(|rule| PreviewRow::Named {
        name: match rule.enabled {
            true => rule.name.clone(),
            false => format!("{} (off)", rule.name),
        },
        text: rule.summary(),
    });
    let mut rows: Vec<_> = rules.collect();
    let others = "Alerts that no rule matches are listed, nothing else.";
    rows.push(PreviewRow::Text(others.to_owned()));
    rows
}

fn postmortems(settings: &Settings) -> Vec<PreviewRow> {
    let generated = match settings.postmortem_any_time {
        true => "Can be generated at any time.",
        false => "Can be generated when the incident is resolved.",
    };
    let scale = settings.severity_scale();
    let levels = scale.levels().iter().map(|level| {
        let days = settings.postmortem_reminder_days.get(&level.severity);
        let text = match days.copied().unwrap_or(0) {
            0 => "Never due.".to_owned(),
            1 => "Due a day after the resolution.".to_owned(),
            days => format!("Due {days} days after the resolution."),
        };
        PreviewRow::Severity {
            severity: SeverityPill::short(level.severity, &scale),
            text,
        }
    });
    let mut rows = vec![PreviewRow::Text(generated.to_owned())];
    rows.extend(levels);
    rows
}

fn access(settings: &Settings) -> Vec<PreviewRow> {
    let declares = match settings.who_declares {
        WhoDeclares::Everyone => "Members and guests can declare incidents.",
        WhoDeclares::NoGuests => "Members can declare incidents, guests can't.",
    };
    let reads = match settings.who_reads {
        WhoReads::Members => {
            "Guests see the incidents that they take part in; members see all public ones."
        }
        WhoReads::Everyone => "Members and guests see all public incidents.",
    };
    [declares, reads]
        .map(|text| PreviewRow::Text(text.to_owned()))
        .into()
}
