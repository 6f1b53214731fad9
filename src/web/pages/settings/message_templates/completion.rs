//! The completion of variables while a template is written.

use crate::domain::{MessageTemplate, unclosed_variable};

/// The start of a variable.
const OPEN: &str = "{{";

/// Returns the beginning of the variable that is being written, if there is one.
pub(super) fn written_variable(template: &MessageTemplate) -> Option<&str> {
    let mut texts = [&template.subject, &template.body].into_iter();
    texts.find_map(|text| {
        let start = unclosed_variable(text)?;
        Some(beginning(&text[start + OPEN.len()..]).trim())
    })
}

/// Puts a variable in place of the one that is being written; without one, at the end of the body.
pub(super) fn insert(template: &mut MessageTemplate, name: &str) {
    let variable = format!("{{{{{name}}}}}");
    for text in [&mut template.subject, &mut template.body] {
        if let Some(start) = unclosed_variable(text) {
            let name_start = start + OPEN.len();
            let end = name_start + beginning(&text[name_start..]).len();
            text.replace_range(start..end, &variable);
            return;
        }
    }
    let body = &mut template.body;
    if !body.is_empty() && !body.ends_with(char::is_whitespace) {
        body.push(' ');
    }
    body.push_str(&variable);
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
            let mut template = MessageTemplate {
                subject: subject.to_owned(),
                body: body.to_owned(),
                ..MessageTemplate::default()
            };
            assert_eq!(written_variable(&template), written, "{subject}|{body}");
            insert(&mut template, "incident.id");
            assert_eq!(format!("{}|{}", template.subject, template.body), expected);
        }
    }
}
