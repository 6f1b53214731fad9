//! Conversions of column values to timestamps, enums and JSON.

use std::str::FromStr;

use rusqlite::{Row, RowIndex};

use crate::domain::UserId;

/// Parses the text of a column: a timestamp or the name of an enum variant.
pub fn parse_column<T>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    parse_text(row.get_ref(column)?.as_str()?)
}

/// Parses the text of a column; `None` if it is null.
pub fn parse_optional_column<T>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<T>>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(parse_text).transpose()
}

/// Returns the user in a column; `None` if it is null.
pub fn optional_user(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<UserId>> {
    Ok(row.get::<_, Option<String>>(column)?.map(UserId))
}

fn parse_text<T>(text: &str) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse()
        .map_err(|error| conversion_error(Box::new(error)))
}

/// Deserializes a JSON column.
pub fn json_column<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| conversion_error(Box::new(error)))
}

/// Returns a random ID of 16 hexadecimal digits.
pub fn random_id() -> String {
    format!("{:016x}", rand::random::<u64>())
}

fn conversion_error(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error)
}
