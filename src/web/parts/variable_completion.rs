//! The completion of variables while a template is written.

use crate::domain::unclosed_variable;

/// The start of a variable.
const OPEN: &str = "{{";

/// Returns the beginning of the variable that is being written in one of these texts, if there is one.
pub(crate) fn written_variable<'t>(texts: &[&'t str]) -> Option<&'t str> {
    texts.iter().find_map(|text| {
        let start = unclosed_variable(text)?;
        Some(beginning(&text[start + OPEN.len()..]).trim())
    })
}

/// Returns the variables whose names contain the one that is being written in one of these texts.
pub(crate) fn completions(texts: &[&str], variables: &[(String, String)]) -> Vec<(String, String)> {
    let Some(written) = written_variable(texts) else {
        return Vec::new();
    };
    let written = written.to_lowercase();
    let meant = variables.iter().filter(|(name, _)| name.contains(&written));
    meant.cloned().collect()
}

/// Puts a variable in place of the one that is being written; without one, at the end of the last text.
pub(crate) fn insert(texts: &mut [&mut String], name: &str) {
    let variable = format!("{{{{{name}}}}}");
    for text in texts.iter_mut() {
        if let Some(start) = unclosed_variable(text) {
            let name_start = start + OPEN.len();
            let end = name_start + beginning(&text[name_start..]).len();
            text.replace_range(start..end, &variable);
            return;
        }
    }
    let Some(last) = texts.last_mut() else {
        return;
    };
    if !last.is_empty() && !last.ends_with(char::is_whitespace) {
        last.push(' ');
    }
    last.push_str(&variable);
}

/// Returns the blanks and the characters of a name that a text starts with.
fn beginning(text: &str) -> &str {
    let start = text.len() - text.trim_start_matches(' ').len();
    let is_other = |sign: char| !sign.is_ascii_alphanumeric() && !matches!(sign, '.' | '_' | '-');
    let length = text[start..].find(is_other);
    &text[..length.map_or(text.len(), |length| start + length)]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn variable_replaces_the_one_that_is_being_written() {
        for (subject, body, written, expected) in [
            ("a {{ inc b", "x", Some("inc"), "a {{incident.id}} b|x"),
            ("a", "x\n{{, y", Some(""), "a|x\n{{incident.id}}, y"),
            ("a", "x", None, "a|x {{incident.id}}"),
            ("a", "", None, "a|{{incident.id}}"),
        ] {
            let (mut subject, mut body) = (subject.to_owned(), body.to_owned());
            let texts = [subject.as_str(), &body];
            assert_eq!(written_variable(&texts), written, "{subject}|{body}");
            insert(&mut [&mut subject, &mut body], "incident.id");
            assert_eq!(format!("{subject}|{body}"), expected);
        }
    }
}
