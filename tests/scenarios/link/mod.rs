//! Documents, chat and call links.

pub(crate) mod link;
pub(crate) mod link_list;
pub(crate) mod suggest_call;
