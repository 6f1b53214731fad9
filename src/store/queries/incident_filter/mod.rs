//! The filter of the list of incidents in SQL: its conditions, its order, its search words and its counts.

pub(crate) mod driver_choice;
pub mod facets;
pub(crate) mod field_counts;
#[cfg(test)]
mod field_plans;
pub(crate) mod field_sql;
pub(crate) mod filter_driver;
#[cfg(test)]
mod filter_plans;
pub(crate) mod filter_sql;
pub(crate) mod known_fields;
pub(crate) mod list_sections;
pub(crate) mod matching_rows;
mod tally;
pub(crate) mod word_search;
