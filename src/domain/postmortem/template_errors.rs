//! Validation of postmortem templates.

use crate::Settings;
use crate::notification::{TemplateAttribute, TemplateError};
use crate::postmortem::PostmortemTemplate;

impl Settings {
    /// Returns the names and descriptions of all variables of a postmortem.
    pub fn postmortem_variables(&self) -> Vec<(String, String)> {
        let own = [
            ("incident.timeline", "timeline"),
            ("incident.card", "facts"),
            ("incident.follow-ups", "follow-ups"),
            ("incident.documents", "links"),
            ("incident.signals", "signals"),
        ];
        let own = own.map(|(name, description)| (name.to_owned(), description.to_owned()));
        own.into_iter().chain(self.template_variables()).collect()
    }

    /// Returns all mistakes in these postmortem templates, with the fields of these settings.
    pub fn postmortem_template_errors(
        &self,
        templates: &[PostmortemTemplate],
    ) -> Vec<TemplateError> {
        let blank = templates.iter().enumerate();
        let blank = blank.filter(|(_, template)| template.name.trim().is_empty());
        blank
            .map(|(index, template)| TemplateError {
                index,
                name: template.name.clone(),
                attribute: TemplateAttribute::Name,
                problem: "the name is missing.".to_owned(),
            })
            .collect()
    }
}
