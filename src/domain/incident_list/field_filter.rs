//! The filter by fields that the settings define, in the filter and in its URL: `field.services=checkout`, and
//! `without=services` for incidents that have no value.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::field::{LONGEST_OPTION, MAX_FIELDS};
use crate::incident_list::filter_query::{Parameter, add};
use crate::text::length;
use crate::{FieldDefinition, FilterField, IncidentFilter, ParsedListQuery, Settings};

/// The parameter for incidents without a value of a field.
pub const WITHOUT: &str = "without";

/// The start of the parameter of each field. A field may have the name of another parameter.
const PREFIX: &str = "field.";

/// The restriction of a field. An incident passes if it has one of the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelection {
    /// The values; empty if only incidents without a value pass.
    pub values: BTreeSet<String>,
    /// Whether incidents without a value pass as well.
    pub has_none: bool,
}

impl FieldSelection {
    /// Returns whether an incident with these values of the field passes.
    pub fn allows(&self, values: Option<&BTreeSet<String>>) -> bool {
        match values {
            Some(values) => !self.values.is_disjoint(values),
            None => self.has_none,
        }
    }
}

impl FieldDefinition {
    /// Returns the name of the field in the URL of a list, and the header of its column: `field.services`.
    pub fn parameter(&self) -> String {
        parameter(&self.name)
    }
}

impl Settings {
    /// Returns the fields that a list can be filtered by: those whose values are chosen from a list.
    pub fn filter_fields(&self) -> impl Iterator<Item = &FieldDefinition> {
        self.fields.iter().filter(|field| field.kind.is_select())
    }

    fn filter_field(&self, name: &str) -> Option<&FieldDefinition> {
        self.filter_fields().find(|field| field.name == name)
    }
}

fn parameter(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl IncidentFilter {
    /// Reads a parameter of a field. Which fields exist is not known here.
    pub(super) fn read_field(&mut self, name: &str, value: &str) -> Parameter {
        if name == WITHOUT {
            return match self.selection(value) {
                Some(selection) => {
                    selection.has_none = true;
                    Parameter::Read
                }
                None => Parameter::UnknownValue,
            };
        }
        let field = name.strip_prefix(PREFIX);
        if field.is_some() && length(value) > LONGEST_OPTION {
            return Parameter::UnknownValue;
        }
        match field.and_then(|field| self.selection(field)) {
            Some(selection) => add(&mut selection.values, Some(value.to_owned())),
            None => Parameter::UnknownName,
        }
    }

    /// Returns the restriction of a field; `None` if no field can have this name, or if there are too many.
    fn selection(&mut self, field: &str) -> Option<&mut FieldSelection> {
        let is_sign = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
        let is_name = !field.is_empty() && field.bytes().all(is_sign);
        let has_space = self.fields.len() < MAX_FIELDS || self.fields.contains_key(field);
        (is_name && has_space).then(|| self.fields.entry(field.to_owned()).or_default())
    }

    pub(super) fn field_parameters(&self) -> Vec<(Cow<'static, str>, String)> {
        let mut parameters = Vec::new();
        for (name, selection) in &self.fields {
            let values = selection.values.iter();
            parameters.extend(values.map(|value| (Cow::Owned(parameter(name)), value.clone())));
            if selection.has_none {
                parameters.push((Cow::Borrowed(WITHOUT), name.clone()));
            }
        }
        parameters
    }

    /// Returns the fields that restrict the list and that an incident with these values fails.
    pub(super) fn failed_selections(
        &self,
        values: &BTreeMap<String, BTreeSet<String>>,
    ) -> impl Iterator<Item = FilterField> {
        let selections = self.fields.iter();
        selections
            .filter(|(name, selection)| !selection.allows(values.get(*name)))
            .map(|(name, _)| FilterField::Field(name.clone()))
    }
}

impl ParsedListQuery {
    /// Returns the query with the fields of the settings only, and names the others as ignored. Values are found
    /// ignoring case, as everywhere.
    #[must_use]
    pub fn with_known_fields(mut self, settings: &Settings) -> Self {
        let fields = std::mem::take(&mut self.query.filter.fields);
        for (name, selection) in fields {
            let Some(field) = settings.filter_field(&name) else {
                if !selection.values.is_empty() {
                    self.ignore(parameter(&name));
                }
                if selection.has_none {
                    self.ignore(format!("{WITHOUT}={name}"));
                }
                continue;
            };
            let options = settings.field_options(field);
            let known = |value: String| {
                let option = options.iter().find(|option| option.is_called(&value));
                option.map_or(value, |option| option.name.clone())
            };
            let selection = FieldSelection {
                values: selection.values.into_iter().map(known).collect(),
                ..selection
            };
            self.query.filter.fields.insert(name, selection);
        }
        self
    }

    /// Returns the values that the settings do not list, with the names of their fields. Incidents keep a value
    /// that was removed from the list.
    pub fn unlisted_values(&self, settings: &Settings) -> Vec<(String, String)> {
        let mut unlisted = Vec::new();
        for (name, selection) in &self.query.filter.fields {
            let options = settings
                .filter_field(name)
                .map_or(&[][..], |field| settings.field_options(field));
            let is_listed = |value: &&String| options.iter().any(|it| it.name == **value);
            let values = selection.values.iter().filter(|value| !is_listed(value));
            unlisted.extend(values.map(|value| (name.clone(), value.clone())));
        }
        unlisted
    }

    /// Drops a value that no incident has, and names it as ignored.
    pub fn ignore_value(&mut self, name: &str, value: &str) {
        let Some(selection) = self.query.filter.fields.get_mut(name) else {
            return;
        };
        selection.values.remove(value);
        if selection.values.is_empty() && !selection.has_none {
            self.query.filter.fields.remove(name);
        }
        self.ignore(format!("{}={value}", parameter(name)));
    }
}
