//! Tables of the HTTP API.

pub(crate) mod api_answers;
pub(crate) mod imports;
