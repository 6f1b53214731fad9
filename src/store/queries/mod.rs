//! Queries that read more than one table.

pub(crate) mod announcements;
pub mod api_search;
pub(crate) mod duplicates;
pub(crate) mod entry_history;
pub(crate) mod field_history;
pub(crate) mod filtered_list;
pub(crate) mod home;
pub(crate) mod incident_deliveries;
pub(crate) mod incident_documents;
pub mod incident_filter;
pub(crate) mod incident_list;
pub mod incident_search;
pub(crate) mod new_entries;
pub(crate) mod notifications;
pub(crate) mod postmortem;
pub(crate) mod search;
pub(crate) mod task_list;
pub(crate) mod timeline_cells;
pub(crate) mod timeline_entry;
pub(crate) mod timeline_page;
