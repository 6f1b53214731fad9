//! A changed setting.

use serde_json::Value;

/// A changed setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// The key.
    pub key: &'static str,
    /// The previous value.
    pub from: Value,
    /// The new value.
    pub to: Value,
}

impl SettingChange {
    /// Returns the previous items of a list.
    pub fn items_before(&self) -> &[Value] {
        self.from.as_array().map_or(&[], Vec::as_slice)
    }

    /// Returns the new items of a list.
    pub fn items_after(&self) -> &[Value] {
        self.to.as_array().map_or(&[], Vec::as_slice)
    }
}
