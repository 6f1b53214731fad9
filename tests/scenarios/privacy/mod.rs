//! Private incidents and what outsiders see.

pub(crate) mod membership;
pub(crate) mod outsiders;
pub(crate) mod privacy;
pub(crate) mod privacy_buttons;
pub(crate) mod visibility;
