//! Fields of an incident that the team defines: Services, Teams and custom fields.
//!
//! A definition is a setting. A value belongs to an incident and carries its own type, so that it stays readable
//! after its definition was changed or removed.

mod any_time;
mod changes;
mod csv;
mod definition;
mod definition_errors;
mod groups;
mod kind;
mod number;
mod offered;
mod option;
mod parse;
mod required;
mod value;

#[cfg(test)]
mod tests;

pub use changes::FieldEdits;
pub(crate) use changes::is_same;
pub use csv::{CsvRowMessage, CsvValues, read_csv};
pub(crate) use definition::default_fields;
pub use definition::{FieldDefinition, FieldSection, SERVICES, TEAMS};
pub use definition_errors::DefinitionError;
pub use groups::SlackGroup;
pub use kind::FieldKind;
pub use number::Number;
pub use offered::FieldForm;
pub use option::{FieldOption, option_list_error};
pub use parse::FieldParser;
pub use required::RequiredFrom;
pub use value::{FieldValue, FieldValues, LONGEST_FIELD_TEXT, MAX_FIELD_VALUES};
