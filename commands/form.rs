//! Fields and forms, on slack-morphism's builders. A field's name is its `block_id` and its
//! `action_id`: errors, answers and what was typed before an update all find it by that.

use serde_json::Value;
use slack_morphism::prelude::*;

use crate::limits::{self, cut};
use crate::{ChannelId, IncidentId, Level, PersonId, Scale, Severity};

pub use crate::answers::Answers;
pub use crate::carried::{Carried, CarriedMessage};
pub use crate::field_errors::FieldErrors;
pub use crate::submission::Submission;

/// Gives a form by its name, title, the word on its button and its fields.
pub fn modal(form: &str, title: &str, submit: &str, blocks: Vec<SlackBlock>) -> SlackModalView {
    SlackModalView::new(plain(title, limits::MODAL_TITLE), blocks)
        .with_callback_id(form.into())
        .with_submit(plain(submit, limits::MODAL_BUTTON))
        .with_close(plain("Cancel", limits::MODAL_BUTTON))
}

/// Gives the form with what it carries along until it is submitted.
pub fn carrying(form: SlackModalView, carried: &Carried) -> SlackModalView {
    form.with_private_metadata(carried.to_metadata())
}

/// Gives the form with where it was asked for, if that is a channel, beside what it carries already.
pub fn asked_in(form: SlackModalView, channel: Option<&ChannelId>) -> SlackModalView {
    if channel.is_none() {
        return form;
    }
    let carried = form.private_metadata.as_deref().map(Carried::read);
    let carried = Carried {
        channel: channel.cloned(),
        ..carried.unwrap_or_default()
    };
    carrying(form, &carried)
}

/// Gives a field for one line of text, filled in.
///
/// It sets no longest length: Slack would cut what is typed, and we would rather say so.
pub fn line(name: &str, label: &str, filled_in: &str) -> SlackInputBlock {
    let one_line = filled_in.trim().replace(['\r', '\n'], " ");
    let element = filled_with(text_input(name), &one_line);
    field(name, label, element.into())
}

/// Gives a field for one line of text, at most so many characters, filled in.
pub fn short_line(name: &str, label: &str, filled_in: &str, longest: usize) -> SlackInputBlock {
    let one_line = filled_in.trim().replace(['\r', '\n'], " ");
    let element = filled_with(text_input(name), &one_line).with_max_length(longest as u64);
    field(name, label, element.into())
}

/// Gives a field for several lines of text, at most so many characters, filled in.
///
/// Slack: `max_length` is at most 3,000, docs.slack.dev/reference/block-kit/block-elements.
pub fn text(name: &str, label: &str, filled_in: &str, longest: usize) -> SlackInputBlock {
    let element = filled_with(text_input(name), filled_in.trim())
        .with_multiline(true)
        .with_max_length(longest.min(limits::INPUT) as u64);
    field(name, label, element.into())
}

/// Gives a field for a text that may be empty; one that no field can hold is left out of the form, so that
/// saving the form does not cut it.
pub fn written(name: &str, label: &str, so_far: &str, longest: usize) -> SlackBlock {
    let long = limits::length(so_far.trim());
    if long > longest {
        return remark(&format!(
            "{label}: this text is {long} characters long, more than a form in Slack can show. \
             It stays as it is."
        ));
    }
    optional(text(name, label, so_far, longest)).into()
}

/// Gives a field in which one of a few options, each a text and a value, is chosen.
///
/// The options must not be empty; `chosen` is the value of one, or empty if the person is to choose.
pub fn choice(
    name: &str,
    label: &str,
    options: &[(String, String)],
    chosen: &str,
) -> SlackInputBlock {
    let options = options.iter().map(|(text, value)| option(text, value));
    choice_of(name, label, options.collect(), chosen)
}

fn choice_of(
    name: &str,
    label: &str,
    options: Vec<SlackBlockChoiceItem<SlackBlockPlainTextOnly>>,
    chosen: &str,
) -> SlackInputBlock {
    let initial = options
        .iter()
        .find(|option| option.value == chosen)
        .cloned();
    let element = SlackBlockStaticSelectElement::new()
        .with_action_id(name.into())
        .with_options(options)
        .opt_initial_option(initial);
    field(name, label, element.into())
}

/// Gives the field in which a severity of the team's scale is chosen, with when to choose which: beside each, or
/// below all of them if one needs more words than fit there. Without a `present` one it begins with `UNKNOWN`, or
/// empty where that is not used.
pub fn severity(name: &str, scale: &Scale, present: Option<Severity>) -> SlackInputBlock {
    let chosen = present.or(scale.first()).map_or("", Severity::as_str);
    let label = "Severity Level";
    let longest = |level: &Level| limits::length(&level.description);
    if scale.levels().iter().map(longest).max() > Some(limits::OPTION_DESCRIPTION) {
        return hint(
            choice(name, label, &scale.options(present), chosen),
            &scale.hint(),
        );
    }
    let options = scale.options(present).into_iter().map(|(text, value)| {
        let description = scale.description(&value);
        let description = description.map(|says| plain(says, limits::OPTION_DESCRIPTION));
        option(&text, &value).opt_description(description)
    });
    choice_of(name, label, options.collect(), chosen)
}

/// Gives a field in which any of a few options, each a text and a value, can be ticked; those are whose values
/// are `ticked`.
pub fn ticks(
    name: &str,
    label: &str,
    options: &[(&str, &str)],
    ticked: &[String],
) -> SlackInputBlock {
    let options = options.iter().map(|(text, value)| {
        let text: SlackBlockText = SlackBlockPlainText::new(cut(text, limits::OPTION_TEXT)).into();
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

/// Gives a field in which a person of the workspace is chosen. Slack tells us of the choice at once, so that
/// we know who it is by the time the form comes.
pub fn person(name: &str, label: &str, chosen: &PersonId) -> SlackInputBlock {
    let element = SlackBlockUsersSelectElement::new()
        .with_action_id(name.into())
        .opt_initial_user(Some(chosen.0.clone()).filter(|id| !id.is_empty()));
    field(name, label, element.into()).with_dispatch_action(true)
}

/// Gives a field in which people of the workspace are chosen; Slack tells us of them at once.
pub fn people(name: &str, label: &str, chosen: &[PersonId]) -> SlackInputBlock {
    let element = people_select(name, chosen);
    field(name, label, element.into()).with_dispatch_action(true)
}

/// Gives a field in which at most so many people are chosen; no more than these may be `chosen` already.
pub fn few_people(name: &str, label: &str, chosen: &[PersonId], most: usize) -> SlackInputBlock {
    let element = people_select(name, chosen).with_max_selected_items(most as u64);
    field(name, label, element.into()).with_dispatch_action(true)
}

/// Gives the people whom somebody just chose in a field of a form that is still open, from the payload of
/// `block_actions`.
pub fn people_chosen(payload: &Value) -> Vec<PersonId> {
    let places = ["/actions/0/selected_user", "/actions/0/selected_users"];
    let chosen = places.iter().filter_map(|place| payload.pointer(place));
    let ids = chosen.flat_map(|chosen| match chosen {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    });
    ids.map(PersonId::from).collect()
}

/// Gives a field in which a day is chosen; the preset as `2026-11-23`, empty for none.
pub fn day(name: &str, label: &str, preset: &str) -> SlackInputBlock {
    let element = SlackBlockDatePickerElement::new()
        .with_action_id(name.into())
        .opt_initial_date(Some(preset.to_owned()).filter(|preset| !preset.is_empty()));
    field(name, label, element.into())
}

/// Gives a field in which a time of day is chosen; the preset as `14:05`, empty for none.
pub fn time_of_day(name: &str, label: &str, preset: &str) -> SlackInputBlock {
    let element = SlackBlockTimePickerElement::new()
        .with_action_id(name.into())
        .opt_initial_time(Some(preset.to_owned()).filter(|preset| !preset.is_empty()));
    field(name, label, element.into())
}

/// Gives a field that asks us for its options, from the first moment on.
pub fn pick(name: &str, label: &str, placeholder: &str) -> SlackInputBlock {
    let element = SlackBlockExternalSelectElement::new()
        .with_action_id(name.into())
        .with_placeholder(plain(placeholder, limits::PLACEHOLDER))
        .with_min_query_length(0);
    field(name, label, element.into())
}

/// Gives the field as one that may be left empty.
pub fn optional(field: SlackInputBlock) -> SlackInputBlock {
    field.with_optional(true)
}

/// Gives the field with a line below it that says what to fill in.
pub fn hint(field: SlackInputBlock, says: &str) -> SlackInputBlock {
    field.with_hint(plain(says, limits::LABEL))
}

/// Gives a line that is only read, as plain text.
pub fn remark(says: &str) -> SlackBlock {
    let words = SlackBlockPlainText::new(cut(says, limits::TEXT));
    SlackContextBlock::new(vec![words.into()]).into()
}

/// Gives an option of a select, cut to what Slack shows.
pub fn option(text: &str, value: &str) -> SlackBlockChoiceItem<SlackBlockPlainTextOnly> {
    SlackBlockChoiceItem::new(plain(text, limits::OPTION_TEXT), value.to_owned())
}

/// Gives the option of an incident: its number, severity and title, valued with its number.
pub fn incident_option(
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
    SlackInputBlock::new(plain(label, limits::LABEL), element).with_block_id(name.into())
}

fn people_select(name: &str, chosen: &[PersonId]) -> SlackBlockMultiUsersSelectElement {
    let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
    SlackBlockMultiUsersSelectElement::new()
        .with_action_id(name.into())
        .opt_initial_users(Some(chosen).filter(|chosen| !chosen.is_empty()))
}

fn text_input(name: &str) -> SlackBlockPlainTextInputElement {
    SlackBlockPlainTextInputElement::new().with_action_id(name.into())
}

/// Fills the field in; Slack has no empty initial value, so nothing is left out.
fn filled_with(
    element: SlackBlockPlainTextInputElement,
    filled_in: &str,
) -> SlackBlockPlainTextInputElement {
    let filled_in = cut(filled_in, limits::INPUT);
    element.opt_initial_value(Some(filled_in).filter(|text| !text.is_empty()))
}

fn plain(text: &str, limit: usize) -> SlackBlockPlainTextOnly {
    cut(text, limit).into()
}
