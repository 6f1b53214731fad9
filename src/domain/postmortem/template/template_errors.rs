//! Validation of postmortem templates.

use crate::Settings;
use crate::notification::{
    MAX_TEMPLATES, TemplateAttribute, TemplateError, name_errors, number_error, text_errors,
};
use crate::postmortem::{LONGEST_SECTION, MAX_SECTIONS, PostmortemTemplate};

impl Settings {
    /// Returns all mistakes in these postmortem templates, with the fields of these settings. There must be one.
    pub fn postmortem_template_errors(
        &self,
        templates: &[PostmortemTemplate],
    ) -> Vec<TemplateError> {
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
            // A section is no longer than the content that it is a part of.
            let mut content = text_errors("content", &template.content, LONGEST_SECTION);
            content.extend(sections_error(template));
            content.extend(self.postmortem_variable_errors(&template.content));
            add(TemplateAttribute::Body, content);
        }
        errors.extend(number_error(
            templates.get(MAX_TEMPLATES).map(|it| &it.name),
        ));
        if templates.is_empty() {
            errors.push(TemplateError {
                index: 0,
                name: String::new(),
                attribute: TemplateAttribute::Name,
                problem: "there must be at least one.".to_owned(),
            });
        }
        errors
    }
}

fn sections_error(template: &PostmortemTemplate) -> Option<String> {
    let sections = template.count_headings();
    (sections > MAX_SECTIONS)
        .then(|| format!("the content has {sections} sections; {MAX_SECTIONS} is the most."))
}
