//! `muster settings`: shows and changes the team settings. A running bot uses a change from its next request
//! on, and reschedules the reminders of all incidents.

use crate::cli::settings_toml;

use std::path::Path;

use serde_json::Value;

use crate::cli::args::SettingsCommand;
use crate::domain::{SETTINGS, SettingChange, SettingError, Settings, Timestamp};
use crate::error::Error;
use crate::store::OfflineSettings;

/// Why the command changed nothing, as a message for the operator. It determines the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsCommandError {
    /// A file or the store could not be used.
    Failed(String),
    /// A setting is invalid or unknown; nothing was changed.
    Invalid(String),
}

/// Runs a command on the settings of a store. Returns the text to print.
pub fn run(
    command: &SettingsCommand,
    database: &Path,
    now: Timestamp,
) -> Result<String, SettingsCommandError> {
    let mut store =
        OfflineSettings::open(database).map_err(|error| store_error(database, &error))?;
    let present = store
        .settings()
        .map_err(|error| store_error(database, &error))?;
    match command {
        SettingsCommand::Show => Ok(settings_text(&present)),
        SettingsCommand::Get { key } => setting_value(&present, key),
        SettingsCommand::Set { key, value } => {
            let wanted = vec![(key.clone(), settings_toml::parse_value(value))];
            let changes = save_changes(&mut store, wanted, now, database)?;
            Ok(changes_text(
                "Changed",
                "Nothing to change: the setting already has this value.",
                &changes,
            ))
        }
        SettingsCommand::Import { file, yes } => {
            let wanted = read_import_file(file)?;
            if *yes {
                let changes = save_changes(&mut store, wanted, now, database)?;
                return Ok(changes_text("Changed", NO_CHANGES_IN_FILE, &changes));
            }
            let changes = present.diff(
                &present
                    .with_values(wanted)
                    .map_err(invalid_settings_error)?,
            );
            let would = changes_text("This would change", NO_CHANGES_IN_FILE, &changes);
            Ok(if changes.is_empty() {
                would
            } else {
                format!("{would}\nNothing was changed yet. Add --yes to apply it.")
            })
        }
        SettingsCommand::Export { file: None } => {
            Ok(settings_toml::to_toml(&present).trim_end().to_owned())
        }
        SettingsCommand::Export { file: Some(file) } => {
            std::fs::write(file, settings_toml::to_toml(&present)).map_err(|error| {
                SettingsCommandError::Failed(format!(
                    "{} cannot be written: {error}.",
                    file.display()
                ))
            })?;
            Ok(format!(
                "Wrote {} settings to {}.",
                SETTINGS.len(),
                file.display()
            ))
        }
    }
}

const NO_CHANGES_IN_FILE: &str = "Nothing to change: the settings already match the file.";

/// Returns all settings with their values and descriptions, and the default where the value differs from it.
fn settings_text(present: &Settings) -> String {
    let presets = Settings::default().values();
    let lines = present.values().into_iter().zip(presets);
    let lines: Vec<_> = lines
        .map(|((setting, value), (_, preset))| {
            let preset = if value == preset {
                String::new()
            } else {
                format!("\n    Default: {}", settings_toml::value_to_toml(&preset))
            };
            format!(
                "{} = {}\n    {}{preset}",
                setting.key,
                settings_toml::value_to_toml(&value),
                setting.description
            )
        })
        .collect();
    lines.join("\n\n")
}

fn setting_value(present: &Settings, key: &str) -> Result<String, SettingsCommandError> {
    let known = present.values();
    let found = known.iter().find(|(setting, _)| setting.key == key);
    match found {
        Some((_, value)) => Ok(settings_toml::value_to_toml(value)),
        None => {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
            Err(SettingsCommandError::Invalid(format!(
                "{key} is not a setting. The settings are: {}.",
                known.join(", ")
            )))
        }
    }
}

/// Reads a settings file. Settings that it does not contain stay unchanged.
fn read_import_file(file: &Path) -> Result<Vec<(String, Value)>, SettingsCommandError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        SettingsCommandError::Failed(format!("{} cannot be read: {error}.", file.display()))
    })?;
    settings_toml::parse_settings(&text).map_err(|error| {
        SettingsCommandError::Invalid(format!(
            "{} is not valid TOML, and nothing was changed:\n{error}",
            file.display()
        ))
    })
}

fn save_changes(
    store: &mut OfflineSettings,
    wanted: Vec<(String, Value)>,
    now: Timestamp,
    database: &Path,
) -> Result<Vec<SettingChange>, SettingsCommandError> {
    store
        .change(|present| present.with_values(wanted), now)
        .map_err(|error| store_error(database, &error))?
        .map_err(invalid_settings_error)
}

fn changes_text(changed: &str, nothing: &str, changes: &[SettingChange]) -> String {
    if changes.is_empty() {
        return nothing.to_owned();
    }
    let lines = changes.iter().map(|change| {
        format!(
            "  {}\n    from {}\n    to   {}",
            change.key,
            settings_toml::value_to_toml(&change.from),
            settings_toml::value_to_toml(&change.to)
        )
    });
    let lines: Vec<_> = lines.collect();
    format!("{changed}:\n\n{}\n", lines.join("\n"))
}

/// Returns the error that lists all invalid settings.
fn invalid_settings_error(wrong: Vec<SettingError>) -> SettingsCommandError {
    let count = match wrong.len() {
        1 => "One setting is".to_owned(),
        several => format!("{several} settings are"),
    };
    let lines = wrong
        .iter()
        .map(|wrong| format!("  {} {}", wrong.key, wrong.problem));
    let lines: Vec<_> = lines.collect();
    SettingsCommandError::Invalid(format!(
        "Nothing was changed. {count} invalid or unknown:\n\n{}",
        lines.join("\n")
    ))
}

fn store_error(database: &Path, error: &Error) -> SettingsCommandError {
    match error {
        Error::Rejected(sentence) => SettingsCommandError::Failed(sentence.clone()),
        Error::InvalidForm(_)
        | Error::IncidentRequired
        | Error::NotFound(_)
        | Error::Unauthorized
        | Error::StoreUnavailable(_)
        | Error::Internal(_) => SettingsCommandError::Failed(format!(
            "The store {} cannot be used: {error}. Nothing was changed. Check that DATABASE_PATH \
             names a file that Muster wrote, or none yet, and that it may be written.",
            database.display()
        )),
    }
}
