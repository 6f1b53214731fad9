//! All that the workspace holds, its clock and its serial numbers. Each subject adds its own part.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::channels::{Channel, Founding};
use super::entered::Choice;
use super::faults::{Call, Faults};
use super::ids;
use super::ids::{ChannelId, PersonId};
use super::limits::{Limiter, Limits};
use super::manifest::App;
use super::people::{Account, PersonKind};
use super::requests::Request;
use super::response_url::ResponseUrl;
use super::triggers::Trigger;
use super::views::Views;

/// Gives the time. Everything in the sandbox that depends on time asks this and nothing else.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What happens to an event that the app did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retries {
    /// Nothing by itself: a test redelivers what it wants redelivered.
    Staged,
    /// As Slack does: again nearly at once, after a minute, after five minutes.
    AsSlack,
}

/// How many serial numbers each second has of its own.
const SERIALS_A_SECOND: u64 = 1_000;

/// A workspace: what a Slack server would keep in its database.
pub(super) struct Workspace {
    clock: Now,
    pub(super) team: Team,
    pub(super) app: App,
    pub(super) people: BTreeMap<PersonId, super::people::Person>,
    pub(super) channels: BTreeMap<ChannelId, Channel>,
    pub(super) views: Views,
    /// What the app offered in external selects, by the view's id.
    pub(super) offered: HashMap<String, Vec<Choice>>,
    pub(super) triggers: HashMap<String, Trigger>,
    pub(super) response_urls: HashMap<String, ResponseUrl>,
    pub(super) notices: HashMap<PersonId, Notice>,
    /// When each Socket Mode ticket that was not used yet was given out.
    pub(super) tickets: HashMap<String, DateTime<Utc>>,
    pub(super) faults: Faults,
    pub(super) limiter: Limiter,
    pub(super) calls: Vec<Call>,
    /// The last request that each person's doing sent to the app.
    pub(super) sent: HashMap<PersonId, Request>,
    /// The last event of each type that was sent to the app.
    pub(super) told: HashMap<String, Request>,
    /// How long the app has to answer: 3 s in Slack.
    pub(super) patience: std::time::Duration,
    pub(super) retries: Retries,
    /// Events that happened and were not yet handed over for sending.
    pub(super) events: Vec<Value>,
    /// Where the app listens, without a slash at the end.
    pub(super) app_url: Option<String>,
    /// The sandbox's own address, without a slash at the end.
    pub(super) url: String,
    serial: u64,
    last_ts: i64,
}

/// The workspace's own name.
#[derive(Clone, Debug)]
pub(super) struct Team {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) domain: String,
}

/// What Slack itself told somebody last, such as that a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) id: u64,
    pub(super) text: String,
}

impl Workspace {
    /// Makes the workspace that every sandbox starts with: Acme, three channels, three people, the app.
    pub(super) fn new(clock: Now, app: App, limits: Limits) -> Self {
        // An app may remember what it saw of a workspace that stood here before: no id comes again.
        let serial = clock().timestamp().unsigned_abs() * SERIALS_A_SECOND;
        let mut workspace = Self {
            clock,
            team: Team {
                id: ids::named('T', "Acme"),
                name: "Acme".to_owned(),
                domain: "acme".to_owned(),
            },
            app,
            people: BTreeMap::new(),
            channels: BTreeMap::new(),
            views: Views::default(),
            offered: HashMap::new(),
            triggers: HashMap::new(),
            response_urls: HashMap::new(),
            notices: HashMap::new(),
            tickets: HashMap::new(),
            faults: Faults::default(),
            limiter: Limiter::new(limits),
            calls: Vec::new(),
            sent: HashMap::new(),
            told: HashMap::new(),
            patience: std::time::Duration::from_secs(3),
            retries: Retries::Staged,
            events: Vec::new(),
            app_url: None,
            url: String::new(),
            serial,
            last_ts: 0,
        };
        workspace.settle();
        workspace
    }

    /// Gives the time that the sandbox was told.
    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Gives the next serial number; no two are equal.
    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Gives a timestamp for something that happens now: unique, and later than every one before it.
    pub(super) fn next_ts(&mut self) -> String {
        self.last_ts = self.now().timestamp_micros().max(self.last_ts + 1);
        let (seconds, micros) = (self.last_ts / 1_000_000, self.last_ts % 1_000_000);
        format!("{seconds}.{micros:06}")
    }

    /// Tells somebody what Slack itself has to say.
    pub(super) fn notify(&mut self, who: &PersonId, text: &str) {
        let notice = Notice {
            id: self.next_serial(),
            text: text.to_owned(),
        };
        self.notices.insert(who.clone(), notice);
    }

    fn settle(&mut self) {
        let founder = PersonId(ids::named('U', "alice"));
        for name in ["general", "incidents", "random"] {
            self.found_channel(Founding {
                name,
                creator: &founder,
                is_general: name == "general",
            });
        }
        let (owner, person) = (PersonKind::Owner, PersonKind::Person);
        let people = [
            ("alice", "Alice Okafor", "Europe/Paris", owner),
            ("bob", "Bob Lindqvist", "America/New_York", person),
            ("chioma", "Chioma Ade", "Asia/Tokyo", person),
        ];
        for (name, real_name, tz, kind) in people {
            let id = self.add_person(&Account {
                name,
                real_name,
                tz,
                kind,
            });
            for channel in self.channels.values_mut() {
                if !channel.members.contains(&id) {
                    channel.members.push(id.clone());
                }
            }
        }
        self.add_bot_user();
    }

    fn add_bot_user(&mut self) {
        let name = self.app.name.clone();
        let handle = name.to_lowercase().replace(' ', "");
        let id = self.app.bot_user.clone();
        let person = super::people::Person {
            id: id.clone(),
            display_name: handle.clone(),
            name: handle,
            real_name: name,
            tz: "America/Los_Angeles".to_owned(),
            kind: PersonKind::Bot,
            color: "e7392d",
            updated: self.now().timestamp(),
        };
        self.people.insert(id, person);
    }
}
