//! The intake of alerts: takes in the requests of monitoring tools, each in the tool's own format.
//!
//! A request is authenticated by the token of its source, read by one of the readers of `domain::alert`, and stored
//! with its effects in one transaction before it is answered. A body that cannot be read is stored too, so that the
//! operator sees it on the page of the source.

mod body;
mod credentials;
mod form_body;
mod read_body;
mod receive;
mod reply;
mod routes;
mod signature;
mod sns_request;

pub(crate) use routes::router;
