//! The parts of documents that many resources have.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A reference to another resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Reference {
    /// The type of the resource.
    #[serde(rename = "type")]
    pub(in crate::api) kind: &'static str,
    /// The ID of the resource.
    pub(in crate::api) id: String,
}

/// A relationship to one resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct ToOne {
    /// The resource.
    pub(in crate::api) data: Reference,
}

/// A relationship to any number of resources.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct ToMany {
    /// The resources.
    pub(in crate::api) data: Vec<Reference>,
}

/// Who created and who last changed a resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Authors {
    /// The user who created it.
    pub(in crate::api) created_by_user: ToOne,
    /// The user who last changed it.
    pub(in crate::api) last_modified_by_user: ToOne,
}

/// A user with attributes, as Datadog embeds one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct EmbeddedUser {
    /// The user.
    pub(in crate::api) data: Value,
}

/// A document with one resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Document")]
pub(in crate::api) struct PartDocument<T> {
    /// The resource.
    pub(in crate::api) data: T,
    /// The resources that the request includes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::api) included: Vec<Value>,
}

/// A document with a list of resources.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub(in crate::api) struct PartList<T> {
    /// The resources.
    pub(in crate::api) data: Vec<T>,
    /// The resources that the request includes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::api) included: Vec<Value>,
    /// The range of the list; absent for lists that Datadog does not page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api) meta: Option<Meta>,
}

/// The description of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Meta {
    /// The range of the list.
    pub(in crate::api) pagination: Pagination,
}

/// The range of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::api) struct Pagination {
    /// The position of the first item.
    pub(in crate::api) offset: usize,
    /// The position after the last item.
    pub(in crate::api) next_offset: usize,
    /// The number of items.
    pub(in crate::api) size: usize,
}

impl<T> PartList<T> {
    /// Returns a list without a range.
    pub(in crate::api) fn new(data: Vec<T>, included: Vec<Value>) -> Self {
        Self {
            data,
            included,
            meta: None,
        }
    }

    /// Returns the list with the range of a single page.
    pub(in crate::api) fn into_one_page(self) -> Self {
        let size = self.data.len();
        let pagination = Pagination {
            offset: 0,
            next_offset: size,
            size,
        };
        Self {
            meta: Some(Meta { pagination }),
            ..self
        }
    }
}
