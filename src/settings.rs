//! `muster settings`: how the team works, shown and changed in a terminal. A bot that runs goes by a change
//! from its next request on, and lets the reminders of all incidents follow it.

mod written;

use std::path::Path;

use serde_json::Value;

use crate::command_line::SettingsCommand;
use crate::domain::{Changed, Moment, SETTINGS, Settings, Wrong};
use crate::error::Error;
use crate::store::Beside;

/// Why a command did nothing: words for the operator, and the code that the program ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A file or the store could not be used.
    Failed(String),
    /// A setting is wrong or unknown; nothing was changed.
    Wrong(String),
}

/// Does what was asked of the settings in a store; gives what to print.
///
/// # Errors
/// Why nothing was done.
pub fn run(command: &SettingsCommand, database: &Path, now: Moment) -> Result<String, Stop> {
    let mut store = Beside::open(database).map_err(|error| unusable(database, &error))?;
    let present = store
        .settings()
        .map_err(|error| unusable(database, &error))?;
    match command {
        SettingsCommand::Show => Ok(shown(&present)),
        SettingsCommand::Get { key } => got(&present, key),
        SettingsCommand::Set { key, value } => {
            let wanted = vec![(key.clone(), written::read_value(value))];
            let changes = kept(&mut store, wanted, now, database)?;
            Ok(told(
                "Changed",
                "Nothing to change: it is so already.",
                &changes,
            ))
        }
        SettingsCommand::Import { file, yes } => {
            let wanted = imported(file)?;
            if *yes {
                let changes = kept(&mut store, wanted, now, database)?;
                return Ok(told("Changed", AS_THE_FILE, &changes));
            }
            let changes = present.changes(&present.with(wanted).map_err(named)?);
            let would = told("This would change", AS_THE_FILE, &changes);
            Ok(if changes.is_empty() {
                would
            } else {
                format!("{would}\nNothing was changed yet: add --yes to do it.")
            })
        }
        SettingsCommand::Export { file: None } => Ok(written::all(&present).trim_end().to_owned()),
        SettingsCommand::Export { file: Some(file) } => {
            std::fs::write(file, written::all(&present)).map_err(|error| {
                Stop::Failed(format!("{} cannot be written: {error}.", file.display()))
            })?;
            Ok(format!(
                "Wrote {} settings to {}.",
                SETTINGS.len(),
                file.display()
            ))
        }
    }
}

const AS_THE_FILE: &str = "Nothing to change: the settings are as the file has them.";

/// Gives every setting with its value and what it is for; where it is not as its preset, the preset too.
fn shown(present: &Settings) -> String {
    let presets = Settings::default().values();
    let lines = present.values().into_iter().zip(presets);
    let lines: Vec<_> = lines
        .map(|((setting, value), (_, preset))| {
            let preset = if value == preset {
                String::new()
            } else {
                format!("\n    Preset: {}", written::value(&preset))
            };
            format!(
                "{} = {}\n    {}{preset}",
                setting.key,
                written::value(&value),
                setting.says
            )
        })
        .collect();
    lines.join("\n\n")
}

fn got(present: &Settings, key: &str) -> Result<String, Stop> {
    let known = present.values();
    let found = known.iter().find(|(setting, _)| setting.key == key);
    match found {
        Some((_, value)) => Ok(written::value(value)),
        None => {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
            Err(Stop::Wrong(format!(
                "{key} is no setting. There are: {}.",
                known.join(", ")
            )))
        }
    }
}

/// Reads a file of settings; what it does not name stays as it is.
fn imported(file: &Path) -> Result<Vec<(String, Value)>, Stop> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Stop::Failed(format!("{} cannot be read: {error}.", file.display())))?;
    written::read_all(&text).map_err(|error| {
        Stop::Wrong(format!(
            "{} is no TOML, and nothing was changed:\n{error}",
            file.display()
        ))
    })
}

fn kept(
    store: &mut Beside,
    wanted: Vec<(String, Value)>,
    now: Moment,
    database: &Path,
) -> Result<Vec<Changed>, Stop> {
    store
        .change(|present| present.with(wanted), now)
        .map_err(|error| unusable(database, &error))?
        .map_err(named)
}

fn told(changed: &str, nothing: &str, changes: &[Changed]) -> String {
    if changes.is_empty() {
        return nothing.to_owned();
    }
    let lines = changes.iter().map(|change| {
        format!(
            "  {}\n    from {}\n    to   {}",
            change.key,
            written::value(&change.from),
            written::value(&change.to)
        )
    });
    let lines: Vec<_> = lines.collect();
    format!("{changed}:\n\n{}\n", lines.join("\n"))
}

/// Names everything that is wrong.
fn named(wrong: Vec<Wrong>) -> Stop {
    let count = match wrong.len() {
        1 => "One setting needs".to_owned(),
        several => format!("{several} settings need"),
    };
    let lines = wrong
        .iter()
        .map(|wrong| format!("  {} {}", wrong.key, wrong.what));
    let lines: Vec<_> = lines.collect();
    Stop::Wrong(format!(
        "Nothing was changed. {count} your attention:\n\n{}",
        lines.join("\n")
    ))
}

fn unusable(database: &Path, error: &Error) -> Stop {
    match error {
        Error::Refused(sentence) => Stop::Failed(sentence.clone()),
        Error::Form(_)
        | Error::NotFound(_)
        | Error::Unauthorized
        | Error::NotStored(_)
        | Error::Internal(_) => Stop::Failed(format!(
            "The store {} cannot be used: {error}. Nothing was changed. Check that DATABASE_PATH \
             names a file that Muster wrote, or none yet, and that it may be written.",
            database.display()
        )),
    }
}
