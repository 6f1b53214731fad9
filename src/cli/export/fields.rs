//! The values of the fields that the team defines, as Markdown.

use crate::domain::Incident;
use crate::domain::text::markdown::{escape_inline, escape_lines};

/// Returns the fields with a value, by name. Those without a definition are included.
pub fn as_text(incident: &Incident) -> Vec<String> {
    let fields = incident.fields.iter();
    let items = fields.map(|(name, value)| {
        let value = escape_lines(&value.to_line(), "  ");
        format!("{}: {value}", escape_inline(name))
    });
    items.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FieldValue, testing};

    #[test]
    fn values_are_escaped() {
        let mut incident = testing::incident("Checkout");
        let services = vec!["check_out".to_owned(), "pay".to_owned()];
        let values = [
            ("a_text", FieldValue::Text("# It\n<b>burns</b>".to_owned())),
            ("services", FieldValue::MultiSelect(services)),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value));
        incident.fields.extend(values);
        let items = as_text(&incident);
        let (text, services) = (&items[0], &items[1]);
        assert!(!text.contains("<b>") && !text.contains("\n#"), "{text}");
        assert_eq!(services.replace('\\', ""), "services: check_out, pay");
    }
}
