//! The preview of the fields that the team defines, with services and teams.

use crate::domain::text::join_items;
use crate::domain::{FieldDefinition, FieldKind, FieldOption, RequiredFrom, Settings};
use crate::web::pages::settings::preview::PreviewRow;

/// The number of values that are listed.
const LISTED_VALUES: usize = 10;

/// Returns a row for each field, in their order.
pub(super) fn rows(settings: &Settings) -> Vec<PreviewRow> {
    let rows = settings.fields.iter().map(|field| PreviewRow::Named {
        name: field.label(),
        text: [kind(field), required(field), values(settings, field)].concat(),
    });
    rows.collect()
}

fn kind(field: &FieldDefinition) -> String {
    let kind = match field.kind {
        FieldKind::SingleSelect => "One of the values.",
        FieldKind::MultiSelect => "Some of the values.",
        FieldKind::Text => "A text.",
        FieldKind::TextArray => "Several texts.",
        FieldKind::Number => "A number.",
        FieldKind::Datetime => "A date with a time.",
    };
    kind.to_owned()
}

fn required(field: &FieldDefinition) -> String {
    match field.required {
        RequiredFrom::Never => String::new(),
        RequiredFrom::Declaration => " Required in a declaration.".to_owned(),
        from @ (RequiredFrom::Stable | RequiredFrom::Resolved | RequiredFrom::Completed) => {
            format!(" Required from {} on.", from.as_str().to_uppercase())
        }
    }
}

/// Returns the values of a select, each with the user group or channel that joins.
fn values(settings: &Settings, field: &FieldDefinition) -> String {
    if !field.kind.is_select() {
        return String::new();
    }
    let options = settings.field_options(field);
    let mut listed: Vec<_> = options.iter().take(LISTED_VALUES).map(value).collect();
    if options.len() > LISTED_VALUES {
        listed.push(format!("{} more", options.len() - LISTED_VALUES));
    }
    match listed.is_empty() {
        true => " No values yet.".to_owned(),
        false => format!(" Values: {}.", list(&listed)),
    }
}

fn list(values: &[String]) -> String {
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    join_items(&values)
}

fn value(option: &FieldOption) -> String {
    let slack = option.slack.as_str();
    match slack {
        "" => option.name.clone(),
        slack => format!("{} ({slack} joins)", option.name),
    }
}
