//! Reactions to messages.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;

/// A reaction to a message and its users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The name of the emoji, without colons.
    pub name: String,
    /// The users who reacted, in order.
    pub users: Vec<UserId>,
}

/// Returns the reaction object of the Web API.
pub(crate) fn json(reaction: &Reaction) -> Value {
    json!({"name": reaction.name, "users": reaction.users, "count": reaction.users.len()})
}

/// Returns whether the name has the format of an emoji: no colons, spaces or capitals.
pub(crate) fn is_emoji_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-+'".contains(c);
    let (base, tone) = name.split_once("::").unwrap_or((name, "skin-tone-2"));
    !base.is_empty() && base.chars().all(plain) && tone.starts_with("skin-tone-")
}

impl Workspace {
    /// Adds a reaction. The error is Slack's error code
    /// (docs.slack.dev/reference/methods/reactions.add).
    pub(crate) fn add_reaction(
        &mut self,
        channel: &ChannelId,
        ts: &str,
        who: &UserId,
        name: &str,
    ) -> Result<(), &'static str> {
        if !is_emoji_name(name) {
            return Err("invalid_name");
        }
        let author = self
            .with_message(channel, ts, |message| {
                let kinds = message.reactions.len();
                match message.reactions.iter_mut().find(|r| r.name == name) {
                    Some(reaction) if reaction.users.contains(who) => Err("already_reacted"),
                    Some(reaction) => {
                        reaction.users.push(who.clone());
                        Ok(message.user.clone())
                    }
                    None if kinds >= 23 => Err("too_many_emoji"),
                    None => {
                        message.reactions.push(Reaction {
                            name: name.to_owned(),
                            users: vec![who.clone()],
                        });
                        Ok(message.user.clone())
                    }
                }
            })
            .ok_or("message_not_found")??;
        let event = json!({
            "type": "reaction_added", "user": who, "reaction": name, "item_user": author,
            "item": {"type": "message", "channel": channel, "ts": ts},
        });
        self.push_event_in_channel(channel, "reaction_added", event);
        Ok(())
    }

    /// Removes a reaction. The error is Slack's error code.
    pub(crate) fn remove_reaction(
        &mut self,
        channel: &ChannelId,
        ts: &str,
        who: &UserId,
        name: &str,
    ) -> Result<(), &'static str> {
        let author = self
            .with_message(channel, ts, |message| {
                let reaction = message
                    .reactions
                    .iter_mut()
                    .find(|reaction| reaction.name == name && reaction.users.contains(who))
                    .ok_or("no_reaction")?;
                reaction.users.retain(|user| user != who);
                message
                    .reactions
                    .retain(|reaction| !reaction.users.is_empty());
                Ok::<_, &str>(message.user.clone())
            })
            .ok_or("message_not_found")??;
        let event = json!({
            "type": "reaction_removed", "user": who, "reaction": name, "item_user": author,
            "item": {"type": "message", "channel": channel, "ts": ts},
        });
        self.push_event_in_channel(channel, "reaction_removed", event);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_names_have_no_colons() {
        for name in ["eyes", "+1", "white_check_mark", "wave::skin-tone-3"] {
            assert!(is_emoji_name(name), "{name}");
        }
        for name in ["", ":eyes:", "Eyes", "two words"] {
            assert!(!is_emoji_name(name), "{name}");
        }
    }
}
