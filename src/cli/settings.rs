//! `muster settings`: shows and changes the team settings. A running bot uses a change from its next request
//! on. The change reschedules the reminders of all incidents.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::cli::args::SettingsCommand;
use crate::cli::command_error::CommandError;
use crate::domain::notification::RuleQuestion;
use crate::domain::{SETTINGS, SettingChange, SettingError, Settings, Timestamp};
use crate::error::Error;
use crate::settings_csv;
use crate::settings_toml;
use crate::store::OfflineSettings;

/// Settings by key, as typed by the operator.
type Values = Vec<(String, Value)>;

const NO_CHANGES_IN_FILE: &str = "No changes: the settings already match the file.";

/// Runs a command on the settings of a store. Returns the text to print.
pub fn run(
    command: &SettingsCommand,
    database: &Path,
    now: Timestamp,
) -> Result<String, CommandError> {
    let mut store = SettingsFile::open(database, now)?;
    let settings = store.read()?;
    match command {
        SettingsCommand::Show => Ok(settings_text(&settings)),
        SettingsCommand::Get { key } => setting_value(&settings, key),
        SettingsCommand::Set { key, value, anyway } => {
            let values = vec![(key.clone(), settings_toml::parse_value(value))];
            if !anyway {
                check_questions(&settings, values.clone(), "change it")?;
            }
            let unchanged = "Already set.";
            Ok(changes_text("Changed", unchanged, &store.change(values)?))
        }
        SettingsCommand::Import { file, yes, anyway } => {
            let values = read_import_file(&settings, file)?;
            if !yes {
                return preview_import(&settings, values);
            }
            if !anyway {
                check_questions(&settings, values.clone(), "apply the file")?;
            }
            let changes = store.change(values)?;
            Ok(changes_text("Changed", NO_CHANGES_IN_FILE, &changes))
        }
        SettingsCommand::Export { file: None } => {
            let text = settings_toml::to_toml(&settings);
            Ok(text.trim_end().to_owned())
        }
        SettingsCommand::Export { file: Some(file) } => export(&settings, file),
    }
}

/// The settings of a store that a bot may be using.
struct SettingsFile<'a> {
    store: OfflineSettings,
    database: &'a Path,
    now: Timestamp,
}

impl<'a> SettingsFile<'a> {
    fn open(database: &'a Path, now: Timestamp) -> Result<Self, CommandError> {
        let store =
            OfflineSettings::open(database).map_err(|error| store_error(database, &error))?;
        Ok(Self {
            store,
            database,
            now,
        })
    }

    fn read(&self) -> Result<Arc<Settings>, CommandError> {
        let settings = self.store.settings();
        settings.map_err(|error| store_error(self.database, &error))
    }

    fn change(&mut self, values: Values) -> Result<Vec<SettingChange>, CommandError> {
        self.store
            .change(|settings| settings.with_values(values), self.now)
            .map_err(|error| store_error(self.database, &error))?
            .map_err(|errors| invalid_settings_error(&errors))
    }
}

/// Refuses values that an admin would have to confirm on the pages. `action` is what `--anyway` does.
fn check_questions(settings: &Settings, values: Values, action: &str) -> Result<(), CommandError> {
    // Invalid values are reported by the change.
    let Ok(changed) = settings.with_values(values) else {
        return Ok(());
    };
    match questions_text(&settings.rule_questions(&changed)) {
        Some(questions) => Err(CommandError::invalid_setting(format!(
            "Nothing was changed.\n\n{questions}\n\nAdd --anyway to {action} anyway."
        ))),
        None => Ok(()),
    }
}

/// Returns what notification rules have to do with a change; `None` for nothing.
fn questions_text(questions: &[RuleQuestion]) -> Option<String> {
    let questions: Vec<_> = questions.iter().map(|it| format!("  {it}")).collect();
    (!questions.is_empty()).then(|| questions.join("\n"))
}

/// Returns all settings with their values and descriptions, and the default where the value differs from it.
fn settings_text(settings: &Settings) -> String {
    let defaults = Settings::default().values();
    let values = settings.values().into_iter().zip(defaults);
    let paragraphs: Vec<String> = values
        .map(|((setting, value), (_, default))| {
            let default = if value == default {
                String::new()
            } else {
                format!("\n    Default: {}", settings_toml::value_to_toml(&default))
            };
            let value = settings_toml::value_to_toml(&value);
            format!(
                "{} = {value}\n    {}{default}",
                setting.key, setting.description
            )
        })
        .collect();
    paragraphs.join("\n\n")
}

fn setting_value(settings: &Settings, key: &str) -> Result<String, CommandError> {
    let values = settings.values();
    match values.iter().find(|(setting, _)| setting.key == key) {
        Some((_, value)) => Ok(settings_toml::value_to_toml(value)),
        None => {
            let keys: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
            Err(CommandError::invalid_setting(format!(
                "{key} isn't a setting. Settings: {}.",
                keys.join(", ")
            )))
        }
    }
}

/// Reads a settings file, or a CSV file with the values of a field. Settings that it does not contain stay unchanged.
fn read_import_file(settings: &Settings, file: &Path) -> Result<Values, CommandError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        CommandError::failed(format!("Can't read {}: {error}.", file.display()))
    })?;
    if file
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("csv"))
    {
        let read = settings_csv::parse_values(settings, &text);
        return read
            .map(|import| import.values)
            .map_err(|problems| invalid_csv_error(file, &problems));
    }
    settings_toml::parse_settings(&text).map_err(|error| {
        CommandError::invalid_setting(format!(
            "Nothing was changed. {} isn't valid TOML:\n{error}",
            file.display()
        ))
    })
}

/// Returns the error that lists all mistakes in a CSV file.
fn invalid_csv_error(file: &Path, problems: &[String]) -> CommandError {
    let problems = match problems {
        [only] => format!(" {only}"),
        problems => format!("\n\n  {}", problems.join("\n  ")),
    };
    CommandError::invalid_setting(format!(
        "Nothing was changed. Can't import {}:{problems}",
        file.display()
    ))
}

fn preview_import(settings: &Settings, values: Values) -> Result<String, CommandError> {
    let imported = settings
        .with_values(values)
        .map_err(|errors| invalid_settings_error(&errors))?;
    let changes = settings.diff(&imported);
    let mut preview = changes_text("This would change", NO_CHANGES_IN_FILE, &changes);
    let mut options = "--yes";
    if let Some(questions) = questions_text(&settings.rule_questions(&imported)) {
        preview = format!("{preview}\n{questions}\n");
        options = "--yes --anyway";
    }
    Ok(if changes.is_empty() {
        preview
    } else {
        format!("{preview}\nNothing was changed yet. Add {options} to apply.")
    })
}

fn export(settings: &Settings, file: &Path) -> Result<String, CommandError> {
    let text = settings_toml::to_toml(settings);
    let written = File::create_new(file).and_then(|mut new| new.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CommandError::failed(format!(
            "{} already exists, so nothing was written. Choose another file name.",
            file.display()
        )),
        _ => CommandError::failed(format!("Can't write {}: {error}.", file.display())),
    })?;
    Ok(format!(
        "Wrote {} settings to {}.",
        SETTINGS.len(),
        file.display()
    ))
}

fn changes_text(heading: &str, unchanged: &str, changes: &[SettingChange]) -> String {
    if changes.is_empty() {
        return unchanged.to_owned();
    }
    let changes = changes.iter().map(|change| {
        format!(
            "  {}\n    from {}\n    to   {}",
            change.key,
            settings_toml::value_to_toml(&change.from),
            settings_toml::value_to_toml(&change.to)
        )
    });
    format!("{heading}:\n\n{}\n", changes.collect::<Vec<_>>().join("\n"))
}

/// Returns the error that lists all invalid settings.
fn invalid_settings_error(errors: &[SettingError]) -> CommandError {
    if let [only] = errors {
        return CommandError::invalid_setting(format!("Nothing was changed: {only}"));
    }
    let problems: Vec<String> = errors.iter().map(|error| format!("  {error}")).collect();
    CommandError::invalid_setting(format!(
        "Nothing was changed. {} settings are invalid or unknown:\n\n{}",
        errors.len(),
        problems.join("\n")
    ))
}

fn store_error(database: &Path, error: &Error) -> CommandError {
    let message = format!(
        "Can't use the database {}: {}. Nothing was changed. Check that DATABASE_PATH is a Muster \
         database or a new file, and that it's writable.",
        database.display(),
        error.cause()
    );
    CommandError::store(error, message)
}
