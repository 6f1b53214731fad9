//! Validation of message templates.

use std::fmt;

use crate::notification::MessageTemplate;
use crate::notification::substitution::{Segment, segments};
use crate::notification::template::is_same_name;
use crate::notification::variables::{PREFIX, reason_for_absence};
use crate::text::truncate;
use crate::{Settings, is_blank};

/// The maximum number of message templates.
const MAX_TEMPLATES: usize = 100;
/// The longest name.
const LONGEST_NAME: usize = 60;
/// The longest category.
const LONGEST_CATEGORY: usize = 40;
/// The longest subject, before its variables are filled in.
const LONGEST_SUBJECT: usize = 255;
/// The longest body, before its variables are filled in.
const LONGEST_BODY: usize = 10_000;
/// The maximum length of a quote of a template in an error message.
const QUOTE_PREVIEW: usize = 40;

/// The attribute of a message template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateAttribute {
    /// The name.
    Name,
    /// The category.
    Category,
    /// The subject.
    Subject,
    /// The body.
    Body,
}

/// A mistake in a message template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The index of the template in the list.
    pub index: usize,
    /// The name of the template; may be empty.
    pub name: String,
    /// The attribute with the mistake.
    pub attribute: TemplateAttribute,
    /// The problem as a clause: `there's no {{incident.comander}}; did you mean {{incident.commander}}?`
    pub problem: String,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.trim() {
            "" => write!(f, "template {}: {}", self.index + 1, self.problem),
            name => write!(f, "{}: {}", truncate(name, LONGEST_NAME), self.problem),
        }
    }
}

impl Settings {
    /// Returns all mistakes in these templates, with the fields of these settings.
    pub fn template_errors(&self, templates: &[MessageTemplate]) -> Vec<TemplateError> {
        let mut errors = Vec::new();
        for (index, template) in templates.iter().enumerate() {
            let mut add = |attribute: TemplateAttribute, problems: Vec<String>| {
                errors.extend(problems.into_iter().map(|problem| TemplateError {
                    index,
                    name: template.name.clone(),
                    attribute,
                    problem,
                }));
            };
            let is_listed = |other: &&MessageTemplate| is_same_name(&other.name, &template.name);
            let mut name = line_errors("name", &template.name, LONGEST_NAME);
            if let Some(other) = templates[..index].iter().find(is_listed)
                && name.is_empty()
            {
                name.push(format!("there's already a template {}.", other.name));
            }
            add(TemplateAttribute::Name, name);
            let category = line_errors("category", &template.category, LONGEST_CATEGORY);
            add(TemplateAttribute::Category, category);
            let mut subject = line_errors("subject", &template.subject, LONGEST_SUBJECT);
            subject.extend(self.variable_errors(&template.subject));
            add(TemplateAttribute::Subject, subject);
            let mut body = text_errors("body", &template.body, LONGEST_BODY);
            body.extend(self.variable_errors(&template.body));
            add(TemplateAttribute::Body, body);
        }
        if templates.len() > MAX_TEMPLATES {
            errors.push(TemplateError {
                index: MAX_TEMPLATES,
                name: templates[MAX_TEMPLATES].name.clone(),
                attribute: TemplateAttribute::Name,
                problem: format!("that's one too many: there can be {MAX_TEMPLATES} templates."),
            });
        }
        errors
    }

    /// Returns each unknown and each unclosed variable of a subject or a body, as a clause.
    pub fn variable_errors(&self, text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        for segment in text.lines().flat_map(segments) {
            let problem = match segment {
                Segment::Text(_) => None,
                Segment::Variable(name) => self.name_error(name),
                Segment::Unclosed(rest) => Some(unclosed_error(rest)),
            };
            problems.extend(problem.filter(|problem| !problems.contains(problem)));
        }
        problems
    }

    fn name_error(&self, name: &str) -> Option<String> {
        let variables = self.template_variables();
        if variables.iter().any(|(known, _)| known == name) {
            return None;
        }
        if name.is_empty() {
            return Some("{{ }} names no variable, such as {{incident.title}}.".to_owned());
        }
        let quote = truncate(name, QUOTE_PREVIEW);
        if let Some(reason) = reason_for_absence(name) {
            return Some(format!("there's no {{{{{quote}}}}}: {reason}."));
        }
        let known = variables.iter().map(|(known, _)| known.as_str());
        Some(match nearest(name, known) {
            Some(nearest) => {
                format!("there's no {{{{{quote}}}}}; did you mean {{{{{nearest}}}}}?")
            }
            None => format!("there's no {{{{{quote}}}}}."),
        })
    }
}

fn unclosed_error(rest: &str) -> String {
    let quote = truncate(rest.trim_end(), QUOTE_PREVIEW);
    format!("“{quote}” isn't closed; end the variable with }}}} in the same line.")
}

/// Returns the known name that is most similar, if one is similar enough to be meant.
fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let name = name.to_lowercase();
    let name = name.strip_prefix(PREFIX).unwrap_or(&name);
    let distance = |known: &str| {
        let known = known.strip_prefix(PREFIX).unwrap_or(known);
        strsim::osa_distance(name, known)
    };
    let (nearest, distance) = known
        .map(|known| (known, distance(known)))
        .min_by_key(|(_, distance)| *distance)?;
    (distance <= (name.chars().count() / 3).max(1)).then_some(nearest)
}

/// Returns the mistakes of a text in one line.
fn line_errors(label: &str, text: &str, longest: usize) -> Vec<String> {
    let mut problems = text_errors(label, text, longest);
    if text.contains(['\r', '\n']) {
        problems.push(format!("the {label} must be one line."));
    }
    problems
}

fn text_errors(label: &str, text: &str, longest: usize) -> Vec<String> {
    if is_blank(text) {
        return vec![format!("the {label} is missing.")];
    }
    let long = text.chars().count();
    let problem = format!("the {label} has {long} characters; {longest} is the most.");
    (long > longest).then_some(problem).into_iter().collect()
}
