//! The fields that the team defines, in the modals that declare, update and resolve an incident.

use muster_domain::text::{length, truncate};
use muster_domain::{
    FieldDefinition, FieldEdits, FieldForm, FieldKind, FieldParser, FieldValue, FieldValues,
    Incident, Settings, Status, UserClock,
};
use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::modal::{
    FieldErrors, ViewState, block_kit_limits, context_block, field, line_input, multiline_input,
    option, optional, optional_multiline_input, plain_text, short_line_input, static_select,
    with_hint,
};
use crate::payload::payload_error::text_at;
use crate::update::LONGEST_TEXT;

/// The start of the names of the fields, which distinguishes them from those of the modal itself.
const PREFIX: &str = "field_";

/// The number of these fields in one modal. Slack: a view has at most 100 blocks and 250 kB,
/// docs.slack.dev/reference/views.
const MAX_FIELDS: usize = 15;

/// The number of values of a select up to which they are part of the modal. Slack returns them with each submission;
/// the values of a longer list are loaded while the user types.
const MAX_STATIC_OPTIONS: usize = 25;

/// The longest number.
const LONGEST_NUMBER: usize = 40;

/// The fields of a modal.
#[derive(Clone, Copy)]
pub struct ConfiguredFields<'a> {
    /// The modal.
    pub form: FieldForm,
    /// The team's settings.
    pub settings: &'a Settings,
    /// The type of the incident.
    pub incident_type: i64,
    /// The clock of the user.
    pub clock: &'a UserClock,
    /// The values of the incident; the defaults for a declaration.
    pub values: &'a FieldValues,
}

impl ConfiguredFields<'_> {
    /// Adds the fields to a modal: before its options, which come last, or at its end.
    pub fn add_to(&self, mut view: SlackModalView) -> SlackModalView {
        let is_options = |block: &SlackBlock| {
            matches!(block, SlackBlock::Input(input)
                if input.block_id.as_ref().is_some_and(|id| id.0 == crate::declare::OPTIONS))
        };
        let at = view.blocks.iter().position(is_options);
        let at = at.unwrap_or(view.blocks.len());
        view.blocks.splice(at..at, self.blocks());
        view
    }

    /// Returns the fields that incidents of the type have.
    pub fn blocks(&self) -> Vec<SlackBlock> {
        let settings = self.settings.of_incident_type(self.incident_type);
        let fields = settings.form_fields(self.form);
        let mut blocks: Vec<SlackBlock> = fields
            .iter()
            .take(MAX_FIELDS)
            .map(|field| self.block(field))
            .collect();
        if fields.len() > MAX_FIELDS {
            blocks.push(context_block("More fields are on the page."));
        }
        blocks
    }

    fn block(&self, definition: &FieldDefinition) -> SlackBlock {
        let name = block_name(&definition.name);
        let label = definition.label();
        let entered = self.values.get(&definition.name);
        let entered = entered.map_or_else(Vec::new, |value| value.form_items(self.clock));
        let text = entered.join("\n");
        let input = match definition.kind {
            FieldKind::SingleSelect | FieldKind::MultiSelect => {
                self.select(definition, &name, &entered)
            }
            FieldKind::Text | FieldKind::TextArray if length(&text) > LONGEST_TEXT => {
                return optional_multiline_input(&name, &label, &text, LONGEST_TEXT);
            }
            FieldKind::Text | FieldKind::TextArray => {
                multiline_input(&name, &label, &text, LONGEST_TEXT)
            }
            FieldKind::Number => short_line_input(&name, &label, &text, LONGEST_NUMBER),
            FieldKind::Datetime => line_input(&name, &label, &text),
        };
        let input = match hint(definition).as_str() {
            "" => input,
            hint => with_hint(input, hint),
        };
        match self.form.requires(definition) {
            true => input.into(),
            false => optional(input).into(),
        }
    }

    /// Returns a select with the listed values. A value of the incident that is not listed any more is added.
    fn select(
        &self,
        definition: &FieldDefinition,
        name: &str,
        selected: &[String],
    ) -> SlackInputBlock {
        let label = definition.label();
        let is_long = self.settings.field_options(definition).len() > MAX_STATIC_OPTIONS;
        let names = self.option_names(definition, selected);
        let initial = (!selected.is_empty()).then(|| {
            let options = selected.iter().map(|name| option(name, name));
            options.collect::<Vec<_>>()
        });
        let options: Vec<_> = names.iter().map(|name| option(name, name)).collect();
        let placeholder = plain_text("Type to search", block_kit_limits::PLACEHOLDER);
        let element = match (definition.kind == FieldKind::MultiSelect, is_long) {
            (true, false) => SlackBlockMultiStaticSelectElement::new()
                .with_action_id(name.into())
                .with_options(options)
                .opt_initial_options(initial)
                .into(),
            (true, true) => SlackBlockMultiExternalSelectElement::new()
                .with_action_id(name.into())
                .with_placeholder(placeholder)
                .opt_initial_options(initial)
                .with_min_query_length(0)
                .into(),
            (false, true) => SlackBlockExternalSelectElement::new()
                .with_action_id(name.into())
                .with_placeholder(placeholder)
                .opt_initial_option(initial.and_then(|options| options.into_iter().next()))
                .with_min_query_length(0)
                .into(),
            (false, false) => {
                let names: Vec<_> = names.into_iter().map(|name| (name.clone(), name)).collect();
                let selected = selected.first().map_or("", String::as_str);
                return static_select(name, &label, &names, selected);
            }
        };
        field(name, &label, element)
    }

    /// Returns the listed values, and those of the incident that are not listed any more.
    fn option_names(&self, definition: &FieldDefinition, selected: &[String]) -> Vec<String> {
        let listed = self.settings.field_options(definition).iter();
        let mut names: Vec<String> = listed.map(|option| option.name.clone()).collect();
        for name in selected {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Returns whether a submission lacks a field that the form of this type requires: the type was selected after the
    /// form was made.
    pub fn is_incomplete(&self, view: &ViewState) -> bool {
        let settings = self.settings.of_incident_type(self.incident_type);
        let fields = settings.form_fields(self.form).into_iter();
        let fields = fields.take(MAX_FIELDS);
        let mut required = fields.filter(|field| self.form.requires(field));
        required.any(|field| !view.has_field(&block_name(&field.name)))
    }

    /// Reads a submission: the fields that the user changed, or all fields of a declaration. Fields of other types are
    /// ignored: they are left from before the type was selected.
    ///
    /// # Errors
    /// Returns [`FieldErrors`] if a value is invalid.
    pub fn read(&self, view: &ViewState) -> Result<FieldEdits, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut edits = FieldEdits::new();
        let parser = FieldParser {
            settings: self.settings,
            clock: self.clock,
        };
        let submitted = view
            .field_names()
            .filter(|name| self.form == FieldForm::Declare || view.changed_value(name).is_some());
        for name in submitted.filter(|name| name.starts_with(PREFIX)) {
            let Some(definition) = self.settings.field(&name[PREFIX.len()..]) else {
                errors.add(
                    name,
                    "This field doesn't exist any more. Open the form again.",
                );
                continue;
            };
            if !definition.is_for(self.incident_type) {
                continue;
            }
            let current = self.values.get(&definition.name);
            match parser.parse(definition, &view.values(name), current) {
                Ok(value) => drop(edits.insert(definition.name.clone(), value)),
                Err(problem) => errors.add(name, problem),
            }
        }
        errors.into_result(edits)
    }
}

/// Returns the errors of the fields without a value that an incident with this status must have, after the edits.
pub fn required_errors(
    incident: &Incident,
    edits: &FieldEdits,
    status: Status,
    settings: &Settings,
) -> FieldErrors {
    let mut after = incident.clone();
    for (name, value) in edits.clone() {
        match value {
            Some(value) => drop(after.fields.insert(name, value)),
            None => drop(after.fields.remove(&name)),
        }
    }
    let mut errors = FieldErrors::default();
    for field in after.missing_fields(status, settings) {
        let problem = format!("{} is required to set {}.", field.label(), status.label());
        errors.add(&block_name(&field.name), problem);
    }
    errors
}

/// Returns the errors of the fields that the edits empty, although the present status requires them.
pub fn emptied_errors(incident: &Incident, edits: &FieldEdits, settings: &Settings) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for field in &settings.fields {
        let is_emptied = matches!(edits.get(&field.name), Some(None));
        if is_emptied
            && field.required.is_due(incident.status)
            && field.is_for(incident.incident_type)
        {
            errors.add(&block_name(&field.name), field.required_text());
        }
    }
    errors
}

/// Returns the defaults of the fields of a new incident.
pub fn field_defaults(settings: &Settings, now: muster_domain::Timestamp) -> FieldValues {
    let fields = settings.fields.iter();
    let defaults = fields.filter_map(|field| {
        let value: FieldValue = settings.default_of(field, now)?;
        Some((field.name.clone(), value))
    });
    defaults.collect()
}

/// Returns the name of the block with a field.
pub fn block_name(field: &str) -> String {
    format!("{PREFIX}{field}")
}

/// Returns the field that a `block_suggestion` is about; `None` if it is about another select.
pub fn suggested_field(payload: &Value) -> Option<&str> {
    text_at(payload, "/action_id")?.strip_prefix(PREFIX)
}

/// Returns the response to a `block_suggestion`: the first 100 values that match the query, those that begin with it
/// first.
///
/// Slack: at most 100 options, docs.slack.dev/reference/block-kit/block-elements.
pub fn suggested_options(settings: &Settings, field: &str, query: &str) -> Value {
    let query = query.trim().to_lowercase();
    let options = settings
        .field(field)
        .map(|field| settings.field_options(field));
    let names = options
        .unwrap_or_default()
        .iter()
        .map(|it| it.name.as_str());
    let mut names: Vec<_> = names
        .filter(|name| name.to_lowercase().contains(&query))
        .collect();
    names.sort_by_key(|name| !name.to_lowercase().starts_with(&query));
    names.truncate(block_kit_limits::OPTIONS);
    let options: Vec<_> = names.into_iter().map(|name| option(name, name)).collect();
    json!({ "options": options })
}

/// Returns the explanation of a field: its help text, and what can be entered.
fn hint(definition: &FieldDefinition) -> String {
    let format = match definition.kind {
        FieldKind::TextArray => "One per line.",
        FieldKind::Datetime => "E.g. “14:05”, “yesterday 23:10”, “tomorrow 9:00”.",
        FieldKind::SingleSelect | FieldKind::MultiSelect | FieldKind::Text | FieldKind::Number => {
            ""
        }
    };
    let hint = format!("{} {format}", definition.help);
    truncate(hint.trim(), block_kit_limits::LABEL)
}

#[cfg(test)]
mod tests;
