//! The templates of postmortems.

mod default_template;
mod template_errors;

pub(crate) use default_template::default_templates;

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::postmortem::{LONGEST_HEADING, MAX_SECTIONS};
use crate::text::markdown::is_code_fence;
use crate::text::truncate;

/// The heading of text before the first heading of a template.
const FIRST_HEADING: &str = "Summary";

/// A template of postmortems. The first one of the setting is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostmortemTemplate {
    /// The name, which is unique in any case.
    pub name: String,
    /// The content: Markdown with variables. Each heading of the second level starts a section.
    pub content: String,
    /// The number of the incident type that it is for; `None` for all types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_type: Option<i64>,
}

/// A section of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TemplateSection {
    pub(super) heading: String,
    pub(super) body: String,
}

impl PostmortemTemplate {
    /// Returns the sections. Sections beyond the maximum are part of the last one.
    pub(super) fn sections(&self) -> Vec<TemplateSection> {
        let mut sections: Vec<TemplateSection> = Vec::new();
        let mut is_in_code = false;
        for text in self.content.lines() {
            is_in_code ^= is_code_fence(text);
            let heading = text.strip_prefix("## ").filter(|_| !is_in_code);
            let has_room = sections.len() < MAX_SECTIONS;
            match (heading.filter(|_| has_room), sections.last_mut()) {
                (Some(heading), _) => {
                    sections.push(TemplateSection {
                        heading: truncate(heading.trim(), LONGEST_HEADING),
                        body: String::new(),
                    });
                }
                (_, Some(section)) => {
                    section.body.push_str(text);
                    section.body.push('\n');
                }
                (_, None) if text.trim().is_empty() => {}
                (_, None) => sections.push(TemplateSection {
                    heading: FIRST_HEADING.to_owned(),
                    body: format!("{text}\n"),
                }),
            }
        }
        for section in &mut sections {
            section.body = section.body.trim().to_owned();
        }
        sections
    }

    /// Returns the number of headings that start a section.
    pub(super) fn count_headings(&self) -> usize {
        let mut is_in_code = false;
        let headings = self.content.lines().filter(|text| {
            is_in_code ^= is_code_fence(text);
            text.starts_with("## ") && !is_in_code
        });
        headings.count()
    }
}

impl Settings {
    /// Returns the postmortem template with this name, in any case.
    pub fn postmortem_template(&self, name: &str) -> Option<&PostmortemTemplate> {
        let name = name.trim().to_lowercase();
        let mut templates = self.postmortem_templates.iter();
        templates.find(|it| it.name.trim().to_lowercase() == name)
    }
}
