//! Fills a modal with the values of a submission, so that another modal can take its place.

use slack_morphism::prelude::*;

use crate::modal::{ViewState, option};

/// Sets the initial values of the fields that the submission contains. The block IDs stay the same, so Slack
/// keeps the input as well.
///
/// Slack: docs.slack.dev/surfaces/modals#updating_views.
pub fn with_entered_values(mut form: SlackModalView, entered: &ViewState) -> SlackModalView {
    let names: Vec<&str> = entered.field_names().collect();
    for block in &mut form.blocks {
        let SlackBlock::Input(field) = block else {
            continue;
        };
        let name = field.block_id.as_ref().map(|id| id.0.clone());
        if let Some(name) = name.filter(|name| names.contains(&name.as_str())) {
            set_value(&mut field.element, entered, &name);
        }
    }
    form
}

/// Sets the initial value of the kinds of elements that the declare modal has.
fn set_value(element: &mut SlackInputBlockElement, entered: &ViewState, name: &str) {
    let value = Some(entered.value(name).to_owned()).filter(|value| !value.is_empty());
    match element {
        SlackInputBlockElement::PlainTextInput(input) => input.initial_value = value,
        SlackInputBlockElement::UsersSelect(select) => select.initial_user = value,
        SlackInputBlockElement::MultiUsersSelect(select) => {
            let users = entered.values(name).into_iter().map(str::to_owned);
            let users: Vec<_> = users.collect();
            select.initial_users = Some(users).filter(|users| !users.is_empty());
        }
        SlackInputBlockElement::StaticSelect(select) => {
            let options = select.options.iter().flatten();
            let selected = options
                .into_iter()
                .find(|it| Some(&it.value) == value.as_ref());
            select.initial_option = selected.cloned();
        }
        SlackInputBlockElement::ExternalSelect(select) => {
            select.initial_option = value.map(|value| option(&value, &value));
        }
        SlackInputBlockElement::MultiStaticSelect(select) => {
            select.initial_options = entered_options(entered, name);
        }
        SlackInputBlockElement::MultiExternalSelect(select) => {
            select.initial_options = entered_options(entered, name);
        }
        SlackInputBlockElement::Checkboxes(boxes) => {
            let ticked = entered.values(name);
            let options = boxes.options.iter();
            let options = options.filter(|option| ticked.contains(&option.value.as_str()));
            let ticked: Vec<_> = options.cloned().collect();
            boxes.initial_options = Some(ticked).filter(|ticked| !ticked.is_empty());
        }
        _ => {}
    }
}

/// Returns the selected options of a field whose values are also their texts.
fn entered_options(
    entered: &ViewState,
    name: &str,
) -> Option<Vec<SlackBlockChoiceItem<SlackBlockPlainTextOnly>>> {
    let values = entered.values(name).into_iter();
    let options: Vec<_> = values.map(|value| option(value, value)).collect();
    (!options.is_empty()).then_some(options)
}
