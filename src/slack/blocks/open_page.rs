//! The button **Open Page**, below messages that several users see. Its link carries no token, so it leads to
//! the sign-in page first.

use muster_commands::web;
use slack_morphism::prelude::*;

use crate::app::AppConfig;
use crate::domain::IncidentId;
use crate::slack::client::Message;

/// The number of buttons of a row that are visible at once.
const BUTTONS_IN_A_ROW: usize = 5;

/// Adds the button that opens the page of an incident. Without `PUBLIC_URL` there is none.
pub(crate) fn with_page_button(
    mut message: Message,
    incident: IncidentId,
    config: &AppConfig,
) -> Message {
    if let Some(url) = config.page_url(&format!("/incidents/{}", incident.number())) {
        add_button(&mut message.blocks, web::page_button(&url));
    }
    message
}

/// Adds the button that opens a modal with a sign-in link to a Home view. Without `PUBLIC_URL` there is none.
pub(crate) fn with_sign_in_button(mut view: SlackHomeView, config: &AppConfig) -> SlackHomeView {
    if config.public_url.is_some()
        && let Some(SlackBlock::Actions(row)) = view.blocks.first_mut()
    {
        row.elements.push(web::sign_in_button().into());
    }
    view
}

/// Adds a button to the last row that has room, or in a row of its own.
fn add_button(blocks: &mut Vec<SlackBlock>, button: SlackBlockButtonElement) {
    let rows = blocks.iter_mut().filter_map(|block| match block {
        SlackBlock::Actions(row) => Some(row),
        _ => None,
    });
    match rows
        .last()
        .filter(|row| row.elements.len() < BUTTONS_IN_A_ROW)
    {
        Some(row) => row.elements.push(button.into()),
        None => blocks.push(SlackActionsBlock::new(vec![button.into()]).into()),
    }
}
