//! What people do. Each gesture sends what Slack would send, waits for the answer, and gives what is then seen.
//!
//! People are named by their handle or id, channels by their name or id. What cannot be done in Slack's own
//! windows (posting where one is no member, clicking a button that is not there) is told as trouble; nothing is sent.

use super::Sandbox;
use super::answers::Seen;
use super::channels::Channel;
use super::ids::{ChannelId, PersonId};
use super::people::PersonKind;
use super::requests::Request;
use super::workspace::Workspace;

mod acting;
mod channels;
mod forms;
mod home;
mod messages;
mod options;
mod shortcuts;
mod typing;

pub(super) use acting::Spot;
pub(super) use options::Asked;

/// What a gesture makes: something to send, or a sentence that says why it cannot be done.
type Made = Result<Request, String>;

impl Sandbox {
    /// Sends the request that a gesture made.
    async fn sends(&self, who: &str, make: impl FnOnce(&mut Workspace, &PersonId) -> Made) -> Seen {
        let made = self.shared.change(|workspace| {
            let who = workspace.somebody(who)?;
            make(workspace, &who)
        });
        match made {
            Ok(request) => self.shared.send(&request, None).await,
            Err(sentence) => Seen::refused(sentence),
        }
    }

    /// Does something that the app only learns of by events, and sends these. `did` gives the `ts` of a new message.
    async fn does(
        &self,
        who: &str,
        did: impl FnOnce(&mut Workspace, &PersonId) -> Result<Option<String>, String>,
    ) -> Seen {
        let done = self.shared.change(|workspace| {
            let who = workspace.somebody(who)?;
            let ts = did(workspace, &who)?;
            Ok::<_, String>((who, ts, workspace.take_events()))
        });
        let (who, ts, events) = match done {
            Ok(done) => done,
            Err(sentence) => return Seen::refused(sentence),
        };
        let mut seen = Seen {
            ts,
            ..Seen::default()
        };
        for (n, event) in events.into_iter().enumerate() {
            let answer = self.shared.send_event(event).await;
            // The first event that was not taken is what a test wants to know of.
            if n == 0
                || seen
                    .status
                    .is_some_and(|status| (200..300).contains(&status))
            {
                seen.status = answer.status;
            }
        }
        seen.view = self.view(&who);
        seen
    }
}

impl Workspace {
    /// Gives the person who does something. A deactivated account does nothing.
    fn somebody(&self, who: &str) -> Result<PersonId, String> {
        let person = self
            .find_person(who)
            .ok_or_else(|| format!("There is nobody called {who}."))?;
        if person.kind == PersonKind::Deactivated {
            return Err(format!("The account of {} is deactivated.", person.name));
        }
        Ok(person.id.clone())
    }

    /// Gives a channel that somebody can see.
    fn seen_channel(&self, who: &PersonId, channel: &str) -> Result<&Channel, String> {
        let nowhere = || format!("There is no channel called {channel}.");
        let found = self.find_channel(channel).ok_or_else(nowhere)?;
        let is_guest = self
            .people
            .get(who)
            .is_some_and(|person| person.kind == PersonKind::Guest);
        if !found.has(who) && (is_guest || !found.is_visible_to(who)) {
            return Err(nowhere());
        }
        Ok(found)
    }

    /// Gives a channel that somebody can write in.
    fn own_channel(&self, who: &PersonId, channel: &str) -> Result<ChannelId, String> {
        let found = self.seen_channel(who, channel)?;
        if found.is_archived {
            return Err(format!("#{} is archived.", found.name));
        }
        if !found.has(who) {
            return Err(format!("You are not in #{}. Join it first.", found.name));
        }
        Ok(found.id.clone())
    }
}
