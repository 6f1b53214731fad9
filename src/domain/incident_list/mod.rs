//! The list of incidents: its filter, its order, its URL, and saved views. Pure: the store runs the filter.

pub(crate) mod field_filter;
pub(crate) mod filter_query;
pub(crate) mod filter_sentence;
pub(crate) mod incident_filter;
pub(crate) mod list_order;
pub(crate) mod saved_view;

#[cfg(test)]
mod tests;
