//! Reactions to messages.

use serde_json::{Value, json};

use super::ids::{ChannelId, PersonId};
use super::workspace::Workspace;

/// An emoji under a message, and who put it there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji's name, without colons.
    pub name: String,
    /// Who reacted with it, in that order.
    pub users: Vec<PersonId>,
}

/// Gives a reaction as Slack does.
pub(super) fn json(reaction: &Reaction) -> Value {
    json!({"name": reaction.name, "users": reaction.users, "count": reaction.users.len()})
}

/// Tells whether something may be an emoji's name: no colons, no spaces, no capitals.
pub(super) fn is_emoji_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-+'".contains(c);
    let (base, tone) = name.split_once("::").unwrap_or((name, "skin-tone-2"));
    !base.is_empty() && base.chars().all(plain) && tone.starts_with("skin-tone-")
}

impl Workspace {
    /// Adds a reaction. An error is Slack's code (docs.slack.dev/reference/methods/reactions.add).
    pub(super) fn react(
        &mut self,
        (channel, ts): (&ChannelId, &str),
        who: &PersonId,
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
        self.tell_of_reaction("reaction_added", (channel, ts), who, (name, &author));
        Ok(())
    }

    /// Takes a reaction back. An error is Slack's code.
    pub(super) fn unreact(
        &mut self,
        (channel, ts): (&ChannelId, &str),
        who: &PersonId,
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
        self.tell_of_reaction("reaction_removed", (channel, ts), who, (name, &author));
        Ok(())
    }

    fn tell_of_reaction(
        &mut self,
        event: &str,
        (channel, ts): (&ChannelId, &str),
        who: &PersonId,
        (name, author): (&str, &PersonId),
    ) {
        let told = json!({
            "type": event, "user": who, "reaction": name, "item_user": author,
            "item": {"type": "message", "channel": channel, "ts": ts},
        });
        self.event_in(channel, event, told);
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
