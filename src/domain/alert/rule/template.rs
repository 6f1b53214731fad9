//! Templates of titles and fields: `{{title}} in {{labels.region}}`.

use super::{AlertFacts, AlertRule};
use crate::LONGEST_TITLE;
use crate::text::truncate;

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateText<'t> {
    /// Text.
    Text(&'t str),
    /// The name of a variable.
    Variable(&'t str),
}

/// Splits a template. Braces that are not closed are text.
pub(super) fn split(template: &str) -> Vec<TemplateText<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        if !text.is_empty() {
            pieces.push(TemplateText::Text(text));
        }
        pieces.push(TemplateText::Variable(name.trim()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(TemplateText::Text(rest));
    }
    pieces
}

/// Returns the text of a template for an alert. A missing label is empty. Blanks are reduced to one space.
pub fn render(template: &str, alert: &AlertFacts<'_>) -> String {
    let text: String = split(template)
        .into_iter()
        .map(|piece| match piece {
            TemplateText::Text(text) => text,
            TemplateText::Variable(name) => value(name, alert).unwrap_or_default(),
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl AlertRule {
    /// Returns the title of the group that begins with an alert.
    pub fn group_title(&self, alert: &AlertFacts<'_>) -> String {
        let title = self.title.as_deref().map(|title| render(title, alert));
        let title = title.filter(|title| !title.is_empty());
        truncate(title.as_deref().unwrap_or(alert.title), LONGEST_TITLE)
    }
}

/// Returns the problem of a template.
pub(super) fn problem(template: &str) -> Option<String> {
    split(template).into_iter().find_map(|piece| match piece {
        TemplateText::Text(_) => None,
        TemplateText::Variable(name) => (!is_known(name)).then(|| {
            format!(
                "there's no variable {{{{{name}}}}}. Use {{{{title}}}}, {{{{severity}}}}, {{{{source}}}}, \
                 {{{{description}}}} or {{{{labels.name}}}}."
            )
        }),
    })
}

fn is_known(name: &str) -> bool {
    let label = name.strip_prefix("labels.");
    ["title", "severity", "source", "description"].contains(&name)
        || label.is_some_and(|label| !label.is_empty())
}

fn value<'a>(name: &str, alert: &AlertFacts<'a>) -> Option<&'a str> {
    match name {
        "title" => Some(alert.title),
        "severity" => Some(alert.severity),
        "source" => Some(alert.source),
        "description" => Some(alert.description),
        name => {
            let label = name.strip_prefix("labels.")?;
            alert.labels.get(label).map(String::as_str)
        }
    }
}
