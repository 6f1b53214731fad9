//! Incident types: the settings that apply to the incidents of one.

use std::borrow::Cow;
use std::sync::Arc;

use crate::{Incident, Rejection, Settings};

/// The number of the incident type that exists from the start. Incidents have it until another type is the default.
pub const DEFAULT_INCIDENT_TYPE: i64 = 1;

/// An incident type that incidents can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentTypeName {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Whether incidents have it that name no type.
    pub is_default: bool,
}

/// Returns the incident type that exists from the start.
pub(crate) fn first_incident_types() -> Vec<IncidentTypeName> {
    vec![IncidentTypeName {
        number: DEFAULT_INCIDENT_TYPE,
        name: "Incident".to_owned(),
        is_default: true,
    }]
}

impl Settings {
    /// Returns the number of the type that incidents have that name none.
    pub fn default_incident_type(&self) -> i64 {
        let mut types = self.incident_types.iter();
        let default = types.find(|it| it.is_default);
        default.map_or(DEFAULT_INCIDENT_TYPE, |it| it.number)
    }

    /// Returns the types that a user can choose from; none unless there is a choice.
    pub fn incident_type_choices(&self) -> &[IncidentTypeName] {
        match self.incident_types.len() {
            0 | 1 => &[],
            _ => &self.incident_types,
        }
    }

    /// Returns the name of an incident type; `None` if it is deleted, or if all incidents have the same type.
    pub fn distinctive_type_name(&self, incident_type: i64) -> Option<&str> {
        let mut types = self.incident_type_choices().iter();
        let known = types.find(|it| it.number == incident_type);
        known.map(|it| it.name.as_str())
    }

    /// Returns the settings as they apply to the incidents of a type: without the fields, roles and templates of other
    /// types.
    pub fn of_incident_type(&self, incident_type: i64) -> Cow<'_, Self> {
        let is_other = |own: Option<i64>| own.is_some_and(|own| own != incident_type);
        let has_others = self.fields.iter().any(|it| is_other(it.incident_type))
            || self.roles.iter().any(|it| is_other(it.incident_type))
            || (self.message_templates.iter()).any(|it| is_other(it.incident_type))
            || (self.postmortem_templates.iter()).any(|it| is_other(it.incident_type));
        if !has_others {
            return Cow::Borrowed(self);
        }
        let mut settings = self.clone();
        settings.fields.retain(|it| !is_other(it.incident_type));
        settings.roles.retain(|it| !is_other(it.incident_type));
        let templates = &mut settings.message_templates;
        templates.retain(|it| !is_other(it.incident_type));
        let templates = &mut settings.postmortem_templates;
        templates.retain(|it| !is_other(it.incident_type));
        if templates.is_empty() {
            *templates = crate::postmortem::default_templates();
        }
        Cow::Owned(settings)
    }

    /// Returns shared settings as they apply to the incidents of a type.
    #[must_use]
    pub fn shared_of_incident_type(self: Arc<Self>, incident_type: i64) -> Arc<Self> {
        match self.of_incident_type(incident_type) {
            Cow::Owned(settings) => Arc::new(settings),
            Cow::Borrowed(_) => self,
        }
    }
}

impl Incident {
    /// Checks that the type of a new incident exists.
    pub(crate) fn check_type(&self, settings: &Settings) -> Result<(), Rejection> {
        let mut types = settings.incident_types.iter();
        match types.any(|it| it.number == self.incident_type) {
            true => Ok(()),
            false => Err(Rejection(
                "This incident type doesn't exist any more. Nothing was declared. Open the form again."
                    .to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{FieldDefinition, FieldKind};

    const SECURITY: i64 = 2;

    fn with_security() -> Settings {
        let mut settings = Settings::default();
        settings.incident_types.push(IncidentTypeName {
            number: SECURITY,
            name: "Security".to_owned(),
            is_default: false,
        });
        settings
    }

    #[test]
    fn items_of_other_types_are_left_out() {
        let mut settings = with_security();
        settings.fields.push(FieldDefinition {
            incident_type: Some(SECURITY),
            ..FieldDefinition::new("attack_vector", FieldKind::Text)
        });
        settings.roles[0].incident_type = Some(SECURITY);
        settings.message_templates[0].incident_type = Some(SECURITY);
        settings.postmortem_templates[0].incident_type = Some(SECURITY);
        settings.postmortem_templates[0].name = "Breach".to_owned();
        let security = settings.of_incident_type(SECURITY);
        assert!(matches!(security, Cow::Borrowed(_)));
        assert_eq!(*security, settings);
        let first = settings.of_incident_type(DEFAULT_INCIDENT_TYPE);
        assert_eq!(first.field("attack_vector"), None);
        assert_eq!(first.fields, Settings::default().fields);
        assert!(first.roles.is_empty());
        assert!(
            !first
                .message_templates
                .contains(&settings.message_templates[0])
        );
        // A postmortem needs a template, so the shipped one is used.
        let shipped = Settings::default().postmortem_templates;
        assert_eq!(first.postmortem_templates, shipped);
    }

    #[test]
    fn type_is_named_only_where_there_is_a_choice() {
        let settings = Settings::default();
        assert_eq!(settings.default_incident_type(), DEFAULT_INCIDENT_TYPE);
        assert_eq!(settings.incident_type_choices(), []);
        assert_eq!(settings.distinctive_type_name(DEFAULT_INCIDENT_TYPE), None);
        let mut settings = with_security();
        assert_eq!(settings.incident_type_choices().len(), 2);
        assert_eq!(settings.distinctive_type_name(SECURITY), Some("Security"));
        assert_eq!(settings.distinctive_type_name(3), None);
        settings.incident_types[0].is_default = false;
        settings.incident_types[1].is_default = true;
        assert_eq!(settings.default_incident_type(), SECURITY);
    }
}
