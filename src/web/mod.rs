//! Pages for browsers: the third transport, besides Slack over HTTP and over Socket Mode.
//!
//! A page reads on behalf of the user of its session (`session::SignedIn`). A form becomes the same request
//! type that a modal of Slack becomes, and the same decision handles it; the timeline records that it came
//! from the web.
//!
//! | To add … | open |
//! | --- | --- |
//! | a page | `pages/<page>.rs`, `templates/<page>.html` and one line in `pages/mod.rs` |
//! | what several pages show | `parts/` and `templates/parts/` |
//! | a style, a script | `assets/` |

mod access;
mod assets;
mod browser;
mod cookies;
mod error_page;
mod form;
mod layout;
pub(crate) mod live;
mod markdown;
mod multipart;
mod pages;
mod parts;
mod routes;
mod security_headers;
mod session;
mod target;
mod web_app_manifest;

pub use pages::{action_names, field_names};
pub(crate) use routes::router;
pub use routes::{Access, Method, Route, routes};
