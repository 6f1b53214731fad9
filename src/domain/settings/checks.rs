//! What settings must keep to, beyond being of the right type.

use muster_commands::Severity;

use super::{Settings, Wrong};
use crate::domain::channel_name;

/// The longest label of a severity: it stands beside the word in an option of a form.
const LONGEST_LABEL: usize = 40;
/// The longest description of a severity: eleven of them fit below the field. Slack: a hint has at most
/// 2,000 characters, docs.slack.dev/reference/block-kit/blocks/input-block.
const LONGEST_DESCRIPTION: usize = 120;
/// The longest name of a role.
const LONGEST_ROLE: usize = 40;
/// The longest description of a role.
const LONGEST_DUTIES: usize = 1_000;
/// How many roles there may be: each has a field of its own in the form.
const MOST_ROLES: usize = 20;
/// The longest wait for a reminder: a week.
const LONGEST_WAIT: u32 = 7 * 24 * 60;
/// The longest wait before a channel is archived.
const MOST_DAYS: u32 = 365;

/// Gives everything that is wrong.
pub fn wrong(settings: &Settings) -> Vec<Wrong> {
    let checks: [(&str, Option<String>); 7] = [
        ("severity_levels", levels(settings)),
        ("severity_labels", labels(settings)),
        ("severity_descriptions", descriptions(settings)),
        ("roles", roles(settings)),
        (
            "channel_name",
            channel_name::trouble_with(&settings.channel_name),
        ),
        ("reminder_minutes", waits(settings)),
        ("archive_after_days", days(settings)),
    ];
    let wrong = checks.into_iter().filter_map(|(key, what)| {
        Some(Wrong {
            key: key.to_owned(),
            what: what?,
        })
    });
    let unknown = too_long(settings.reminder_minutes_unknown).map(|what| Wrong {
        key: "reminder_minutes_unknown".to_owned(),
        what,
    });
    wrong.chain(unknown).collect()
}

fn levels(settings: &Settings) -> Option<String> {
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

fn labels(settings: &Settings) -> Option<String> {
    let labels = &settings.severity_labels;
    for (severity, label) in labels {
        if let Some(what) = longer(label, LONGEST_LABEL) {
            return Some(format!("calls {severity} by {what}"));
        }
        if label.parse::<Severity>().is_ok() {
            return Some(format!(
                "calls {severity} “{label}”, which is the word of a level."
            ));
        }
    }
    let scale = settings.scale();
    let used: Vec<_> = scale
        .levels()
        .iter()
        .filter(|it| !it.label.is_empty())
        .collect();
    for (at, level) in used.iter().enumerate() {
        let same = |other: &&&muster_commands::Level| {
            other.severity != level.severity && alike(&other.label, &level.label)
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

fn descriptions(settings: &Settings) -> Option<String> {
    settings
        .severity_descriptions
        .iter()
        .find_map(|(severity, text)| {
            longer(text, LONGEST_DESCRIPTION).map(|what| format!("describes {severity} by {what}"))
        })
}

fn roles(settings: &Settings) -> Option<String> {
    let roles = &settings.roles;
    if roles.len() > MOST_ROLES {
        return Some(format!(
            "has {} roles; {MOST_ROLES} is the most.",
            roles.len()
        ));
    }
    for (at, role) in roles.iter().enumerate() {
        let name = &role.name;
        if name.trim().is_empty() {
            return Some("has a role without a name.".to_owned());
        }
        if let Some(what) = longer(name, LONGEST_ROLE) {
            return Some(format!("names a role by {what}"));
        }
        if let Some(what) = longer(&role.description, LONGEST_DUTIES) {
            return Some(format!("describes {name} by {what}"));
        }
        let built_in = ["Incident Commander", "Commander", "IC", "Responder"];
        if built_in.iter().any(|known| alike(known, name)) {
            return Some(format!("names {name}, which is there without being named."));
        }
        if roles[..at].iter().any(|other| alike(&other.name, name)) {
            return Some(format!("names {name} twice."));
        }
    }
    None
}

fn waits(settings: &Settings) -> Option<String> {
    settings
        .reminder_minutes
        .iter()
        .find_map(|(severity, minutes)| {
            too_long(*minutes).map(|what| format!("for {severity} {what}"))
        })
}

fn too_long(minutes: u32) -> Option<String> {
    (minutes > LONGEST_WAIT)
        .then(|| format!("is {minutes} minutes; {LONGEST_WAIT}, which is a week, is the most."))
}

fn days(settings: &Settings) -> Option<String> {
    let days = settings.archive_after_days;
    (days > MOST_DAYS).then(|| format!("is {days} days; {MOST_DAYS} is the most."))
}

/// Says what is wrong with a text that is too long, or not of one line.
fn longer(text: &str, longest: usize) -> Option<String> {
    let long = text.chars().count();
    if long > longest {
        return Some(format!("{long} characters; {longest} is the most."));
    }
    text.contains(['\r', '\n'])
        .then(|| "more than one line; one is enough.".to_owned())
}

fn alike(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn refused(key: &str, value: Value) -> String {
        let wrong = Settings::default().with([(key.to_owned(), value)]);
        let wrong = wrong.unwrap_err();
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].key, key);
        wrong[0].what.clone()
    }

    #[test]
    fn a_scale_has_one_to_ten_levels_in_a_row() {
        let levels = |from: i32, to: i32| {
            let level = |number| format!("SEV-{number}");
            json!((from..=to).map(level).collect::<Vec<_>>())
        };
        assert_eq!(
            refused("severity_levels", levels(1, 0)),
            "has no level. A scale has one to ten, from SEV-0 or SEV-1 on."
        );
        assert!(refused("severity_levels", levels(0, 10)).starts_with("has 11 levels."));
        for wrong in [
            levels(2, 4),
            json!(["SEV-2", "SEV-1"]),
            json!(["SEV-1", "SEV-3"]),
            json!(["SEV-1", "SEV-1"]),
            json!(["UNKNOWN"]),
        ] {
            assert!(refused("severity_levels", wrong).starts_with("must go from SEV-0"));
        }
        for right in [levels(0, 9), levels(1, 10), levels(0, 0), levels(1, 1)] {
            let wanted = [("severity_levels".to_owned(), right)];
            assert!(Settings::default().with(wanted).is_ok());
        }
    }

    #[test]
    fn no_two_levels_are_called_the_same() {
        let labels = json!({ "SEV-1": "Bad", "SEV-2": "bad ", "SEV-9": "Bad" });
        assert_eq!(
            refused("severity_labels", labels),
            "calls both SEV-1 and SEV-2 “bad ”. Give each a name of its own."
        );
        assert_eq!(
            refused("severity_labels", json!({ "SEV-1": "sev 2" })),
            "calls SEV-1 “sev 2”, which is the word of a level."
        );
        assert!(
            refused("severity_labels", json!({ "SEV-99": "Bad" })).starts_with("does not fit: ")
        );
        // A level that is not used may be called as it likes.
        let labels = [(
            "severity_labels".to_owned(),
            json!({ "SEV-1": "Bad", "SEV-9": "Bad" }),
        )];
        assert!(Settings::default().with(labels).is_ok());
    }

    #[test]
    fn a_channel_has_a_name() {
        for empty in ["", " - ", "{{ }}"] {
            let what = refused("channel_name", json!(empty));
            assert!(what.contains("no name"), "{empty}: {what}");
        }
        assert!(refused("channel_name", json!("inc-{{nubmer}}")).starts_with("has {{nubmer}}, "));
    }

    #[test]
    fn roles_have_names_of_their_own() {
        let role = |name: &str| json!({ "name": name, "people": "one" });
        assert_eq!(
            refused("roles", json!([role(" ")])),
            "has a role without a name."
        );
        assert_eq!(
            refused("roles", json!([role("Scribe"), role("scribe")])),
            "names scribe twice."
        );
        assert_eq!(
            refused("roles", json!([role("responder")])),
            "names responder, which is there without being named."
        );
        assert!(refused("roles", json!([{ "name": "Scribe", "people": "two" }])).contains("two"));
    }

    #[test]
    fn waits_end_some_day() {
        assert!(refused("reminder_minutes", json!({ "SEV-1": 20_000 })).contains("a week"));
        assert!(refused("reminder_minutes_unknown", json!(20_000)).contains("a week"));
        assert_eq!(
            refused("archive_after_days", json!(400)),
            "is 400 days; 365 is the most."
        );
    }
}
