//! The `private_metadata` of a modal, from opening to submission.

use muster_domain::text::length;
use muster_domain::{AddMessage, ChannelId, IncidentId};
use serde::{Deserialize, Serialize};

use crate::modal::block_kit_limits;

/// The hidden data of a modal, from opening to submission. The user does not see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateMetadata {
    /// The incident; `None` if it is new or not selected yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// The number of the impact, task or timeline entry that the modal edits; `None` if it is new,
    /// or if the modal edits the incident itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// The channel in which the modal was opened; `None` outside channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// The URL that accepts replies to the user for 30 minutes; `None` if Slack sent none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_url: Option<String>,
    /// The page of the list whose **Edit** opened the modal, as the value of a button of that page. The list is
    /// updated at the submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The command for which the modal asks for the incident, with Slack's escapes; `None` without
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The time at which the command was sent, in milliseconds since 1970. Durations in the command
    /// count from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_sent_at: Option<i64>,
    /// The message to add to a timeline, or to declare from; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MetadataMessage>,
    /// The group of alerts from which the incident is declared, or that is added to it; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_group: Option<i64>,
    /// The name of the message template whose text the modal shows; `None` for another text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Whether the user was shown the incidents that the declaration may repeat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_another: bool,
}

/// A message in the private metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataMessage {
    /// The message, with as much of its text as fits.
    #[serde(flatten)]
    pub message: AddMessage,
    /// Whether parts of the message did not fit. Its channel and `ts` are always complete, so that
    /// the rest can be fetched again.
    #[serde(default)]
    pub is_truncated: bool,
}

impl From<AddMessage> for MetadataMessage {
    fn from(message: AddMessage) -> Self {
        Self {
            message,
            is_truncated: false,
        }
    }
}

impl PrivateMetadata {
    /// Returns the metadata of a modal about an incident.
    pub fn for_incident(id: IncidentId) -> Self {
        Self {
            incident: Some(id),
            ..Self::default()
        }
    }

    /// Parses `private_metadata`. Invalid metadata counts as empty.
    pub fn parse(metadata: &str) -> Self {
        serde_json::from_str(metadata).unwrap_or_default()
    }

    /// Returns the JSON for `private_metadata`, at most 3,000 characters.
    ///
    /// Parts that do not fit are dropped in this order: the end of the message's text, the parts of
    /// the message that can be fetched again, the response URL, the whole command.
    pub fn to_metadata(&self) -> String {
        let whole = self.to_json();
        if fits(&whole) {
            return whole;
        }
        let mut cut = self.clone();
        let mut text = String::new();
        if let Some(private_metadata) = &mut cut.message {
            text = std::mem::take(&mut private_metadata.message.text);
            private_metadata.is_truncated = true;
        }
        while !fits(&cut.to_json()) && cut.drop_optional_part() {}
        cut.json_with_longest_text(&text)
    }

    fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Drops one optional part. Returns whether there was one.
    fn drop_optional_part(&mut self) -> bool {
        if let Some(MetadataMessage { message, .. }) = &mut self.message {
            if !message.files.is_empty() {
                message.files.clear();
                return true;
            }
            if message.author.name.take().is_some() || message.permalink.take().is_some() {
                return true;
            }
        }
        self.response_url.take().is_some() || self.command.take().is_some()
    }

    /// Returns the JSON with the longest start of the text that fits.
    fn json_with_longest_text(&self, text: &str) -> String {
        let ends: Vec<usize> = text
            .char_indices()
            .map(|(at, sign)| at + sign.len_utf8())
            .collect();
        let with = |signs: usize| {
            let mut with = self.clone();
            if let (Some(private_metadata), Some(last)) = (&mut with.message, signs.checked_sub(1))
            {
                private_metadata.message.text = text[..ends[last]].to_owned();
            }
            with.to_json()
        };
        let (mut fitting, mut too_many) = (0, ends.len() + 1);
        while too_many - fitting > 1 {
            let middle = usize::midpoint(fitting, too_many);
            if fits(&with(middle)) {
                fitting = middle;
            } else {
                too_many = middle;
            }
        }
        with(fitting)
    }
}

fn fits(metadata: &str) -> bool {
    length(metadata) <= block_kit_limits::PRIVATE_METADATA
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use muster_domain::MessageAuthor;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::any_text;

    fn message(text: &str) -> AddMessage {
        AddMessage {
            channel: "C0INCIDENTS".into(),
            ts: "1795447205.830222".into(),
            thread_ts: None,
            author: MessageAuthor::default(),
            text: text.to_owned(),
            permalink: Some(
                "https://acme.slack.com/archives/C0INCIDENTS/p1795447205830222".to_owned(),
            ),
            edited_ts: Some("1795447209.000000".into()),
            files: vec!["graph.png".to_owned()],
        }
    }

    fn metadata_with(message: AddMessage) -> PrivateMetadata {
        PrivateMetadata {
            incident: None,
            number: None,
            channel: Some("C0INCIDENTS".into()),
            response_url: Some("https://hooks.slack.com/app/T0ACME00001/1/x".to_owned()),
            list: None,
            command: None,
            command_sent_at: None,
            message: Some(message.into()),
            alert_group: None,
            template: None,
            is_another: true,
        }
    }

    #[test]
    fn metadata_round_trips() {
        let private_metadata = metadata_with(message("I am working on a fix."));
        assert_eq!(
            PrivateMetadata::parse(&private_metadata.to_metadata()),
            private_metadata
        );
        assert_eq!(PrivateMetadata::default().to_metadata(), "{}");
        assert_eq!(
            PrivateMetadata::for_incident(IncidentId(7)).to_metadata(),
            "{\"incident\":7}"
        );
    }

    #[test]
    fn invalid_metadata_is_parsed_as_empty() {
        for metadata in ["", "null", "7", "{\"incident\":\"x\"}", "{\"v\":1}"] {
            assert_eq!(
                PrivateMetadata::parse(metadata),
                PrivateMetadata::default(),
                "{metadata}"
            );
        }
    }

    #[test]
    fn long_message_text_is_truncated_to_fit() {
        let text = "ä\"".repeat(2_000);
        let metadata = metadata_with(message(&text)).to_metadata();
        assert!(
            (2_995..=3_000).contains(&length(&metadata)),
            "{}",
            length(&metadata)
        );
        let private_metadata = PrivateMetadata::parse(&metadata);
        let MetadataMessage {
            message,
            is_truncated: is_cut,
        } = private_metadata.message.unwrap();
        assert!(is_cut && text.starts_with(&message.text));
        assert_eq!(message.files, ["graph.png"]);
        assert!(private_metadata.response_url.is_some());
    }

    proptest! {
        #[test]
        fn metadata_always_fits_and_identifies_the_message(
            text in any_text(),
            name in proptest::option::of(any_text()),
            files in prop::collection::vec(any_text(), 0..3),
            response_url in proptest::option::of(any_text()),
            command in proptest::option::of(any_text()),
        ) {
            let author = MessageAuthor { id: Some("U0BOB000001".into()), name };
            let whole = AddMessage { author, files, ..message(&text) };
            let private_metadata = PrivateMetadata { response_url, command: command.clone(), ..metadata_with(whole.clone()) };
            let metadata = private_metadata.to_metadata();
            prop_assert!(length(&metadata) <= 3_000);
            let read = PrivateMetadata::parse(&metadata);
            prop_assert!(read.command.is_none() || read.command == command);
            let read = read.message.unwrap();
            prop_assert_eq!(&read.message.channel, &whole.channel);
            prop_assert_eq!(&read.message.ts, &whole.ts);
            prop_assert!(whole.text.starts_with(&read.message.text));
            prop_assert!(read.is_truncated || read.message == whole);
        }
    }
}
