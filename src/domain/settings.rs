//! How the team works: the settings that it may change, each with a preset that needs no change.

mod checks;

use std::collections::BTreeMap;

use muster_commands::{Level, PRESET_LEVELS, Scale, Severity, Status};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{FieldChange, PersonStanding, channel_name};

/// How the team works. The names of the fields are the keys by which they are shown and changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The levels that are used, the worst first.
    pub severity_levels: Vec<Severity>,
    /// Whether an incident may be of unknown severity.
    pub severity_unknown: bool,
    /// What the levels are called; those that are not used may be among them.
    pub severity_labels: BTreeMap<Severity, String>,
    /// When to choose which level.
    pub severity_descriptions: BTreeMap<Severity, String>,
    /// Whether `completed` is a status.
    pub status_completed: bool,
    /// The roles beside the commander and the responders.
    pub roles: Vec<TeamRole>,
    /// The template of channel names.
    pub channel_name: String,
    /// What the global channel hears of.
    pub announced: Vec<Announced>,
    /// After how many minutes without an update the channel is reminded.
    pub reminder_minutes: BTreeMap<Severity, u32>,
    /// After how many minutes the channel is reminded that the severity is unknown; 0: never.
    pub reminder_minutes_unknown: u32,
    /// How many days after resolution the channel is archived; 0: never.
    pub archive_after_days: u32,
    /// Who may declare an incident.
    pub who_declares: Declarers,
}

/// A role that the team gives to people, beside the commander and the responders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamRole {
    /// What it is called.
    pub name: String,
    /// How many people may have it at the same time.
    pub people: HowMany,
    /// What it is about: sent to whoever is given it. May be empty.
    #[serde(default)]
    pub description: String,
}

/// How many people may have a role at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowMany {
    /// One person.
    One,
    /// As many as it takes.
    Several,
}

/// Something that the global channel may hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announced {
    /// That an incident was declared.
    Declared,
    /// Another title.
    Title,
    /// Another severity.
    Severity,
    /// Another status.
    Status,
    /// Another commander.
    Commander,
}

/// Who may declare an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Declarers {
    /// Everybody who can write to the bot.
    Everybody,
    /// Everybody but guests of the workspace.
    NoGuests,
}

/// One setting: its key and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key by which it is shown and changed.
    pub key: &'static str,
    /// What it is for, in one line.
    pub says: &'static str,
}

/// Every setting, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "severity_levels",
        says: "The severities, the worst first: one to ten in a row, from SEV-0 or SEV-1 on.",
    },
    Setting {
        key: "severity_unknown",
        says: "Whether UNKNOWN can be chosen; if not, whoever declares must choose a level.",
    },
    Setting {
        key: "severity_labels",
        says: "What each level is called: SEV-2 High.",
    },
    Setting {
        key: "severity_descriptions",
        says: "When to choose which level; shown below the choice.",
    },
    Setting {
        key: "status_completed",
        says: "Whether there is COMPLETED after RESOLVED, for when all remediation is done.",
    },
    Setting {
        key: "roles",
        says: "Roles beside Incident Commander and Responder; people: \"one\" or \"several\".",
    },
    Setting {
        key: "channel_name",
        says: "The name of an incident's channel; {{public_id}}, {{title}}, {{slug}}, {{created}}, \
               {{yyyy}}, {{mm}}, {{dd}}, {{severity}} and {{severity_number}} are filled in. It \
               follows a change of these, until somebody renames the channel by hand.",
    },
    Setting {
        key: "announced",
        says: "What the global channel hears of, below the card: declared, title, severity, status, \
               commander. Never anything of a private incident.",
    },
    Setting {
        key: "reminder_minutes",
        says: "How long an active incident may go without an update before its channel is reminded, \
               in minutes; a severity that is not named, or is 0, is never reminded.",
    },
    Setting {
        key: "reminder_minutes_unknown",
        says: "How long the severity may stay UNKNOWN before the channel is reminded, in minutes; 0 \
               is never.",
    },
    Setting {
        key: "archive_after_days",
        says: "How many days after resolution the channel is archived, unless somebody wrote in it \
               during the last day; 0 is never. Where that is over when it is set, the channel is left \
               for one more day at least.",
    },
    Setting {
        key: "who_declares",
        says: "Who may declare an incident: \"everybody\" or \"no_guests\".",
    },
];

/// A setting that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Its key.
    pub key: String,
    /// What is wrong, and what to do: goes on after the key.
    pub what: String,
}

/// A setting that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its key.
    pub key: &'static str,
    /// What it was.
    pub from: Value,
    /// What it is then.
    pub to: Value,
}

impl Default for Settings {
    fn default() -> Self {
        let known = PRESET_LEVELS
            .iter()
            .filter(|(it, ..)| it.number().is_some());
        Self {
            severity_levels: known.clone().map(|(severity, ..)| *severity).collect(),
            severity_unknown: true,
            severity_labels: known
                .map(|(severity, label, _)| (*severity, (*label).to_owned()))
                .collect(),
            severity_descriptions: PRESET_LEVELS
                .iter()
                .map(|(severity, _, description)| (*severity, (*description).to_owned()))
                .collect(),
            status_completed: false,
            roles: vec![TeamRole {
                name: "Communications Lead".to_owned(),
                people: HowMany::One,
                description: "Tells customers and colleagues how things stand.".to_owned(),
            }],
            channel_name: channel_name::PRESET.to_owned(),
            announced: vec![
                Announced::Declared,
                Announced::Severity,
                Announced::Status,
                Announced::Commander,
            ],
            reminder_minutes: BTreeMap::from([(Severity::Sev1, 30), (Severity::Sev2, 30)]),
            reminder_minutes_unknown: 60,
            archive_after_days: 0,
            who_declares: Declarers::Everybody,
        }
    }
}

impl Settings {
    /// Gives the severities that the team uses, as forms offer them.
    pub fn scale(&self) -> Scale {
        let unknown = Some(Severity::Unknown).filter(|_| self.severity_unknown);
        let severities = unknown.into_iter().chain(self.severity_levels.clone());
        let said = |texts: &BTreeMap<Severity, String>, severity| {
            texts.get(&severity).cloned().unwrap_or_default()
        };
        Scale::new(
            severities
                .map(|severity| Level {
                    severity,
                    label: said(&self.severity_labels, severity),
                    description: said(&self.severity_descriptions, severity),
                })
                .collect(),
        )
    }

    /// Gives the statuses that the team uses.
    pub fn statuses(&self) -> Vec<Status> {
        let used = |status: &Status| *status != Status::Completed || self.status_completed;
        Status::ALL.into_iter().filter(used).collect()
    }

    /// Says whether somebody of this standing may declare an incident. Of whom we know nothing, nobody
    /// says that they are a guest.
    pub fn may_declare(&self, standing: Option<PersonStanding>) -> bool {
        match (self.who_declares, standing) {
            (Declarers::Everybody, _) => true,
            (Declarers::NoGuests, None) => true,
            (Declarers::NoGuests, Some(standing)) => standing != PersonStanding::Guest,
        }
    }

    /// Says whether the global channel hears of a change.
    pub fn announces(&self, change: &FieldChange) -> bool {
        let what = match change {
            FieldChange::Title { .. } => Announced::Title,
            FieldChange::Severity { .. } => Announced::Severity,
            FieldChange::Status { .. } => Announced::Status,
            FieldChange::Commander { .. } => Announced::Commander,
            FieldChange::DetectionMethod { .. }
            | FieldChange::Summary { .. }
            | FieldChange::RootCause { .. } => return false,
        };
        self.announced.contains(&what)
    }

    /// Gives every setting with its value, in the order in which they are shown.
    pub fn values(&self) -> Vec<(&'static Setting, Value)> {
        let mut values = self.by_key();
        SETTINGS
            .iter()
            .map(|setting| {
                let value = values.remove(setting.key).unwrap_or(Value::Null);
                (setting, value)
            })
            .collect()
    }

    /// Gives the settings with some of them changed.
    ///
    /// # Errors
    /// Everything that is wrong; then nothing is changed.
    pub fn with(
        &self,
        wanted: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Self, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut settings = self.clone();
        for (key, value) in wanted {
            match settings.replacing(&key, value) {
                Ok(replaced) => settings = replaced,
                Err(what) => wrong.push(Wrong { key, what }),
            }
        }
        wrong.extend(checks::wrong(&settings));
        if wrong.is_empty() {
            Ok(settings)
        } else {
            Err(wrong)
        }
    }

    /// Gives what is different in `to`.
    pub fn changes(&self, to: &Self) -> Vec<Changed> {
        let pairs = self.values().into_iter().zip(to.values());
        pairs
            .filter(|((_, from), (_, to))| from != to)
            .map(|((setting, from), (_, to))| Changed {
                key: setting.key,
                from,
                to,
            })
            .collect()
    }

    /// Gives the settings with one value of the right type in place of another.
    fn replacing(&self, key: &str, value: Value) -> Result<Self, String> {
        let mut values = self.by_key();
        let Some(place) = values.get_mut(key) else {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
            return Err(format!("is no setting. There are: {}.", known.join(", ")));
        };
        let example = std::mem::replace(place, value);
        serde_json::from_value(Value::Object(values))
            .map_err(|error| format!("does not fit: {error}. What would fit: {example}."))
    }

    fn by_key(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(values)) => values,
            // All of it is plain data, which JSON can hold.
            Ok(_) | Err(_) => Map::new(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(key: &str, value: Value) -> Result<Settings, Vec<Wrong>> {
        Settings::default().with([(key.to_owned(), value)])
    }

    #[test]
    fn every_setting_is_in_the_table_and_its_preset_is_right() {
        let preset = Settings::default();
        let keys: Vec<_> = preset.by_key().into_iter().map(|(key, _)| key).collect();
        let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
        assert_eq!(keys, known);
        let same = preset.values().into_iter();
        let same = same.map(|(setting, value)| (setting.key.to_owned(), value));
        assert_eq!(preset.with(same), Ok(preset.clone()));
        assert_eq!(preset.scale(), Scale::default());
        assert_eq!(preset.statuses(), Status::PRESET);
    }

    #[test]
    fn a_change_is_told_by_its_key() {
        let settings = with("severity_unknown", json!(false)).unwrap();
        assert_eq!(settings.scale().first(), None);
        let changed = Changed {
            key: "severity_unknown",
            from: json!(true),
            to: json!(false),
        };
        assert_eq!(Settings::default().changes(&settings), [changed]);
    }

    #[test]
    fn everything_wrong_is_named_and_nothing_changed() {
        let wanted = [
            ("severitys".to_owned(), json!(1)),
            ("status_completed".to_owned(), json!("maybe")),
            ("archive_after_days".to_owned(), json!(2)),
        ];
        let wrong = Settings::default().with(wanted).unwrap_err();
        let keys: Vec<_> = wrong.iter().map(|wrong| wrong.key.as_str()).collect();
        assert_eq!(keys, ["severitys", "status_completed"]);
        assert!(
            wrong[0]
                .what
                .starts_with("is no setting. There are: severity_levels, ")
        );
        assert!(
            wrong[1].what.ends_with("What would fit: false."),
            "{wrong:?}"
        );
    }

    #[test]
    fn guests_declare_where_everybody_may() {
        let no_guests = with("who_declares", json!("no_guests")).unwrap();
        assert!(!no_guests.may_declare(Some(PersonStanding::Guest)));
        assert!(no_guests.may_declare(Some(PersonStanding::Member)));
        assert!(no_guests.may_declare(None));
        assert!(Settings::default().may_declare(Some(PersonStanding::Guest)));
    }
}
