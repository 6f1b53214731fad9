//! Tables of groups of alerts: the groups, their members, storms, and messages outside the channels of incidents.

pub(crate) mod groups;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod related;
pub(crate) mod storms;
