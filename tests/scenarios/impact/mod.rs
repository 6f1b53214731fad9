//! Customer impacts.

pub(crate) mod impact;
pub(crate) mod impact_end;
