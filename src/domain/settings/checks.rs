//! Validation of settings, beyond their types.

use super::{SettingError, Settings};
use crate::Severity;
use crate::channel::channel_name;

/// The maximum length of a severity's label, which an option of a modal shows next to the level.
const MAX_LABEL_LENGTH: usize = 40;
/// The maximum length of a severity's description: eleven must fit into the hint below the field. Slack: a
/// hint has at most 2,000 characters, docs.slack.dev/reference/block-kit/blocks/input-block.
const MAX_DESCRIPTION_LENGTH: usize = 120;
/// The maximum length of a role's name.
const MAX_ROLE_NAME_LENGTH: usize = 40;
/// The maximum length of a role's description.
const MAX_ROLE_DESCRIPTION_LENGTH: usize = 1_000;
/// The maximum number of roles: each has its own field in the modal.
const MAX_ROLES: usize = 20;
/// The maximum interval of a reminder, in minutes: one week.
const MAX_REMINDER_MINUTES: u32 = 7 * 24 * 60;
/// The maximum number of days before a channel is archived.
const MAX_ARCHIVE_DAYS: u32 = 365;

/// Returns all errors.
pub(crate) fn errors(settings: &Settings) -> Vec<SettingError> {
    let checks: [(&str, Option<String>); 7] = [
        ("severity_levels", check_levels(settings)),
        ("severity_labels", check_labels(settings)),
        ("severity_descriptions", check_descriptions(settings)),
        ("roles", check_roles(settings)),
        (
            "channel_name",
            channel_name::template_error(&settings.channel_name),
        ),
        ("reminder_minutes", check_reminder_minutes(settings)),
        ("archive_after_days", check_archive_days(settings)),
    ];
    let wrong = checks.into_iter().filter_map(|(key, what)| {
        Some(SettingError {
            key: key.to_owned(),
            problem: what?,
        })
    });
    let unknown = check_minutes(settings.reminder_minutes_unknown).map(|what| SettingError {
        key: "reminder_minutes_unknown".to_owned(),
        problem: what,
    });
    wrong.chain(unknown).collect()
}

fn check_levels(settings: &Settings) -> Option<String> {
    let levels = &settings.severity_levels;
    if levels.is_empty() || levels.len() > 10 {
        let count = match levels.len() {
            0 => "no level".to_owned(),
            many => format!("{many} levels"),
        };
        return Some(format!(
            "has {count}. A scale has one to ten, from SEV-0 or SEV-1 on."
        ));
    }
    let first = levels[0].number();
    let in_a_row = levels
        .windows(2)
        .all(|pair| pair[0].number().map(|number| number + 1) == pair[1].number());
    let begins_well = matches!(first, Some(0 | 1));
    (!begins_well || !in_a_row).then(|| {
        "must go from SEV-0 or SEV-1 on, the worst first, without a gap: [\"SEV-1\", \"SEV-2\", \
         \"SEV-3\"]. UNKNOWN has a setting of its own."
            .to_owned()
    })
}

fn check_labels(settings: &Settings) -> Option<String> {
    let labels = &settings.severity_labels;
    for (severity, label) in labels {
        if let Some(what) = check_text(label, MAX_LABEL_LENGTH) {
            return Some(format!("calls {severity} by {what}"));
        }
        if label.parse::<Severity>().is_ok() {
            return Some(format!(
                "calls {severity} “{label}”, which is the word of a level."
            ));
        }
    }
    let scale = settings.severity_scale();
    let used: Vec<_> = scale
        .levels()
        .iter()
        .filter(|it| !it.label.is_empty())
        .collect();
    for (at, level) in used.iter().enumerate() {
        let same = |other: &&&crate::SeverityLevel| {
            other.severity != level.severity && is_same_name(&other.label, &level.label)
        };
        if let Some(other) = used[..at].iter().find(same) {
            return Some(format!(
                "calls both {} and {} “{}”. Give each a name of its own.",
                other.severity, level.severity, level.label
            ));
        }
    }
    None
}

fn check_descriptions(settings: &Settings) -> Option<String> {
    settings
        .severity_descriptions
        .iter()
        .find_map(|(severity, text)| {
            check_text(text, MAX_DESCRIPTION_LENGTH)
                .map(|what| format!("describes {severity} by {what}"))
        })
}

fn check_roles(settings: &Settings) -> Option<String> {
    let roles = &settings.roles;
    if roles.len() > MAX_ROLES {
        return Some(format!(
            "has {} roles; {MAX_ROLES} is the most.",
            roles.len()
        ));
    }
    for (at, role) in roles.iter().enumerate() {
        let name = &role.name;
        if name.trim().is_empty() {
            return Some("has a role without a name.".to_owned());
        }
        if let Some(what) = check_text(name, MAX_ROLE_NAME_LENGTH) {
            return Some(format!("names a role by {what}"));
        }
        if let Some(what) = check_text(&role.description, MAX_ROLE_DESCRIPTION_LENGTH) {
            return Some(format!("describes {name} by {what}"));
        }
        let built_in = ["Incident Commander", "Commander", "IC", "Responder"];
        if built_in.iter().any(|known| is_same_name(known, name)) {
            return Some(format!("names {name}, which is there without being named."));
        }
        if roles[..at]
            .iter()
            .any(|other| is_same_name(&other.name, name))
        {
            return Some(format!("names {name} twice."));
        }
    }
    None
}

fn check_reminder_minutes(settings: &Settings) -> Option<String> {
    settings
        .reminder_minutes
        .iter()
        .find_map(|(severity, minutes)| {
            check_minutes(*minutes).map(|what| format!("for {severity} {what}"))
        })
}

fn check_minutes(minutes: u32) -> Option<String> {
    (minutes > MAX_REMINDER_MINUTES).then(|| {
        format!("is {minutes} minutes; {MAX_REMINDER_MINUTES}, which is a week, is the most.")
    })
}

fn check_archive_days(settings: &Settings) -> Option<String> {
    let days = settings.archive_after_days;
    (days > MAX_ARCHIVE_DAYS).then(|| format!("is {days} days; {MAX_ARCHIVE_DAYS} is the most."))
}

/// Returns the problem of a text that is too long or has several lines.
fn check_text(text: &str, longest: usize) -> Option<String> {
    let long = text.chars().count();
    if long > longest {
        return Some(format!("{long} characters; {longest} is the most."));
    }
    text.contains(['\r', '\n'])
        .then(|| "more than one line; one is enough.".to_owned())
}

fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn error_for(key: &str, value: Value) -> String {
        let wrong = Settings::default().with_values([(key.to_owned(), value)]);
        let wrong = wrong.unwrap_err();
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].key, key);
        wrong[0].problem.clone()
    }

    #[test]
    fn scale_has_one_to_ten_consecutive_levels() {
        let levels = |from: i32, to: i32| {
            let level = |number| format!("SEV-{number}");
            json!((from..=to).map(level).collect::<Vec<_>>())
        };
        assert_eq!(
            error_for("severity_levels", levels(1, 0)),
            "has no level. A scale has one to ten, from SEV-0 or SEV-1 on."
        );
        assert!(error_for("severity_levels", levels(0, 10)).starts_with("has 11 levels."));
        for wrong in [
            levels(2, 4),
            json!(["SEV-2", "SEV-1"]),
            json!(["SEV-1", "SEV-3"]),
            json!(["SEV-1", "SEV-1"]),
            json!(["UNKNOWN"]),
        ] {
            assert!(error_for("severity_levels", wrong).starts_with("must go from SEV-0"));
        }
        for right in [levels(0, 9), levels(1, 10), levels(0, 0), levels(1, 1)] {
            let requested = [("severity_levels".to_owned(), right)];
            assert!(Settings::default().with_values(requested).is_ok());
        }
    }

    #[test]
    fn severity_labels_are_unique() {
        let labels = json!({ "SEV-1": "Bad", "SEV-2": "bad ", "SEV-9": "Bad" });
        assert_eq!(
            error_for("severity_labels", labels),
            "calls both SEV-1 and SEV-2 “bad ”. Give each a name of its own."
        );
        assert_eq!(
            error_for("severity_labels", json!({ "SEV-1": "sev 2" })),
            "calls SEV-1 “sev 2”, which is the word of a level."
        );
        assert!(
            error_for("severity_labels", json!({ "SEV-99": "Bad" })).starts_with("does not fit: ")
        );
        // Labels of levels that are not in use may repeat.
        let labels = [(
            "severity_labels".to_owned(),
            json!({ "SEV-1": "Bad", "SEV-9": "Bad" }),
        )];
        assert!(Settings::default().with_values(labels).is_ok());
    }

    #[test]
    fn channel_template_must_produce_a_name() {
        for empty in ["", " - ", "{{ }}"] {
            let what = error_for("channel_name", json!(empty));
            assert!(what.contains("no name"), "{empty}: {what}");
        }
        assert!(error_for("channel_name", json!("inc-{{nubmer}}")).starts_with("has {{nubmer}}, "));
    }

    #[test]
    fn role_names_are_unique() {
        let role = |name: &str| json!({ "name": name, "people": "one" });
        assert_eq!(
            error_for("roles", json!([role(" ")])),
            "has a role without a name."
        );
        assert_eq!(
            error_for("roles", json!([role("Scribe"), role("scribe")])),
            "names scribe twice."
        );
        assert_eq!(
            error_for("roles", json!([role("responder")])),
            "names responder, which is there without being named."
        );
        assert!(error_for("roles", json!([{ "name": "Scribe", "people": "two" }])).contains("two"));
    }

    #[test]
    fn reminder_and_archive_delays_are_limited() {
        assert!(error_for("reminder_minutes", json!({ "SEV-1": 20_000 })).contains("a week"));
        assert!(error_for("reminder_minutes_unknown", json!(20_000)).contains("a week"));
        assert_eq!(
            error_for("archive_after_days", json!(400)),
            "is 400 days; 365 is the most."
        );
    }
}
