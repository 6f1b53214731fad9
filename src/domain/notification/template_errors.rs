//! Validation of message templates, and what it shares with that of postmortem templates.

use std::fmt;

use crate::notification::MessageTemplate;
use crate::notification::substitution::{Segment, segments};
use crate::notification::template::is_same_name;
use crate::notification::variables::{
    PREFIX, find_by_alias, reason_for_absence, reason_for_absence_in_messages,
};
use crate::text::truncate;
use crate::{Settings, is_blank};

/// The maximum number of templates.
pub(crate) const MAX_TEMPLATES: usize = 100;
/// The longest name.
const LONGEST_NAME: usize = 120;
/// The longest category.
const LONGEST_CATEGORY: usize = 40;
/// The longest subject, before its variables are filled in.
const LONGEST_SUBJECT: usize = 255;
/// The longest body, before its variables are filled in.
const LONGEST_BODY: usize = 10_000;
/// The maximum length of a quote of a template in an error message.
const QUOTE_PREVIEW: usize = 40;

/// The attribute of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateAttribute {
    /// The name.
    Name,
    /// The category.
    Category,
    /// The subject.
    Subject,
    /// The body of a message template, or the content of a postmortem template.
    Body,
}

/// A mistake in a template.
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
            let earlier = templates[..index].iter().map(|it| it.name.as_str());
            let name = name_errors(&template.name, earlier);
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
        errors.extend(number_error(
            templates.get(MAX_TEMPLATES).map(|it| &it.name),
        ));
        errors
    }

    /// Returns each unknown and each unclosed variable of a subject or a body, as a clause.
    pub fn variable_errors(&self, text: &str) -> Vec<String> {
        KnownVariables {
            variables: self.template_variables(),
            reason_for_absence: reason_for_absence_in_messages,
        }
        .errors(text)
    }

    /// Returns each unknown and each unclosed variable of the text of a postmortem, as a clause.
    pub fn postmortem_variable_errors(&self, text: &str) -> Vec<String> {
        KnownVariables {
            variables: self.postmortem_variables(),
            reason_for_absence,
        }
        .errors(text)
    }
}

/// The variables that a text may name.
struct KnownVariables {
    /// Their names and descriptions.
    variables: Vec<(String, String)>,
    /// Returns why a name has no variable, as a clause.
    reason_for_absence: fn(&str) -> Option<&'static str>,
}

impl KnownVariables {
    fn errors(&self, text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        for segment in text.lines().flat_map(segments) {
            let problem = match segment {
                Segment::Text(_) => None,
                Segment::Variable(name) => self.name_error(name.trim()),
                Segment::Unclosed(rest) => Some(unclosed_error(rest)),
            };
            problems.extend(problem.filter(|problem| !problems.contains(problem)));
        }
        problems
    }

    fn name_error(&self, name: &str) -> Option<String> {
        let is_listed = self.variables.iter().any(|(known, _)| known == name);
        if is_listed || find_by_alias(name).is_some() {
            return None;
        }
        if name.is_empty() {
            return Some("{{ }} names no variable, such as {{incident.title}}.".to_owned());
        }
        let quote = truncate(name, QUOTE_PREVIEW);
        if let Some(reason) = (self.reason_for_absence)(name) {
            return Some(format!("there's no {{{{{quote}}}}}: {reason}."));
        }
        let known = self.variables.iter().map(|(known, _)| known.as_str());
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

/// Returns the mistakes of the name of a template, after those before it.
pub(crate) fn name_errors<'n>(
    name: &str,
    mut earlier: impl Iterator<Item = &'n str>,
) -> Vec<String> {
    let mut problems = line_errors("name", name, LONGEST_NAME);
    if problems.is_empty()
        && let Some(other) = earlier.find(|other| is_same_name(other, name))
    {
        problems.push(format!("there's already a template {other}."));
    }
    problems
}

/// Returns the mistake of too many templates; `first_extra` is the name of the first one that is too many.
pub(crate) fn number_error(first_extra: Option<&String>) -> Option<TemplateError> {
    Some(TemplateError {
        index: MAX_TEMPLATES,
        name: first_extra?.clone(),
        attribute: TemplateAttribute::Name,
        problem: format!("that's one too many: there can be {MAX_TEMPLATES} templates."),
    })
}

/// Returns the mistakes of a text in one line.
fn line_errors(label: &str, text: &str, longest: usize) -> Vec<String> {
    let mut problems = text_errors(label, text, longest);
    if text.contains(['\r', '\n']) {
        problems.push(format!("the {label} must be one line."));
    }
    problems
}

/// Returns the mistakes of a text: it is missing or too long.
pub(crate) fn text_errors(label: &str, text: &str, longest: usize) -> Vec<String> {
    if is_blank(text) {
        return vec![format!("the {label} is missing.")];
    }
    let long = text.chars().count();
    let problem = format!("the {label} has {long} characters; {longest} is the most.");
    (long > longest).then_some(problem).into_iter().collect()
}
