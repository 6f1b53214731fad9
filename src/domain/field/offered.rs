//! The fields that a form offers.

use crate::field::{FieldDefinition, FieldSection, RequiredFrom};
use crate::{Settings, Status};

/// A form with fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldForm {
    /// The form that declares an incident. It leaves out what is known later only: fields that a later status
    /// requires, and those about why it happened.
    Declare,
    /// The form that edits an incident. It has all fields.
    Update,
    /// The form that resolves an incident: the fields about why it happened, and those that are required then.
    Resolve,
}

impl Settings {
    /// Returns the fields of a form, the required ones first. A select without values is left out.
    pub fn form_fields(&self, form: FieldForm) -> Vec<&FieldDefinition> {
        let fields = self.fields.iter();
        let fields = fields.filter(|field| form.offers(field) && self.can_be_filled_in(field));
        let mut fields: Vec<_> = fields.collect();
        fields.sort_by_key(|field| !form.requires(field));
        fields
    }

    fn can_be_filled_in(&self, field: &FieldDefinition) -> bool {
        !field.kind.is_select() || !self.field_options(field).is_empty()
    }
}

impl FieldForm {
    /// Returns whether the form requires a value.
    pub fn requires(self, field: &FieldDefinition) -> bool {
        match self {
            Self::Declare => field.required == RequiredFrom::Declaration,
            Self::Update => false,
            Self::Resolve => field.required.is_due(Status::Resolved),
        }
    }

    fn offers(self, field: &FieldDefinition) -> bool {
        let is_about_cause = field.section == FieldSection::WhyItHappened;
        match (self, field.required) {
            (Self::Update, _) | (Self::Declare, RequiredFrom::Declaration) => true,
            (Self::Declare, RequiredFrom::Never) => !is_about_cause,
            (
                Self::Declare,
                RequiredFrom::Stable | RequiredFrom::Resolved | RequiredFrom::Completed,
            ) => false,
            (Self::Resolve, _) => is_about_cause || self.requires(field),
        }
    }
}
