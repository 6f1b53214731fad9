//! Renders rich text as Block Kit, and as mrkdwn for the fallback text of notifications.

use slack_morphism::prelude::*;

use super::mrkdwn;
use crate::domain::text::{RichText, Span};
use crate::domain::{Timestamp, UserId, UserNames};

/// Renders paragraphs as one rich-text block, one per line.
pub fn rich_text_block(paragraphs: &[RichText], names: &UserNames) -> SlackBlock {
    let mut elements = Vec::new();
    for spans in paragraphs {
        if !elements.is_empty() {
            elements.push(SlackRichTextInlineElement::from("\n"));
        }
        elements.extend(spans.iter().map(|span| inline_element(span, names)));
    }
    block_of(elements)
}

/// Returns a rich-text block with these elements.
pub(crate) fn block_of(elements: Vec<SlackRichTextInlineElement>) -> SlackBlock {
    let section = SlackRichTextSection::new(elements);
    SlackRichTextBlock::new(vec![section.into()]).into()
}

/// Renders paragraphs as mrkdwn, for the fallback text.
pub fn fallback_text(paragraphs: &[RichText], names: &UserNames) -> String {
    let lines: Vec<String> = paragraphs
        .iter()
        .map(|spans| {
            spans
                .iter()
                .map(|span| match span {
                    Span::Text(text) | Span::Bold(text) | Span::Code(text) => mrkdwn::escape(text),
                    Span::CrossedOut(text) => mrkdwn::crossed_out(text),
                    Span::User(user) => mrkdwn::user_name(user, names),
                    Span::Mention(user) if user.is_in_slack() => mrkdwn::user_mention(user),
                    Span::Mention(user) => mrkdwn::user_name(user, names),
                    Span::Channel(channel) => mrkdwn::channel_mention(channel),
                    Span::Link(text, url) => mrkdwn::link(text, url),
                    Span::Time(timestamp) => mrkdwn::time(*timestamp),
                    Span::TimeOfDay(timestamp) => mrkdwn::time_of_day(*timestamp),
                })
                .collect()
        })
        .collect();
    lines.join("\n")
}

/// Renders a span.
pub(crate) fn inline_element(span: &Span, names: &UserNames) -> SlackRichTextInlineElement {
    match span {
        Span::Text(text) => SlackRichTextText::new(text.clone()).into(),
        Span::Bold(text) => SlackRichTextText::new(text.clone()).bold().into(),
        Span::Code(text) => SlackRichTextText::new(text.clone()).code().into(),
        Span::CrossedOut(text) => SlackRichTextText::new(text.clone()).strike().into(),
        Span::User(user) => match names.get(user) {
            Some(name) => SlackRichTextText::new(name.to_owned()).into(),
            None => user_element(user),
        },
        Span::Mention(user) if user.is_in_slack() => user_element(user),
        Span::Mention(user) => {
            SlackRichTextText::new(names.get(user).unwrap_or(user.as_str()).to_owned()).into()
        }
        Span::Link(text, url) => SlackRichTextInlineElement::Link(
            SlackRichTextLink::new(url.as_str().into()).with_text(text.clone()),
        ),
        Span::Channel(channel) => SlackRichTextInlineElement::Channel(SlackRichTextChannel::new(
            channel.to_string().into(),
        )),
        Span::Time(timestamp) => date_element(
            *timestamp,
            mrkdwn::DATE_FORMAT,
            mrkdwn::format_utc(*timestamp),
        ),
        Span::TimeOfDay(timestamp) => date_element(
            *timestamp,
            mrkdwn::TIME_OF_DAY_FORMAT,
            mrkdwn::format_utc_time_of_day(*timestamp),
        ),
    }
}

fn user_element(user: &UserId) -> SlackRichTextInlineElement {
    SlackRichTextInlineElement::User(SlackRichTextUser::new(user.to_string().into()))
}

/// Returns a time with its age, which Slack keeps up to date.
pub(crate) fn time_and_age(timestamp: Timestamp) -> SlackRichTextInlineElement {
    date_element(
        timestamp,
        mrkdwn::DATE_AND_AGE_FORMAT,
        mrkdwn::format_utc(timestamp),
    )
}

fn date_element(
    timestamp: Timestamp,
    format: &str,
    fallback: String,
) -> SlackRichTextInlineElement {
    let seconds = SlackUtcDateTime::from_second(timestamp.epoch_seconds()).unwrap_or_default();
    SlackRichTextDate::new(SlackDateTime(seconds), format.to_owned())
        .with_fallback(fallback)
        .into()
}
