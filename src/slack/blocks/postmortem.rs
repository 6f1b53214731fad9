//! The postmortem in messages: as a reply, in the header, below activities and in reminders.

use muster_commands::payload::button_click::labelled_reminder_buttons;
use muster_commands::postmortem::{GENERATE_POSTMORTEM, open_button, page_button};
use slack_morphism::prelude::*;

use crate::app::AppConfig;
use crate::domain::postmortem::{ExportState, Postmortem, PostmortemExport};
use crate::domain::text::{RichText, Span, TITLE_PREVIEW, bold, link, text, truncate};
use crate::domain::{
    Activity, Incident, IncidentId, Reminder, TimelineEvent, Timestamp, UserNames,
};
use crate::slack::blocks::direct_message::channel_text;
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;

/// The sentence in place of a link if the pages have no address.
pub(crate) const NO_ADDRESS: &str =
    "Its page has no address yet. Ask your Muster admin to set PUBLIC_URL.";

/// The label of the button that opens the modal of an existing postmortem.
const EDIT_POSTMORTEM: &str = "Edit Postmortem";

/// Returns the URL of the page of an incident's postmortem; `None` if the pages have no address.
pub(crate) fn postmortem_page_url(incident: IncidentId, config: &AppConfig) -> Option<String> {
    config.page_url(&format!("/incidents/{}/postmortem", incident.number()))
}

/// Returns the URL at which the postmortem can be read; `None` without one, or if the pages have no address.
pub(crate) fn postmortem_url(incident: &Incident, config: &AppConfig) -> Option<String> {
    let page = postmortem_page_url(incident.id, config);
    let postmortem = incident.postmortem.as_ref()?;
    postmortem.url(page.as_deref()).map(str::to_owned)
}

/// Adds the button that opens the postmortem, if one of the activities is about it.
pub(crate) fn with_postmortem_button(
    message: Message,
    activities: &[Activity],
    incident: &Incident,
    config: &AppConfig,
) -> Message {
    let is_about_it = activities.iter().any(|activity| {
        matches!(
            activity.event,
            TimelineEvent::PostmortemGenerated { .. }
                | TimelineEvent::PostmortemAssigned { .. }
                | TimelineEvent::PostmortemStatusChanged { .. }
        )
    });
    match is_about_it {
        true => with_page_button(message, incident, config),
        false => message,
    }
}

/// Adds the button that opens the postmortem, if it can be opened.
pub(crate) fn with_page_button(
    mut message: Message,
    incident: &Incident,
    config: &AppConfig,
) -> Message {
    if let Some(url) = postmortem_url(incident, config) {
        message.blocks.push(buttons([page_button(&url)]));
    }
    message
}

/// Returns the reply that shows the postmortem, with its exports. `url` is where it can be read. Only the requester
/// sees it.
pub(crate) fn summary(
    incident: &Incident,
    postmortem: &Postmortem,
    exports: &[PostmortemExport],
    url: Option<&str>,
) -> Message {
    let mut lines = vec![vec![
        bold(format!("Postmortem of {}", incident.id)),
        text(format!(": {}. Owner: ", postmortem.status.label())),
        Span::Mention(postmortem.owner.clone()),
    ]];
    match (&postmortem.attached_url, url) {
        (Some(attached), _) => {
            let title = truncate(&postmortem.title, TITLE_PREVIEW);
            lines.push(vec![text("Document: "), link(title, attached)]);
        }
        (None, None) => lines.push(vec![text(NO_ADDRESS)]),
        (None, Some(_)) => {}
    }
    lines.extend(exports.iter().map(export_line));
    let names = UserNames::default();
    let open = url.map(page_button);
    let edit = open_button(incident.id, EDIT_POSTMORTEM);
    Message {
        text: rich_text::fallback_text(&lines, &names),
        blocks: vec![
            rich_text::rich_text_block(&lines, &names),
            buttons(open.into_iter().chain([edit])),
        ],
    }
}

fn export_line(export: &PostmortemExport) -> RichText {
    let label = export.target.label();
    let receipt = export.receipt.as_ref();
    let name = match receipt {
        Some(receipt) => link(label, &receipt.url),
        None => text(label),
    };
    vec![name, text(format!(": {}", export_state_text(export)))]
}

/// Returns the state of an export, and why it failed.
pub(crate) fn export_state_text(export: &PostmortemExport) -> String {
    let state = match export.state {
        ExportState::Waiting => "is being exported.",
        ExportState::Done => "exported.",
        ExportState::Failed => "failed.",
    };
    match export.detail.as_str() {
        "" => state.to_owned(),
        detail => format!("{state} {detail}"),
    }
}

/// Returns the line of the header; `None` without a postmortem.
pub(crate) fn header_line(
    incident: &Incident,
    url: Option<&str>,
    names: &UserNames,
) -> Option<SlackBlock> {
    let postmortem = incident.postmortem.as_ref()?;
    let status = postmortem.status.label();
    let row = vec![
        bold("Postmortem"),
        text(" "),
        url.map_or_else(|| text(status), |url| link(status, url)),
        text(" · "),
        Span::User(postmortem.owner.clone()),
    ];
    Some(rich_text::rich_text_block(&[row], names))
}

/// Returns the sentence of the reminder in the incident's channel, which mentions no one: its recipient gets a direct
/// message.
pub(crate) fn channel_reminder_text(incident: &Incident, elapsed: &str) -> RichText {
    let id = incident.id;
    match &incident.postmortem {
        None => vec![text(format!(
            "{id} was resolved {elapsed} ago and has no postmortem yet."
        ))],
        Some(postmortem) => vec![
            text(format!(
                "{id} was resolved {elapsed} ago, and its postmortem is still in "
            )),
            bold(postmortem.status.label()),
            text(". Its owner is "),
            Span::User(postmortem.owner.clone()),
            text("."),
        ],
    }
}

/// Returns the sentence of the reminder in a direct message.
pub(crate) fn direct_reminder_text(incident: &Incident) -> RichText {
    let mut sentence = match &incident.postmortem {
        None => vec![
            bold(incident.id.to_string()),
            text(format!(" {} has no postmortem yet.", short_title(incident))),
        ],
        Some(postmortem) => vec![
            text("The postmortem of "),
            bold(incident.id.to_string()),
            text(format!(" {} is still in ", short_title(incident))),
            bold(postmortem.status.label()),
            text("."),
        ],
    };
    if let Some(resolved_at) = incident.resolved_at {
        let resolved = [
            text(" The incident was resolved "),
            Span::Time(resolved_at),
            text("."),
        ];
        sentence.extend(resolved);
    }
    sentence
}

/// Returns the buttons of a reminder.
pub(crate) fn reminder_buttons(incident: &Incident) -> SlackBlock {
    let label = modal_label(incident);
    buttons(labelled_reminder_buttons(
        incident.id,
        Reminder::Postmortem,
        label,
    ))
}

/// Returns the direct message after the recipient postponed the reminder until a time, or stopped it.
pub(crate) fn closed_direct_reminder(incident: &Incident, until: Option<Timestamp>) -> Message {
    let subject = [
        bold(incident.id.to_string()),
        text(format!(" {}.", short_title(incident))),
    ];
    let state = match until {
        Some(until) => vec![
            text("Snoozed until "),
            Span::Time(until),
            text(": the postmortem of "),
        ],
        None => vec![text("You stopped the reminders of the postmortem of ")],
    };
    let lines = [[state, subject.to_vec()].concat(), channel_text(incident)];
    let names = UserNames::default();
    let open = open_button(incident.id, modal_label(incident));
    Message {
        text: rich_text::fallback_text(&lines, &names),
        blocks: vec![rich_text::rich_text_block(&lines, &names), buttons([open])],
    }
}

/// Returns the label of a button that opens the modal.
fn modal_label(incident: &Incident) -> &'static str {
    match incident.postmortem {
        None => GENERATE_POSTMORTEM,
        Some(_) => EDIT_POSTMORTEM,
    }
}

fn short_title(incident: &Incident) -> String {
    truncate(&incident.title, TITLE_PREVIEW)
}

fn buttons(row: impl IntoIterator<Item = SlackBlockButtonElement>) -> SlackBlock {
    SlackActionsBlock::new(row.into_iter().map(Into::into).collect()).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::DirectMessage;
    use crate::domain::postmortem::{ExportReceipt, ExportTarget, GeneratePostmortem};
    use crate::domain::testing::context;
    use crate::slack::blocks::direct_message;
    use crate::slack::blocks::snapshot_tests::{actor, assert_snapshot, names, resolved_incident};

    #[test]
    fn postmortem_reply_and_reminder_match_snapshots() {
        let (mut incident, _) = resolved_incident();
        let missing = direct_message::direct_message(
            &[&DirectMessage::PostmortemDue],
            &incident,
            &names(),
            None,
        );
        assert_snapshot("postmortem-missing", &missing);
        let request = GeneratePostmortem {
            owner: Some("U0BOB000001".into()),
            ..GeneratePostmortem::default()
        };
        let actor = actor("U0ALICE0001", 60);
        let generated = incident.generate_postmortem(request, &actor, &context(actor.at));
        incident = generated.unwrap().incident;
        let export = PostmortemExport {
            target: ExportTarget::Canvas,
            state: ExportState::Done,
            receipt: Some(ExportReceipt {
                id: "F0CANVAS001".to_owned(),
                url: "https://acme.slack.com/docs/T0ACME00001/F0CANVAS001".to_owned(),
                version: 1,
            }),
            detail: String::new(),
            delivery_id: None,
            changed_at: actor.at,
            requested_by: actor.user.unwrap(),
        };
        let document = incident.postmortem.clone().unwrap();
        let url = "https://muster.example.com/incidents/7/postmortem";
        let reply = summary(&incident, &document, &[export], Some(url));
        assert_snapshot("postmortem", &reply);
    }
}
