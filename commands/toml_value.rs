//! Values of settings as TOML, as a settings file contains them.

use serde_json::Value;

/// Returns a value as TOML. Each table of a list is on its own line.
pub fn value_to_toml(value: &Value) -> String {
    match value {
        Value::Array(list) if list.iter().any(Value::is_object) => {
            let rows = list.iter().map(|it| format!("  {},\n", inline_toml(it)));
            format!("[\n{}]", rows.collect::<String>())
        }
        _ => inline_toml(value),
    }
}

fn inline_toml(value: &Value) -> String {
    // A setting is never null, the only value that TOML cannot represent.
    toml::Value::try_from(value).map_or_else(|_| "\"\"".to_owned(), |value| value.to_string())
}

/// Parses a list. A blank text is an empty list.
pub(crate) fn parse_list(example: &str, text: &str) -> Result<Value, String> {
    const START: &str = "value = ";
    if text.trim().is_empty() {
        return Ok(Value::Array(Vec::new()));
    }
    let document = format!("{START}{text}");
    let table: toml::Table = document
        .parse()
        .map_err(|error| syntax_error(&document, &error))?;
    let value = table.get("value").map(serde_json::to_value);
    match value.and_then(Result::ok) {
        Some(value @ Value::Array(_)) if table.len() == 1 => Ok(value),
        Some(_) | None => Err(format!("Enter a list in brackets, such as [{example}].")),
    }
}

fn syntax_error(document: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| document.get(..span.start));
    let lines = before.map_or(0, |before| before.matches('\n').count());
    let problem = error.message().replace('\n', ", ");
    format!("Line {} isn't valid TOML: {problem}.", lines + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn list_of_tables_has_one_per_line_and_parses_back() {
        let value = json!(["search", { "name": "checkout", "slack": "@oncall" }]);
        let text = value_to_toml(&value);
        let lines: Vec<_> = text.lines().collect();
        let table = "  { name = \"checkout\", slack = \"@oncall\" },";
        assert_eq!(lines, ["[", "  \"search\",", table, "]"]);
        assert_eq!(parse_list("\"a\"", &text).unwrap(), value);
        assert_eq!(parse_list("\"a\"", " \n").unwrap(), json!([]));
    }

    #[test]
    fn invalid_list_is_explained_with_its_line() {
        let problem = |text: &str| parse_list("\"a\"", text).unwrap_err();
        let not_a_list = "Enter a list in brackets, such as [\"a\"].";
        assert_eq!(problem("\"a\""), not_a_list);
        assert_eq!(problem("[]\nother = 1"), not_a_list);
        let unquoted = problem("[\n  \"a\",\n  { name = b },\n]");
        assert!(
            unquoted.starts_with("Line 3 isn't valid TOML: "),
            "{unquoted}"
        );
    }
}
