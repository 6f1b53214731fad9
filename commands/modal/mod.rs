//! Builders for modals and their fields, on top of slack-morphism. The name of a field is both its
//! `block_id` and its `action_id`: errors, values and inputs preserved across an update refer to
//! it.

pub mod block_kit_limits;
pub mod configured_fields;
mod entered_values;
pub(crate) mod field_errors;
pub(crate) mod private_metadata;
pub(crate) mod severity_fields;
pub(crate) mod view_state;
pub(crate) mod view_submission;

use muster_domain::text::{length, truncate};
use muster_domain::{ChannelId, IncidentId, Severity, UserId};
use serde_json::Value;
use slack_morphism::prelude::*;

pub use crate::modal::configured_fields::ConfiguredFields;
pub use crate::modal::entered_values::with_entered_values;
pub use crate::modal::field_errors::FieldErrors;
pub use crate::modal::private_metadata::{MetadataMessage, PrivateMetadata};
pub use crate::modal::view_state::ViewState;
pub use crate::modal::view_submission::ViewSubmission;

/// Returns a modal with a callback ID, a title, the label of the submit button and blocks.
pub(crate) fn build_modal(
    form: &str,
    title: &str,
    submit: &str,
    blocks: Vec<SlackBlock>,
) -> SlackModalView {
    SlackModalView::new(plain_text(title, block_kit_limits::MODAL_TITLE), blocks)
        .with_callback_id(form.into())
        .with_submit(plain_text(submit, block_kit_limits::MODAL_BUTTON))
        .with_close(plain_text("Cancel", block_kit_limits::MODAL_BUTTON))
}

/// Sets the private metadata of a modal.
pub fn with_metadata(form: SlackModalView, private_metadata: &PrivateMetadata) -> SlackModalView {
    form.with_private_metadata(private_metadata.to_metadata())
}

/// Sets the channel in which a modal was opened, and keeps the rest of its private metadata.
pub fn with_channel(form: SlackModalView, channel: Option<&ChannelId>) -> SlackModalView {
    if channel.is_none() {
        return form;
    }
    let private_metadata = form.private_metadata.as_deref().map(PrivateMetadata::parse);
    let private_metadata = PrivateMetadata {
        channel: channel.cloned(),
        ..private_metadata.unwrap_or_default()
    };
    with_metadata(form, &private_metadata)
}

/// Returns a single-line text input.
///
/// It has no `max_length`, because Slack would truncate the input silently. The submission is
/// rejected with an error instead.
pub(crate) fn line_input(name: &str, label: &str, filled_in: &str) -> SlackInputBlock {
    let one_line = filled_in.trim().replace(['\r', '\n'], " ");
    let element = with_initial_value(text_input(name), &one_line);
    field(name, label, element.into())
}

/// Returns a single-line text input with a maximum length in characters.
pub(crate) fn short_line_input(
    name: &str,
    label: &str,
    filled_in: &str,
    longest: usize,
) -> SlackInputBlock {
    let one_line = filled_in.trim().replace(['\r', '\n'], " ");
    let element = with_initial_value(text_input(name), &one_line).with_max_length(longest as u64);
    field(name, label, element.into())
}

/// Returns a multi-line text input with a maximum length in characters.
///
/// Slack: `max_length` is at most 3,000, docs.slack.dev/reference/block-kit/block-elements.
pub(crate) fn multiline_input(
    name: &str,
    label: &str,
    filled_in: &str,
    longest: usize,
) -> SlackInputBlock {
    let element = with_initial_value(text_input(name), filled_in.trim())
        .with_multiline(true)
        .with_max_length(longest.min(block_kit_limits::INPUT) as u64);
    field(name, label, element.into())
}

/// Returns an optional multi-line text input. A text that is too long for an input is replaced by a
/// context block, so that saving the modal does not truncate it.
pub(crate) fn optional_multiline_input(
    name: &str,
    label: &str,
    so_far: &str,
    longest: usize,
) -> SlackBlock {
    let long = length(so_far.trim());
    if long > longest {
        return context_block(&format!(
            "{label}: this text is {long} characters long, too long for a Slack form. It isn't changed."
        ));
    }
    optional(multiline_input(name, label, so_far, longest)).into()
}

/// Returns a select menu with options as (text, value).
///
/// There must be at least one option. The initial selection is the value of an option, or empty for
/// none.
pub fn static_select(
    name: &str,
    label: &str,
    options: &[(String, String)],
    selected: &str,
) -> SlackInputBlock {
    let options = options.iter().map(|(text, value)| option(text, value));
    static_select_of(name, label, options.collect(), selected)
}

fn static_select_of(
    name: &str,
    label: &str,
    options: Vec<SlackBlockChoiceItem<SlackBlockPlainTextOnly>>,
    selected: &str,
) -> SlackInputBlock {
    let initial = options
        .iter()
        .find(|option| option.value == selected)
        .cloned();
    let element = SlackBlockStaticSelectElement::new()
        .with_action_id(name.into())
        .with_options(options)
        .opt_initial_option(initial);
    field(name, label, element.into())
}

/// Returns checkboxes with options as (text, value), and the values that are ticked initially.
pub(crate) fn checkboxes(
    name: &str,
    label: &str,
    options: &[(&str, &str)],
    ticked: &[String],
) -> SlackInputBlock {
    let options = options.iter().map(|(text, value)| {
        let text: SlackBlockText =
            SlackBlockPlainText::new(truncate(text, block_kit_limits::OPTION_TEXT)).into();
        SlackBlockChoiceItem::new(text, (*value).to_owned())
    });
    let options: Vec<_> = options.collect();
    let is_ticked = |option: &&SlackBlockChoiceItem<SlackBlockText>| ticked.contains(&option.value);
    let initial: Vec<_> = options.iter().filter(is_ticked).cloned().collect();
    let element = SlackBlockCheckboxesElement::new(options)
        .with_action_id(name.into())
        .opt_initial_options(Some(initial).filter(|initial| !initial.is_empty()));
    field(name, label, element.into())
}

/// Returns a user select. It may stay empty if no user is selected initially. Slack reports the selection
/// immediately (`dispatch_action`), so that the user is fetched before the modal is submitted.
pub fn users_select(name: &str, label: &str, selected: &UserId) -> SlackInputBlock {
    let element = SlackBlockUsersSelectElement::new()
        .with_action_id(name.into())
        .opt_initial_user(
            Some(selected)
                .filter(|id| id.is_in_slack())
                .map(|id| id.0.clone()),
        );
    let select = field(name, label, element.into()).with_dispatch_action(true);
    match selected.is_in_slack() {
        true => select,
        false => optional(select),
    }
}

/// Returns a multi-user select. Slack reports each selection immediately.
pub(crate) fn multi_users_select(name: &str, label: &str, selected: &[UserId]) -> SlackInputBlock {
    let element = multi_users_element(name, selected);
    field(name, label, element.into()).with_dispatch_action(true)
}

/// Returns a multi-user select with a maximum number of users. The initial selection must not
/// exceed it.
pub(crate) fn limited_multi_users_select(
    name: &str,
    label: &str,
    selected: &[UserId],
    most: usize,
) -> SlackInputBlock {
    let element = multi_users_element(name, selected).with_max_selected_items(most as u64);
    field(name, label, element.into()).with_dispatch_action(true)
}

/// Returns the users that were just selected in an open modal, from a `block_actions` payload.
pub fn selected_users(payload: &Value) -> Vec<UserId> {
    let places = ["/actions/0/selected_user", "/actions/0/selected_users"];
    let selected = places.iter().filter_map(|path| payload.pointer(path));
    let ids = selected.flat_map(|selected| match selected {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    });
    ids.map(UserId::from).collect()
}

/// Returns a date picker with an initial date such as `2026-11-23`, or empty for none.
pub(crate) fn datepicker(name: &str, label: &str, preset: &str) -> SlackInputBlock {
    let element = SlackBlockDatePickerElement::new()
        .with_action_id(name.into())
        .opt_initial_date(Some(preset.to_owned()).filter(|preset| !preset.is_empty()));
    field(name, label, element.into())
}

/// Returns a time picker with an initial time such as `14:05`, or empty for none.
pub(crate) fn timepicker(name: &str, label: &str, preset: &str) -> SlackInputBlock {
    let element = SlackBlockTimePickerElement::new()
        .with_action_id(name.into())
        .opt_initial_time(Some(preset.to_owned()).filter(|preset| !preset.is_empty()));
    field(name, label, element.into())
}

/// Returns a select menu that loads its options with `block_suggestion` as soon as it is opened.
pub(crate) fn external_select(name: &str, label: &str, placeholder: &str) -> SlackInputBlock {
    let element = SlackBlockExternalSelectElement::new()
        .with_action_id(name.into())
        .with_placeholder(plain_text(placeholder, block_kit_limits::PLACEHOLDER))
        .with_min_query_length(0);
    field(name, label, element.into())
}

/// Makes a field optional.
pub fn optional(field: SlackInputBlock) -> SlackInputBlock {
    field.with_optional(true)
}

/// Adds a hint below a field.
pub(crate) fn with_hint(field: SlackInputBlock, says: &str) -> SlackInputBlock {
    field.with_hint(plain_text(says, block_kit_limits::LABEL))
}

/// Returns a context block with plain text.
pub fn context_block(says: &str) -> SlackBlock {
    let words = SlackBlockPlainText::new(truncate(says, block_kit_limits::TEXT));
    SlackContextBlock::new(vec![words.into()]).into()
}

/// Returns an option of a select menu, truncated to Slack's limits.
pub fn option(text: &str, value: &str) -> SlackBlockChoiceItem<SlackBlockPlainTextOnly> {
    SlackBlockChoiceItem::new(
        plain_text(text, block_kit_limits::OPTION_TEXT),
        value.to_owned(),
    )
}

/// Returns the option of an incident: its ID, severity and title. The value is its number.
pub(crate) fn incident_option(
    id: IncidentId,
    severity: Severity,
    title: &str,
) -> SlackBlockChoiceItem<SlackBlockPlainTextOnly> {
    let one_line = title.replace(['\r', '\n'], " ");
    option(
        &format!("{id} · {severity} · {one_line}"),
        &id.number().to_string(),
    )
}

fn field(name: &str, label: &str, element: SlackInputBlockElement) -> SlackInputBlock {
    SlackInputBlock::new(plain_text(label, block_kit_limits::LABEL), element)
        .with_block_id(name.into())
}

fn multi_users_element(name: &str, selected: &[UserId]) -> SlackBlockMultiUsersSelectElement {
    let selected = selected.iter().filter(|id| id.is_in_slack());
    let selected: Vec<String> = selected.map(ToString::to_string).collect();
    SlackBlockMultiUsersSelectElement::new()
        .with_action_id(name.into())
        .opt_initial_users(Some(selected).filter(|selected| !selected.is_empty()))
}

fn text_input(name: &str) -> SlackBlockPlainTextInputElement {
    SlackBlockPlainTextInputElement::new().with_action_id(name.into())
}

/// Sets the initial value. Slack rejects an empty one, so that it is omitted.
fn with_initial_value(
    element: SlackBlockPlainTextInputElement,
    filled_in: &str,
) -> SlackBlockPlainTextInputElement {
    let filled_in = truncate(filled_in, block_kit_limits::INPUT);
    element.opt_initial_value(Some(filled_in).filter(|text| !text.is_empty()))
}

fn plain_text(text: &str, limit: usize) -> SlackBlockPlainTextOnly {
    truncate(text, limit).into()
}
