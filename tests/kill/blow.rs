//! The moments at which the bot is killed, and how each is met exactly.

use std::fmt;
use std::panic::panic_any;

use muster::domain::Owed;
use muster::sandbox::{Held, Moment, Sandbox};
use serde_json::Value;

use super::cases::Missed;
use super::standing::CHANNEL;
use super::world::{PATIENCE, World, eventually};

/// A moment of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blow {
    /// The attempt is counted, and Slack has done nothing yet.
    Unsent,
    /// Slack did it, and its answer never arrives.
    Unanswered,
    /// The answer arrived, and nothing of it is stored.
    Unstored,
}

impl Blow {
    /// Every moment.
    pub const ALL: [Self; 3] = [Self::Unsent, Self::Unanswered, Self::Unstored];

    /// Gives at which moment the call is to be held.
    pub fn moment(self) -> Moment {
        match self {
            Self::Unsent => Moment::Before,
            Self::Unanswered | Self::Unstored => Moment::After,
        }
    }
}

impl fmt::Display for Blow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsent => "killed before the call",
            Self::Unanswered => "killed before the answer",
            Self::Unstored => "killed before it is stored",
        })
    }
}

/// Whether something is sent for the first time, or what stands is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is not there yet.
    First,
    /// It is there, and is edited.
    Later,
}

/// Holds the call of a delivery.
pub fn hold(slack: &Sandbox, owed: Owed, turn: Turn, moment: Moment) -> Held {
    let global = slack.channel("incidents").unwrap();
    let former = slack.channel(CHANNEL).map(|channel| channel.to_string());
    slack.hold_where(method(owed, turn), moment, move |arguments| {
        let is_titled = arguments["blocks"][0]["type"] == "header";
        let is_announced = arguments["channel"].as_str() == Some(&*global);
        // A post to a person is written to their id.
        let is_direct = arguments["channel"]
            .as_str()
            .is_some_and(|channel| channel.starts_with('U'));
        match owed {
            Owed::ShowHeader => is_titled && !is_announced,
            Owed::ShowCard => is_titled && is_announced,
            Owed::Reply => arguments["thread_ts"].is_string(),
            Owed::Farewell => arguments["channel"].as_str() == former.as_deref(),
            Owed::Tell => !is_titled && !is_direct && arguments["thread_ts"] == Value::Null,
            Owed::Direct => is_direct,
            _ => true,
        }
    })
}

/// Gives the method by which something is delivered.
fn method(owed: Owed, turn: Turn) -> &'static str {
    match (owed, turn) {
        (Owed::OpenChannel, _) => "conversations.create",
        (Owed::Invite, _) => "conversations.invite",
        (Owed::Uninvite, _) => "conversations.kick",
        (Owed::ShowHeader | Owed::ShowCard, Turn::First)
        | (Owed::Tell | Owed::Reply | Owed::Remind | Owed::Direct, _) => "chat.postMessage",
        (Owed::ShowHeader | Owed::ShowCard, Turn::Later) => "chat.update",
        (Owed::PinHeader, _) => "pins.add",
        (Owed::Point, _) => "response_url",
        (Owed::Gather, _) => "conversations.members",
        (Owed::Withdraw, _) => "chat.delete",
        (Owed::Farewell, _) => "chat.postMessage",
        (Owed::ArchiveFormer, _) => "conversations.archive",
        (Owed::Brief, _) => "chat.postEphemeral",
        (Owed::Mark, _) => "reactions.add",
        (Owed::Unmark, _) => "reactions.remove",
        (Owed::ReadMessage, _) => "reactions.get",
        (Owed::SetTopic, _) => "conversations.setTopic",
        (Owed::RenameChannel, _) => "conversations.rename",
        (Owed::SetPurpose, _) => "conversations.setPurpose",
        (Owed::Bookmark, _) => "bookmarks.add",
        (Owed::OfferCall, _) => "chat.postEphemeral",
        (Owed::FindPermalink, _) => "chat.getPermalink",
        (Owed::ArchiveChannel, _) => "conversations.archive",
        (Owed::Repair, _) => "conversations.info",
        (Owed::LearnPerson | Owed::Meet, _) => "users.info",
        (Owed::Answer, _) => "response_url",
    }
}

/// Has somebody do something by which a delivery is owed, and kills the bot at a moment of it.
pub async fn strike(
    world: &mut World,
    (owed, turn, blow): (Owed, Turn, Blow),
    act: impl AsyncFnOnce(&World),
) {
    let held = hold(&world.slack, owed, turn, blow.moment());
    act(world).await;
    reached(&held, owed).await;
    kill(world, held, (owed, blow)).await;
}

/// Waits until a call has come to the moment at which it is held.
pub async fn reached(held: &Held, owed: Owed) {
    let reached = tokio::time::timeout(PATIENCE, held.reached()).await;
    assert!(reached.is_ok(), "{} was never called for", owed.as_str());
}

/// Kills the bot while a call of it is held.
pub async fn kill(world: &mut World, held: Held, (owed, blow): (Owed, Blow)) {
    match blow {
        Blow::Unsent | Blow::Unanswered => world.kills().await,
        Blow::Unstored => kill_before_the_books(world, &held, owed).await,
    }
    // Whoever is dead does not call: what was not done yet never is.
    held.cut();
    let waiting = world.records.waiting(owed.as_str());
    assert!(waiting > 0, "{} was stored: the blow missed", owed.as_str());
}

/// Lets the answer through while the store cannot be written, and kills the bot once it has it.
async fn kill_before_the_books(world: &mut World, held: &Held, owed: Owed) {
    let kind = owed.as_str();
    // Others of the kind are to be out of the way, so that the one counted below is the one held.
    let alone = async || world.records.waiting(kind) == 1;
    eventually("delivery that is alone", alone).await;
    let records = world.records.clone();
    let lock = tokio::task::spawn_blocking(move || records.lock())
        .await
        .unwrap();
    let made = world.attempts(kind, "done").await;
    held.release();
    let is_over = async || {
        let is_answered = world.attempts(kind, "done").await > made;
        let is_missed = !is_answered && world.attempts(kind, "again").await > 0;
        if is_missed {
            // The machine is so busy that the bot gave up waiting for the answer, after 10 s.
            panic_any(Missed);
        }
        is_answered
    };
    eventually("answer", is_over).await;
    world.kills().await;
    lock.give_back();
}
