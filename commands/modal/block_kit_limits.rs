//! Slack's limits for blocks and views.
//!
//! Source: docs.slack.dev/reference/block-kit and docs.slack.dev/reference/views. All
//! are compared with `muster_domain::text::length`.

use serde::Serialize;

/// The title of a modal, in characters.
pub(crate) const MODAL_TITLE: usize = 24;
/// The labels of a modal's `submit` and `close` buttons, in characters.
pub(crate) const MODAL_BUTTON: usize = 24;
/// The `private_metadata` of a view, in characters.
pub(crate) const PRIVATE_METADATA: usize = 3_000;
/// The value of a text input, in characters.
pub(crate) const INPUT: usize = 3_000;
/// The label or hint of a field, in characters.
pub const LABEL: usize = 2_000;
/// The placeholder of a field, in characters.
pub(crate) const PLACEHOLDER: usize = 150;
/// The number of initial users of a multi-user select.
pub const USERS: usize = 100;
/// The text of an option, in characters.
pub(crate) const OPTION_TEXT: usize = 75;
/// The description below the text of an option, in characters.
pub(crate) const OPTION_DESCRIPTION: usize = 75;
/// The number of options of a select menu.
pub const OPTIONS: usize = 100;
/// The label of a button, in characters.
pub(crate) const BUTTON_TEXT: usize = 75;
/// The value of a button, in characters.
pub(crate) const BUTTON_VALUE: usize = 2_000;
/// The number of buttons that Muster puts in one row. Slack allows 25.
pub(crate) const BUTTONS_IN_A_ROW: usize = 5;
/// Any text object, in characters.
pub const TEXT: usize = 3_000;

/// Returns the size in bytes of a part of a modal in Slack's form-encoded request: each byte that
/// is not an ASCII letter or digit takes three.
pub(crate) fn encoded_length(part: &impl Serialize) -> usize {
    let json = serde_json::to_string(part).unwrap_or_default();
    let plain = json.bytes().filter(u8::is_ascii_alphanumeric).count();
    plain + 3 * (json.len() - plain)
}
