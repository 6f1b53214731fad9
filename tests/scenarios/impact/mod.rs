//! Customer impacts.

pub(crate) mod impact;
pub(crate) mod impact_end;
pub(crate) mod impact_removal;
pub(crate) mod impact_start;
