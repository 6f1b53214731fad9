//! The filter of the list of incidents in SQL: its conditions, its order, its search words and its counts.

pub mod facets;
pub(crate) mod field_counts;
pub(crate) mod field_sql;
pub(crate) mod filter_driver;
#[cfg(test)]
mod filter_plans;
pub(crate) mod filter_sql;
pub(crate) mod known_fields;
pub(crate) mod list_sections;
pub(crate) mod matching_rows;
pub(crate) mod word_search;
