//! Conversions between column values and timestamps, enums and JSON.

use std::str::FromStr;

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::domain::{AccountKind, ChannelState, ScheduleKind, Timestamp};

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(String::from(*self).into())
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        text.parse()
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

macro_rules! impl_sql_as_str {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let value = value.as_str()?;
                Self::ALL
                    .into_iter()
                    .find(|known| known.as_str() == value)
                    .ok_or_else(|| FromSqlError::Other(format!("unknown value {value}").into()))
            }
        }
    )+};
}

impl_sql_as_str!(ChannelState, AccountKind, ScheduleKind);

/// Parses the name of an enum variant from a text column.
pub fn parse_column<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
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
