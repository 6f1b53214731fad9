//! The two kinds of files that the settings page imports, and what they change.

use std::collections::HashMap;

use serde_json::Value;

use crate::domain::{FieldOption, SettingChange, Settings};
use crate::settings_csv::{self, CsvImport};
use crate::settings_toml::{self, value_to_toml};

/// Settings by key.
pub(super) type Values = Vec<(String, Value)>;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A settings file.
    Toml,
    /// The values of one field.
    Csv,
}

/// A file that can be imported.
pub(super) struct ReadFile {
    /// The settings in the file.
    pub(super) values: Values,
    pub(super) changes: Vec<Change>,
    /// The number of changes of each kind; empty if the changes say enough.
    pub(super) summary: String,
    /// More information for the user.
    pub(super) notes: Vec<String>,
}

/// A change that a file would make.
#[derive(Clone)]
pub(super) struct Change {
    /// The setting, or the kind of change.
    pub(super) name: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

impl Change {
    /// The values are the present ones, in another order.
    fn of_order() -> Self {
        Self {
            name: "Order".to_owned(),
            from: None,
            to: Some("as in the file".to_owned()),
        }
    }
}

impl From<SettingChange> for Change {
    fn from(change: SettingChange) -> Self {
        Self {
            name: change.key.to_owned(),
            from: Some(value_to_toml(&change.from)),
            to: Some(value_to_toml(&change.to)),
        }
    }
}

impl Format {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Toml => "/settings/import",
            Self::Csv => "/settings/import/values",
        }
    }

    /// Returns the address of the page after the import.
    pub(super) fn way_on(self) -> &'static str {
        match self {
            Self::Toml => "/settings?saved=import",
            Self::Csv => "/settings?saved=fields#fields",
        }
    }

    /// Reads a file. Returns all its mistakes, as sentences.
    pub(super) fn read(self, settings: &Settings, text: &str) -> Result<ReadFile, Vec<String>> {
        match self {
            Self::Toml => {
                let values = settings_toml::parse_settings(text);
                let values =
                    values.map_err(|error| vec![format!("This isn't valid TOML: {error}")])?;
                let changes = changes(settings, &values)?;
                Ok(ReadFile {
                    values,
                    changes: changes.into_iter().map(Change::from).collect(),
                    summary: String::new(),
                    notes: Vec::new(),
                })
            }
            Self::Csv => {
                let import = settings_csv::parse_values(settings, text)?;
                changes(settings, &import.values)?;
                Ok(read_values(import))
            }
        }
    }
}

/// Returns how these values differ from the settings, or all mistakes in them.
fn changes(settings: &Settings, values: &Values) -> Result<Vec<SettingChange>, Vec<String>> {
    match settings.with_values(values.clone()) {
        Ok(imported) => Ok(settings.diff(&imported)),
        Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
    }
}

/// Compares the values of a field with the present ones.
fn read_values(import: CsvImport) -> ReadFile {
    let (before, after) = (by_name(&import.before), by_name(&import.after));
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for option in &import.after {
        match before.get(&option.name.to_lowercase()) {
            Some(present) if *present == option => {}
            Some(present) => changed.push(change("Changed", Some(present), Some(option))),
            None => added.push(change("Added", None, Some(option))),
        }
    }
    let mut removed = Vec::new();
    for option in &import.before {
        if !after.contains_key(&option.name.to_lowercase()) {
            removed.push(change("Removed", Some(option), None));
        }
    }
    let summary = format!(
        "{}: {} added, {} changed, {} removed, {} unchanged.",
        import.label,
        added.len(),
        changed.len(),
        removed.len(),
        import.after.len() - added.len() - changed.len()
    );
    let mut notes: Vec<_> = import.duplicates.iter().map(ToString::to_string).collect();
    if !removed.is_empty() {
        notes.push("Incidents that have a removed value keep it.".to_owned());
    }
    let mut changes = [added, changed, removed].concat();
    if changes.is_empty() && import.before != import.after {
        changes.push(Change::of_order());
    }
    ReadFile {
        values: import.values,
        changes,
        summary,
        notes,
    }
}

/// Returns the values by their names in lower case.
fn by_name(options: &[FieldOption]) -> HashMap<String, &FieldOption> {
    let options = options.iter();
    options.map(|it| (it.name.to_lowercase(), it)).collect()
}

fn change(kind: &str, from: Option<&FieldOption>, to: Option<&FieldOption>) -> Change {
    Change {
        name: kind.to_owned(),
        from: from.map(option_text),
        to: to.map(option_text),
    }
}

/// Returns a value in words: `checkout (team payments, @oncall joins)`.
fn option_text(option: &FieldOption) -> String {
    let mut details = Vec::new();
    if !option.team.is_empty() {
        details.push(format!("team {}", option.team));
    }
    if !option.slack.is_empty() {
        details.push(format!("{} joins", option.slack));
    }
    match details.is_empty() {
        true => option.name.clone(),
        false => format!("{} ({})", option.name, details.join(", ")),
    }
}
