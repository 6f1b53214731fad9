//! What a form carries along from its opening to its submission, in Slack's `private_metadata`.

use serde::{Deserialize, Serialize};

use crate::add_to_incident::AddMessage;
use crate::limits::{self, length};
use crate::{ChannelId, IncidentId};

/// What a form carries along from its opening to its submission; the person does not see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The incident that the form is about; `None` if it is a new one or must be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// Which of the incident's things the form is about, such as an impact or an entry, by its number;
    /// `None` if it is a new one, or about the incident itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Where the form was asked for; `None` if that is no channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// Where the person can be answered for 30 minutes; `None` if Slack gave no such address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_url: Option<String>,
    /// What was typed, as Slack sent it, of which the form asks which incident it is about; `None` if
    /// nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// When that was typed, in milliseconds since 1970: a length of time that it says counts from then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed_at: Option<i64>,
    /// The message to put on a timeline; `None` if the form is not about a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<CarriedMessage>,
}

/// A message that a form carries along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedMessage {
    /// The message, with as much of its text as fits.
    #[serde(flatten)]
    pub message: AddMessage,
    /// Whether something of the message did not fit: its channel and `ts` are always whole, so
    /// that the rest can be looked up.
    #[serde(default)]
    pub is_cut: bool,
}

impl From<AddMessage> for CarriedMessage {
    fn from(message: AddMessage) -> Self {
        Self {
            message,
            is_cut: false,
        }
    }
}

impl Carried {
    /// Gives what is carried for a form about one incident.
    pub fn incident(id: IncidentId) -> Self {
        Self {
            incident: Some(id),
            ..Self::default()
        }
    }

    /// Reads `private_metadata`; what is not understood is as if nothing were carried.
    pub fn read(metadata: &str) -> Self {
        serde_json::from_str(metadata).unwrap_or_default()
    }

    /// Gives the text for `private_metadata`, at most 3,000 characters long.
    ///
    /// What does not fit is left out: first the end of a message's text, then what can be looked up, then what
    /// was typed, whole.
    pub fn to_metadata(&self) -> String {
        let whole = self.as_json();
        if fits(&whole) {
            return whole;
        }
        let mut cut = self.clone();
        let mut text = String::new();
        if let Some(carried) = &mut cut.message {
            text = std::mem::take(&mut carried.message.text);
            carried.is_cut = true;
        }
        while !fits(&cut.as_json()) && cut.shorten() {}
        cut.with_as_much_text_as_fits(&text)
    }

    fn as_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Leaves out one thing that can be done without; tells whether there was one.
    fn shorten(&mut self) -> bool {
        if let Some(CarriedMessage { message, .. }) = &mut self.message {
            if !message.files.is_empty() {
                message.files.clear();
                return true;
            }
            if message.author.name.take().is_some() || message.permalink.take().is_some() {
                return true;
            }
        }
        self.response_url.take().is_some() || self.typed.take().is_some()
    }

    /// Gives the JSON with the longest beginning of the text with which it still fits.
    fn with_as_much_text_as_fits(&self, text: &str) -> String {
        let ends: Vec<usize> = text
            .char_indices()
            .map(|(at, sign)| at + sign.len_utf8())
            .collect();
        let with = |signs: usize| {
            let mut with = self.clone();
            if let (Some(carried), Some(last)) = (&mut with.message, signs.checked_sub(1)) {
                carried.message.text = text[..ends[last]].to_owned();
            }
            with.as_json()
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
    length(metadata) <= limits::PRIVATE_METADATA
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::add_to_incident::Author;
    use crate::as_slack::any_text;

    fn message(text: &str) -> AddMessage {
        AddMessage {
            channel: "C0INCIDENTS".into(),
            ts: "1795447205.830222".into(),
            thread_ts: None,
            author: Author::default(),
            text: text.to_owned(),
            permalink: Some(
                "https://acme.slack.com/archives/C0INCIDENTS/p1795447205830222".to_owned(),
            ),
            edited: Some("1795447209.000000".into()),
            files: vec!["graph.png".to_owned()],
        }
    }

    fn with(message: AddMessage) -> Carried {
        Carried {
            incident: None,
            number: None,
            channel: Some("C0INCIDENTS".into()),
            response_url: Some("https://hooks.slack.com/app/T0ACME00001/1/x".to_owned()),
            typed: None,
            typed_at: None,
            message: Some(message.into()),
        }
    }

    #[test]
    fn what_fits_reads_back_whole() {
        let carried = with(message("I am working on a fix."));
        assert_eq!(Carried::read(&carried.to_metadata()), carried);
        assert_eq!(Carried::default().to_metadata(), "{}");
        assert_eq!(
            Carried::incident(IncidentId(7)).to_metadata(),
            "{\"incident\":7}"
        );
    }

    #[test]
    fn what_is_not_ours_is_as_if_nothing_were_carried() {
        for metadata in ["", "null", "7", "{\"incident\":\"x\"}", "{\"v\":1}"] {
            assert_eq!(Carried::read(metadata), Carried::default(), "{metadata}");
        }
    }

    #[test]
    fn of_a_long_text_as_much_as_fits_is_carried() {
        let text = "ä\"".repeat(2_000);
        let metadata = with(message(&text)).to_metadata();
        assert!(
            (2_995..=3_000).contains(&length(&metadata)),
            "{}",
            length(&metadata)
        );
        let carried = Carried::read(&metadata);
        let CarriedMessage { message, is_cut } = carried.message.unwrap();
        assert!(is_cut && text.starts_with(&message.text));
        assert_eq!(message.files, ["graph.png"]);
        assert!(carried.response_url.is_some());
    }

    proptest! {
        #[test]
        fn the_metadata_always_fits_and_the_message_can_always_be_found(
            text in any_text(),
            name in proptest::option::of(any_text()),
            files in prop::collection::vec(any_text(), 0..3),
            response_url in proptest::option::of(any_text()),
            typed in proptest::option::of(any_text()),
        ) {
            let author = Author { id: Some("U0BOB000001".into()), name };
            let whole = AddMessage { author, files, ..message(&text) };
            let carried = Carried { response_url, typed: typed.clone(), ..with(whole.clone()) };
            let metadata = carried.to_metadata();
            prop_assert!(length(&metadata) <= 3_000);
            let read = Carried::read(&metadata);
            prop_assert!(read.typed.is_none() || read.typed == typed);
            let read = read.message.unwrap();
            prop_assert_eq!(&read.message.channel, &whole.channel);
            prop_assert_eq!(&read.message.ts, &whole.ts);
            prop_assert!(whole.text.starts_with(&read.message.text));
            prop_assert!(read.is_cut || read.message == whole);
        }
    }
}
