//! Settings as TOML: each with its preset and what it is for, and read back.

use serde_json::Value;

use crate::domain::Settings;

/// Gives every setting as a file that explains itself.
pub fn all(settings: &Settings) -> String {
    let mut text = "# How the team works with Muster. `muster settings import FILE` says what this file \
                    would change, and\n# does it with --yes; what it does not name stays as it is.\n"
        .to_owned();
    let presets = Settings::default().values();
    for ((setting, value), (_, preset)) in settings.values().into_iter().zip(presets) {
        let preset = self::value(&preset).replace('\n', "\n# ");
        text.push_str(&format!(
            "\n# {}\n# Preset: {preset}\n{} = {}\n",
            setting.says,
            setting.key,
            self::value(&value)
        ));
    }
    text
}

/// Gives a value as TOML; a list of tables has each on a line of its own.
pub fn value(value: &Value) -> String {
    match value {
        Value::Array(list) if list.iter().any(Value::is_object) => {
            let lines: Vec<_> = list
                .iter()
                .map(|it| format!("  {},\n", one_line(it)))
                .collect();
            format!("[\n{}]", lines.concat())
        }
        value => one_line(value),
    }
}

/// Reads a value as it is typed: TOML, or words without quotes around them.
pub fn read_value(typed: &str) -> Value {
    let read = read_all(&format!("value = {typed}"));
    match read.ok().as_deref() {
        Some([(_, value)]) => value.clone(),
        Some(_) | None => Value::String(typed.to_owned()),
    }
}

/// Reads a file of settings, by their keys.
///
/// # Errors
/// Where it is no TOML.
pub fn read_all(text: &str) -> Result<Vec<(String, Value)>, toml::de::Error> {
    let table: toml::Table = toml::from_str(text)?;
    let values = table.into_iter().map(|(key, value)| {
        // Whatever TOML can hold, JSON can; but for times and what is no number, which are no settings.
        (key, serde_json::to_value(value).unwrap_or(Value::Null))
    });
    Ok(values.collect())
}

fn one_line(value: &Value) -> String {
    // A setting is never null, the one thing that TOML cannot hold.
    toml::Value::try_from(value).map_or_else(|_| "\"\"".to_owned(), |value| value.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_reads_back_and_explains_itself() {
        let settings = Settings::default();
        let text = all(&settings);
        let read = read_all(&text).unwrap();
        assert_eq!(settings.with(read), Ok(settings.clone()));
        for (setting, _) in settings.values() {
            assert!(
                text.contains(&format!("# {}\n# Preset: ", setting.says)),
                "{text}"
            );
        }
        let levels = "[\"SEV-1\", \"SEV-2\", \"SEV-3\", \"SEV-4\", \"SEV-5\"]";
        let line = format!("# Preset: {levels}\nseverity_levels = {levels}\n");
        assert!(text.contains(&line), "{text}");
    }

    #[test]
    fn a_value_is_typed_with_quotes_or_without() {
        assert_eq!(read_value("true"), json!(true));
        assert_eq!(read_value("7"), json!(7));
        assert_eq!(read_value("no_guests"), json!("no_guests"));
        assert_eq!(read_value("\"no_guests\""), json!("no_guests"));
        assert_eq!(read_value("inc-{{public_id}}"), json!("inc-{{public_id}}"));
        assert_eq!(read_value("{ SEV-1 = 15 }"), json!({ "SEV-1": 15 }));
        assert_eq!(read_value("1\nother = 2"), json!("1\nother = 2"));
        assert_eq!(read_value(""), json!(""));
    }
}
