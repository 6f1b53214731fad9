//! Settings as TOML, with their defaults and descriptions.

pub use muster_commands::toml_value::value_to_toml;
use serde_json::Value;

use crate::domain::Settings;

/// Returns all settings as a documented file.
pub fn to_toml(settings: &Settings) -> String {
    let mut text = "# Team settings of Muster. `muster settings import FILE` shows what this file would \
                    change;\n# add --yes to apply it. Settings that aren't in the file stay unchanged.\n"
        .to_owned();
    let defaults = Settings::default().values();
    for ((setting, value), (_, default)) in settings.values().into_iter().zip(defaults) {
        let default = value_to_toml(&default).replace('\n', "\n# ");
        text.push_str(&format!(
            "\n# {}\n# Default: {default}\n{} = {}\n",
            setting.description,
            setting.key,
            value_to_toml(&value)
        ));
    }
    text
}

/// Parses a value as typed by the operator: TOML, a JSON list or object, or words without quotes.
pub fn parse_value(text: &str) -> Value {
    let settings = parse_settings(&format!("value = {text}"));
    if let Ok([(_, value)]) = settings.as_deref() {
        return value.clone();
    }
    match serde_json::from_str(text) {
        Ok(value @ (Value::Array(_) | Value::Object(_))) => value,
        Ok(_) | Err(_) => Value::String(text.to_owned()),
    }
}

/// Parses a settings file into keys and values.
pub fn parse_settings(text: &str) -> Result<Vec<(String, Value)>, toml::de::Error> {
    let table: toml::Table = toml::from_str(text)?;
    let values = table.into_iter().map(|(key, value)| {
        // JSON can represent all TOML values except dates and non-finite numbers, which are not settings.
        (key, serde_json::to_value(value).unwrap_or(Value::Null))
    });
    Ok(values.collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn exported_settings_are_documented_and_parse_back() {
        let settings = Settings::default();
        let text = to_toml(&settings);
        let parsed = parse_settings(&text).unwrap();
        assert_eq!(settings.with_values(parsed), Ok(settings.clone()));
        for (setting, _) in settings.values() {
            assert!(
                text.contains(&format!("# {}\n# Default: ", setting.description)),
                "{text}"
            );
        }
        let levels = "[\"SEV-1\", \"SEV-2\", \"SEV-3\", \"SEV-4\", \"SEV-5\"]";
        let setting = format!("# Default: {levels}\nseverity_levels = {levels}\n");
        assert!(text.contains(&setting), "{text}");
    }

    #[test]
    fn value_is_accepted_as_toml_json_or_plain_text() {
        assert_eq!(parse_value("true"), json!(true));
        assert_eq!(parse_value("7"), json!(7));
        assert_eq!(parse_value("no_guests"), json!("no_guests"));
        assert_eq!(parse_value("\"no_guests\""), json!("no_guests"));
        assert_eq!(parse_value("inc-{{public_id}}"), json!("inc-{{public_id}}"));
        assert_eq!(parse_value("{ SEV-1 = 15 }"), json!({ "SEV-1": 15 }));
        let json = r#"{"SEV-1":1,"SEV-2":2}"#;
        assert_eq!(parse_value(json), json!({ "SEV-1": 1, "SEV-2": 2 }));
        assert_eq!(parse_value("null"), json!("null"));
        assert_eq!(parse_value(r#"{"SEV-1":1"#), json!(r#"{"SEV-1":1"#));
        assert_eq!(parse_value("1\nother = 2"), json!("1\nother = 2"));
        assert_eq!(parse_value(""), json!(""));
    }
}
