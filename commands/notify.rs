//! `/datadog incident notify`: sends a notification to people, channels, user groups and mail addresses.

use muster_domain::notification::{LONGEST_SUBJECT, NotificationText, Recipient};
use muster_domain::text::truncate;
use muster_domain::{IncidentId, UserId};
use slack_morphism::prelude::*;

use crate::modal::{
    FieldErrors, PrivateMetadata, ViewState, build_modal, checkboxes, context_block,
    limited_multi_users_select, multiline_input, optional, short_line_input, static_select,
    with_entered_values, with_hint, with_metadata,
};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::slash::mrkdwn_decode::unescape;

pub(crate) const COMMAND: Command = Command {
    name: "notify",
    words: &["notify", "notification"],
    usage: "incident notify #exec",
    summary: "Send a notification to people, channels, user groups or mail addresses.",
    group: HelpGroup::Run,
    short_usage: "notify #exec",
    typos: &["notify"],
    parse,
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "notify";

/// The field of the users.
pub const USERS: &str = "users";

/// The field of the other recipients.
pub const TO: &str = "to";

/// The field of the template.
pub const TEMPLATE: &str = "template";

/// The field of the subject.
pub const SUBJECT: &str = "subject";

/// The field of the body.
pub const BODY: &str = "body";

/// The checkboxes of the recipients that may not see the incident.
pub const CONFIRMED: &str = "confirmed";

/// The value of the option without a template.
const NO_TEMPLATE: &str = "-";

/// The longest body in the modal, in characters; on the page it may be longer. Slack sends the text twice (initial
/// and current value), in some scripts with nine bytes per character; the limit keeps the request within 64 KiB.
const LONGEST_BODY: usize = 2_400;

/// Slack: at most ten checkboxes, each with a value of 150 characters,
/// docs.slack.dev/reference/block-kit/block-elements/checkboxes-element.
const MAX_CONFIRMED: usize = 10;
const LONGEST_VALUE: usize = 150;

/// Parses recipients as Slack encodes them. Another text is no command: it may be a title.
fn parse(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let recipients = text.escaped.split_whitespace().map(|token| {
        let token = token.trim_end_matches([',', ';']);
        let recipient = decode(token);
        let is_recipient = recipient.starts_with('@') || recipient.parse::<Recipient>().is_ok();
        is_recipient.then_some(recipient)
    });
    let recipients = recipients.collect::<Option<Vec<_>>>()?;
    Some(ParsedCommand::Notify {
        to: recipients.join("\n"),
    })
}

/// Returns a recipient without Slack's escapes: `<#C123|exec>` is `#exec`, `<mailto:a@b.c|a@b.c>` is `a@b.c`.
fn decode(token: &str) -> String {
    let inner = token.strip_prefix('<').and_then(|it| it.strip_suffix('>'));
    let Some(inner) = inner else {
        return unescape(token).to_string();
    };
    let (value, name) = inner.split_once('|').unwrap_or((inner, ""));
    if value.starts_with('@') {
        return format!("<{value}>");
    }
    if value.starts_with('#') && !name.is_empty() {
        return format!("#{name}");
    }
    let prefixes = ["#", "!subteam^", "mailto:"];
    let stripped = prefixes.iter().find_map(|it| value.strip_prefix(it));
    stripped.unwrap_or(value).to_owned()
}

/// The initial values of the modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifyDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The recipients, one a line.
    pub to: String,
    /// The names of the templates.
    pub templates: Vec<String>,
    /// The text.
    pub text: NotificationText,
}

/// The values of a submitted modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifyArgs {
    /// The selected users.
    pub users: Vec<UserId>,
    /// All recipients as entered, one a line.
    pub to: String,
    /// The name of the template; `None` for the default text.
    pub template: Option<String>,
    /// The text as entered.
    pub text: NotificationText,
    /// The recipients that are confirmed although they may not see the incident.
    pub confirmed: Vec<Recipient>,
}

/// Returns the modal.
pub fn modal(initial: &NotifyDefaults) -> SlackModalView {
    let mut blocks: Vec<SlackBlock> = vec![
        optional(limited_multi_users_select(USERS, "People", &[], 50)).into(),
        optional(with_hint(
            multiline_input(TO, "Other recipients", &initial.to, 2_400),
            "#channels, @user-groups, mail addresses, @responders, @commander, @incident-slack-channel. One a line.",
        ))
        .into(),
    ];
    if !initial.templates.is_empty() {
        let none = ("Default text".to_owned(), NO_TEMPLATE.to_owned());
        let names = initial.templates.iter();
        let names = names.map(|name| (name.clone(), name.clone()));
        let options: Vec<_> = std::iter::once(none).chain(names).take(100).collect();
        let select = static_select(TEMPLATE, "Template", &options, NO_TEMPLATE);
        let says = "If you choose one, Send shows its text before anything is sent.";
        blocks.push(with_hint(select, says).into());
    }
    let body = truncate(&initial.text.body, LONGEST_BODY);
    let subject = &initial.text.subject;
    blocks.push(short_line_input(SUBJECT, "Subject", subject, LONGEST_SUBJECT).into());
    blocks.push(
        with_hint(
            multiline_input(BODY, "Body", &body, LONGEST_BODY),
            "Markdown, with variables such as {{incident.status}}.",
        )
        .into(),
    );
    let title = format!("Notify about {}", initial.incident);
    let view = build_modal(CALLBACK_ID, &title, "Send", blocks);
    with_metadata(view, &PrivateMetadata::for_incident(initial.incident))
}

/// Returns the modal with the entered values, and the text of a template that was just chosen.
pub fn modal_with_template(
    initial: &NotifyDefaults,
    entered: &ViewState,
    template: &str,
) -> SlackModalView {
    let mut view = with_entered_values(modal(initial), entered);
    for block in &mut view.blocks {
        let SlackBlock::Input(field) = block else {
            continue;
        };
        let name = field.block_id.as_ref().map(|id| id.0.clone());
        let text = match name.as_deref() {
            Some(SUBJECT) => truncate(&initial.text.subject, LONGEST_SUBJECT),
            Some(BODY) => truncate(&initial.text.body, LONGEST_BODY),
            _ => continue,
        };
        // Slack keeps what was typed in a field whose ID stays the same.
        field.block_id = name.map(|name| text_block(&name, Some(template)).into());
        if let SlackInputBlockElement::PlainTextInput(input) = &mut field.element {
            input.initial_value = Some(text);
        }
    }
    let notice = format!("Nothing is sent yet. This is the text of the template “{template}”.");
    view.blocks.insert(0, context_block(&notice));
    let metadata = PrivateMetadata {
        template: Some(template.to_owned()),
        ..PrivateMetadata::for_incident(initial.incident)
    };
    with_metadata(view, &metadata)
}

/// Returns the block of the subject or the body, in a modal with the text of this template.
pub fn text_block(field: &str, template: Option<&str>) -> String {
    match template {
        Some(template) => format!("{field} {template}"),
        None => field.to_owned(),
    }
}

/// Returns the modal that asks to confirm recipients that may not see the incident; `None` if they don't fit.
pub fn modal_with_confirmation(
    modal: SlackModalView,
    entered: &ViewState,
    outsiders: &[(String, Recipient)],
) -> Option<SlackModalView> {
    let options = outsiders.iter().map(|(label, outsider)| {
        let value = outsider.to_string();
        (value.len() <= LONGEST_VALUE).then(|| (format!("Send it to {label}"), value))
    });
    let options = options.collect::<Option<Vec<_>>>()?;
    if options.len() > MAX_CONFIRMED {
        return None;
    }
    let options: Vec<_> = options
        .iter()
        .map(|(label, value)| (label.as_str(), value.as_str()))
        .collect();
    let mut view = modal;
    let label = "The incident is private, and these recipients can't see it";
    view.blocks
        .push(optional(checkboxes(CONFIRMED, label, &options, &[])).into());
    let notice =
        "Nothing is sent yet. Confirm below who gets it although they can't see the incident.";
    view.blocks.insert(0, context_block(notice));
    Some(with_entered_values(view, entered))
}

/// Reads a submission.
///
/// # Errors
/// Returns [`FieldErrors`] if there is no recipient, no subject or no body.
pub fn read(view: &ViewState) -> Result<NotifyArgs, FieldErrors> {
    let mut errors = FieldErrors::default();
    let users = view.values(USERS).into_iter().map(UserId::from);
    let users: Vec<UserId> = users.collect();
    let mentions = users.iter().cloned();
    let mentions = mentions.map(|user| Recipient::User(user).to_string());
    let others = view.value(TO).lines().map(str::to_owned);
    let to: Vec<_> = mentions
        .chain(others)
        .filter(|it| !it.trim().is_empty())
        .collect();
    if to.is_empty() {
        errors.add(TO, "Add at least one recipient.");
    }
    let template = Some(view.value(TEMPLATE)).filter(|it| !it.is_empty() && *it != NO_TEMPLATE);
    let confirmed = view.values(CONFIRMED).into_iter();
    errors.into_result(NotifyArgs {
        users,
        to: to.join("\n"),
        template: template.map(str::to_owned),
        text: NotificationText {
            subject: view.value(SUBJECT).to_owned(),
            body: view.value(BODY).to_owned(),
        },
        confirmed: confirmed.filter_map(|text| text.parse().ok()).collect(),
    })
}
