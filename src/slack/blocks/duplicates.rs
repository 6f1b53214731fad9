//! Incidents that a new declaration may repeat: as an ephemeral message, and on top of the declare modal.

use muster_commands::payload::button_click;
use slack_morphism::prelude::*;

use crate::domain::text::{
    MUSTER, RichText, TITLE_PREVIEW, bold, format_age, mention, text, truncate,
};
use crate::domain::{AddMessage, ChannelState, Incident, Timestamp, UserId, UserNames};
use crate::slack::blocks::announcement::channel_url;
use crate::slack::blocks::lists::incident_list::{ListStyle, details, incident_title};
use crate::slack::blocks::{context_block, rich_text};
use crate::slack::client::Message;
use crate::store::IncidentSummary;

/// Returns the ephemeral message that names the incidents declared from a Slack message.
pub(crate) fn message(
    incidents: &[Incident],
    source: &AddMessage,
    user: &UserId,
    style: &ListStyle,
) -> Message {
    let names = UserNames::default();
    let mut message = Message {
        text: String::new(),
        blocks: Vec::new(),
    };
    let mut lines = Vec::new();
    let declare_another = button_click::declare_another_button(&source.channel, &source.ts);
    for (position, incident) in incidents.iter().enumerate() {
        let row = [declared_text(incident, style.now)];
        message
            .blocks
            .push(rich_text::rich_text_block(&row, &names));
        lines.push(rich_text::fallback_text(&row, &names));
        let mut buttons = incident_buttons(incident, user, style.team.as_deref());
        let is_last = position + 1 == incidents.len();
        buttons.extend(is_last.then(|| declare_another.clone().into()));
        message.blocks.extend(button_row(buttons));
    }
    message.text = lines.join("\n");
    message
}

/// Returns the blocks that precede the fields of the declare modal.
pub(crate) fn modal_blocks(
    incidents: &[Incident],
    user: &UserId,
    style: &ListStyle,
) -> Vec<SlackBlock> {
    let mut blocks = vec![plain_section(
        "This may already be an open incident. Nothing is declared yet.",
    )];
    for incident in incidents {
        blocks.extend(incident_blocks(incident, style));
        blocks.extend(button_row(incident_buttons(
            incident,
            user,
            style.team.as_deref(),
        )));
    }
    blocks.push(SlackDividerBlock::new().into());
    blocks.push(context_block(
        "Something else? *Declare another* declares it as you entered it:",
    ));
    blocks
}

/// Returns the modal that confirms that the user joined an incident instead of declaring one.
pub(crate) fn joined_modal(incident: &Incident, style: &ListStyle) -> SlackModalView {
    let mut blocks = vec![plain_section(&joined_text(incident))];
    blocks.extend(incident_blocks(incident, style));
    blocks.extend(button_row(
        open_it_button(incident, style.team.as_deref())
            .into_iter()
            .collect(),
    ));
    SlackModalView::new(
        SlackBlockPlainTextOnly::from(format!("Joined {}", incident.id)),
        blocks,
    )
    .with_close(SlackBlockPlainTextOnly::from("Close"))
}

/// Returns the message that confirms that the user joined an incident.
pub(crate) fn joined_message(incident: &Incident, style: &ListStyle) -> Message {
    let names = UserNames::default();
    let row = [vec![text(joined_text(incident))]];
    let mut blocks = vec![rich_text::rich_text_block(&row, &names)];
    blocks.extend(button_row(
        open_it_button(incident, style.team.as_deref())
            .into_iter()
            .collect(),
    ));
    Message {
        text: rich_text::fallback_text(&row, &names),
        blocks,
    }
}

fn joined_text(incident: &Incident) -> String {
    let invited = match incident.channel_state {
        ChannelState::Open => "I'm adding you to its channel.",
        ChannelState::Pending => "I'll add you to its channel as soon as Slack creates it.",
        ChannelState::Failed | ChannelState::Archived | ChannelState::Deleted => {
            "Its channel isn't open."
        }
    };
    format!(
        "You joined {}. {invited} Nothing was declared.",
        incident.id
    )
}

/// Returns who declared the incident from the message, and when.
fn declared_text(incident: &Incident, now: Option<Timestamp>) -> RichText {
    let now = now.unwrap_or(incident.declared_at);
    let title = truncate(&incident.display_title(), TITLE_PREVIEW);
    let age = format_age(incident.declared_at, now);
    let mut sentence = vec![
        // An ephemeral message notifies no one, so a mention is harmless.
        incident
            .declared_by
            .as_ref()
            .map_or_else(|| text(MUSTER), mention),
        text(" declared "),
        bold(incident.id.to_string()),
        text(format!(" {title} from this message {age}.")),
    ];
    if !incident.status.is_open() {
        let status = incident.status.marked_label();
        sentence.push(text(format!(" It's {status}.")));
    }
    sentence
}

fn incident_blocks(incident: &Incident, style: &ListStyle) -> [SlackBlock; 2] {
    let summary = IncidentSummary::from(incident);
    [
        plain_section(&incident_title(&summary, style)),
        context_block(&details(&summary, style)),
    ]
}

/// Returns **Open it**, and **Join** if the user is not a responder yet.
fn incident_buttons(
    incident: &Incident,
    user: &UserId,
    team: Option<&str>,
) -> Vec<SlackActionBlockElement> {
    let mut buttons: Vec<_> = open_it_button(incident, team).into_iter().collect();
    let is_responder = incident.responder_ids().any(|responder| responder == user);
    let can_join = matches!(
        incident.channel_state,
        ChannelState::Open | ChannelState::Pending
    );
    if !is_responder && can_join {
        buttons.insert(0, button_click::join_incident_button(incident.id).into());
    }
    buttons
}

fn open_it_button(incident: &Incident, team: Option<&str>) -> Option<SlackActionBlockElement> {
    let channel = incident.channel.as_ref();
    let channel = channel.filter(|_| incident.channel_state != ChannelState::Deleted)?;
    let url = channel_url(team, &channel.id);
    Some(button_click::open_it_button(&url).into())
}

/// Returns a row of buttons; none without buttons.
fn button_row(buttons: Vec<SlackActionBlockElement>) -> Option<SlackBlock> {
    (!buttons.is_empty()).then(|| SlackActionsBlock::new(buttons).into())
}

/// Returns a paragraph of plain text: a title formats nothing and mentions no one.
fn plain_section(text: &str) -> SlackBlock {
    let text = SlackBlockPlainText::new(text.to_owned()).with_emoji(false);
    SlackSectionBlock::new().with_text(text.into()).into()
}
