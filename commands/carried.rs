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
    /// Where the form was asked for; `None` if that is no channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// Where the person can be answered for 30 minutes; `None` if Slack gave no such address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_url: Option<String>,
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
    /// What does not fit is left out: first the end of a message's text, then what can be looked up.
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
        self.response_url.take().is_some()
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
