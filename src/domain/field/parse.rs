//! Reads the value of a field as a person entered it.

use crate::field::any_time::parse_any_time;
use crate::field::value::{LONGEST_FIELD_TEXT, MAX_FIELD_VALUES};
use crate::field::{FieldDefinition, FieldKind, FieldOption, FieldValue, Number};
use crate::text::{length, truncate};
use crate::{Settings, UserClock};

/// The longest entry of a text array, in characters.
const LONGEST_ITEM: usize = 300;

/// The maximum length of the quote of an invalid value in an error message, in characters.
const QUOTE_PREVIEW: usize = 60;

/// How many values an error message lists.
const LISTED_VALUES: usize = 10;

/// Reads values as a person entered them.
#[derive(Clone, Copy)]
pub struct FieldParser<'a> {
    /// The team's settings.
    pub settings: &'a Settings,
    /// The clock of the person.
    pub clock: &'a UserClock,
}

impl FieldParser<'_> {
    /// Reads a value; `None` if nothing was entered. A listed value is found ignoring case. A value that the
    /// incident has already is accepted even if it is not listed any more.
    ///
    /// # Errors
    /// Returns why the value is invalid, as a sentence.
    pub fn parse(
        &self,
        field: &FieldDefinition,
        entered: &[&str],
        current: Option<&FieldValue>,
    ) -> Result<Option<FieldValue>, String> {
        let entered = entered.iter().map(|text| text.trim());
        let entered: Vec<&str> = entered.filter(|text| !text.is_empty()).collect();
        let Some(first) = entered.first() else {
            return Ok(None);
        };
        let value = match field.kind {
            FieldKind::SingleSelect => {
                FieldValue::SingleSelect(self.find_option(field, first, current)?)
            }
            FieldKind::MultiSelect => {
                let items = entered.iter();
                let items = items.map(|text| self.find_option(field, text, current));
                FieldValue::MultiSelect(distinct(items.collect::<Result<_, _>>()?)?)
            }
            FieldKind::Text => FieldValue::Text(check_length(first, LONGEST_FIELD_TEXT)?),
            FieldKind::TextArray => FieldValue::TextArray(read_lines(&entered)?),
            FieldKind::Number => FieldValue::Number(read_number(first)?),
            FieldKind::Datetime => return self.read_time(first, current).map(Some),
        };
        Ok(Some(value))
    }

    fn find_option(
        &self,
        field: &FieldDefinition,
        entered: &str,
        current: Option<&FieldValue>,
    ) -> Result<String, String> {
        let options = self.settings.field_options(field);
        if let Some(option) = options.iter().find(|option| option.is_called(entered)) {
            return Ok(option.name.clone());
        }
        if current.is_some_and(|current| current.contains(entered)) {
            return Ok(entered.to_owned());
        }
        let quote = truncate(entered, QUOTE_PREVIEW);
        Err(match nearest(entered, options) {
            Some(near) => {
                let label = field.label();
                format!("“{quote}” isn't listed in {label}. Did you mean {near}?")
            }
            None => format!(
                "“{quote}” isn't listed in {}. {}",
                field.label(),
                listed(options)
            ),
        })
    }

    /// Reads a time. The stored time, which a form displays to the minute, stays as it is.
    fn read_time(&self, entered: &str, current: Option<&FieldValue>) -> Result<FieldValue, String> {
        if let Some(FieldValue::Datetime(at)) = current
            && self.clock.format(*at) == entered
        {
            return Ok(FieldValue::Datetime(*at));
        }
        let at = parse_any_time(entered, self.clock).map_err(|error| error.to_string())?;
        Ok(FieldValue::Datetime(at))
    }
}

fn read_number(entered: &str) -> Result<Number, String> {
    entered.parse().map_err(|problem: String| {
        let quote = truncate(entered, QUOTE_PREVIEW);
        format!("“{quote}” {problem}. Enter digits, such as 42 or 3.5.")
    })
}

/// Reads one text per line.
fn read_lines(entered: &[&str]) -> Result<Vec<String>, String> {
    let lines = entered.iter().flat_map(|text| text.lines()).map(str::trim);
    let texts = lines.filter(|text| !text.is_empty());
    let texts = texts.map(|text| check_length(text, LONGEST_ITEM));
    distinct(texts.collect::<Result<_, _>>()?)
}

fn check_length(text: &str, longest: usize) -> Result<String, String> {
    match length(text) {
        long if long > longest => Err(format!(
            "That's {long} characters; the limit is {longest}. Please shorten it."
        )),
        _ => Ok(text.to_owned()),
    }
}

/// Returns the values without duplicates, in their order.
fn distinct(items: Vec<String>) -> Result<Vec<String>, String> {
    let mut distinct: Vec<String> = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    match distinct.len() {
        many if many > MAX_FIELD_VALUES => Err(format!(
            "That's {many} values; the limit is {MAX_FIELD_VALUES}. Keep the most important ones."
        )),
        _ => Ok(distinct),
    }
}

/// Returns the listed value that is most similar, if one is similar enough to be meant.
fn nearest<'o>(entered: &str, options: &'o [FieldOption]) -> Option<&'o str> {
    let entered = entered.to_lowercase();
    let distance = |option: &&FieldOption| {
        let name = option.name.to_lowercase();
        match name.starts_with(&entered) {
            true => 1,
            false => strsim::osa_distance(&entered, &name),
        }
    };
    let nearest = options.iter().min_by_key(distance)?;
    let limit = (length(&entered) / 3).max(1);
    (distance(&nearest) <= limit).then_some(nearest.name.as_str())
}

fn listed(options: &[FieldOption]) -> String {
    if options.is_empty() {
        return "It has no values yet. An admin can list some.".to_owned();
    }
    let names = options.iter().take(LISTED_VALUES);
    let names: Vec<_> = names.map(|option| option.name.as_str()).collect();
    let names = names.join(", ");
    match options.len().saturating_sub(LISTED_VALUES) {
        0 => format!("Pick one of: {names}."),
        more => format!("Pick one of: {names} and {more} more."),
    }
}
