//! The envelope of bodies, and members that many bodies have.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::error::{ApiError, Mistake};
use crate::domain::link::http_url;

/// A body with one resource that has attributes.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "{A}Body")]
pub(in crate::api) struct Envelope<A> {
    /// The resource.
    pub(in crate::api) data: Data<A>,
}

/// A resource with attributes.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "{A}Data")]
pub(in crate::api) struct Data<A> {
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: String,
    /// The ID of the resource. If there is one, it must be that of the path.
    #[serde(rename = "id", default)]
    _id: Option<String>,
    /// The attributes.
    pub(in crate::api) attributes: A,
}

/// The mistakes in the values of a body. All are reported together.
#[derive(Debug, Default)]
pub(in crate::api) struct ValueMistakes(Vec<Mistake>);

impl ValueMistakes {
    /// Checks that a text is not blank.
    pub(in crate::api) fn require_text(&mut self, name: &str, text: &str) {
        if text.trim().is_empty() {
            self.add(name, "can't be empty");
        }
    }

    /// Checks that a text is the address of a page.
    pub(in crate::api) fn require_url(&mut self, name: &str, url: &str) {
        if let Some(problem) = http_url::url_error(url) {
            self.add(name, &problem);
        }
    }

    /// Adds a mistake in an attribute.
    pub(in crate::api) fn add(&mut self, name: &str, detail: &str) {
        let member = format!("/data/attributes/{name}");
        self.0.push(Mistake::in_member(member, detail));
    }

    /// Returns the error that lists all mistakes, if there are any.
    pub(in crate::api) fn into_result(self) -> Result<(), ApiError> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(ApiError::invalid(self.0)),
        }
    }
}
