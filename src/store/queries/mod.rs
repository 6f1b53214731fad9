//! Queries that read more than one table.

pub(crate) mod announcements;
pub(crate) mod duplicates;
pub mod facets;
pub(crate) mod filter_driver;
#[cfg(test)]
mod filter_plans;
pub(crate) mod filter_sql;
pub(crate) mod filtered_list;
pub(crate) mod home;
pub(crate) mod incident_deliveries;
pub(crate) mod incident_list;
pub mod incident_search;
pub(crate) mod list_sections;
pub(crate) mod matching_rows;
pub(crate) mod search;
pub(crate) mod task_list;
pub(crate) mod timeline_entry;
pub(crate) mod timeline_page;
pub(crate) mod word_search;
