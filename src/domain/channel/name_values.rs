//! The values that a template of channel names is filled in with.

use crate::channel::channel_name::{VARIABLES, slugify};
use crate::{IncidentId, Severity, Timestamp};

/// Fills in the variables of a template.
pub(super) fn fill_in(template: &str, values: &NameValues<'_>) -> String {
    let mut filled = template.to_owned();
    for variable in VARIABLES {
        let placeholder = format!("{{{{{variable}}}}}");
        // The value is converted to Slack's characters before it is inserted, so that a title cannot
        // contain a variable.
        if filled.contains(&placeholder) {
            filled = filled.replace(&placeholder, &slugify(&values.value(variable)));
        }
    }
    slugify(&filled)
}

/// The values of the variables.
pub(super) struct NameValues<'a> {
    pub(super) id: IncidentId,
    pub(super) title: &'a str,
    pub(super) severity: Severity,
    pub(super) declared_at: Timestamp,
}

impl NameValues<'_> {
    fn value(&self, variable: &str) -> String {
        let declared = self.declared_at.to_datetime();
        match variable {
            "public_id" => self.id.number().to_string(),
            "title" | "slug" => self.title.to_owned(),
            "created" => declared.format("%Y-%m-%d").to_string(),
            "yyyy" => declared.format("%Y").to_string(),
            "mm" => declared.format("%m").to_string(),
            "dd" => declared.format("%d").to_string(),
            "severity" => self.severity.as_str().to_owned(),
            "severity_number" => match self.severity.number() {
                Some(number) => number.to_string(),
                None => String::new(),
            },
            _ => String::new(),
        }
    }
}
