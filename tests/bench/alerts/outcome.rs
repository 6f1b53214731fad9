//! The outcome of a storm: the stored alerts, the incidents, and the messages in Slack.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::alerts::{ALERTS, DECLARATIONS, SUGGESTIONS};
use crate::process::store_path;
use crate::slack::Slack;

/// The channel of suggestions and announcements.
const INCIDENTS: &str = "#incidents";

/// The most messages about storms: one for each rule.
const STORMS: usize = 2;

/// The number of times that ten seconds may pass until all messages are posted.
const ATTEMPTS: usize = 12;

/// The numbers after a storm.
#[derive(Debug)]
pub struct Outcome {
    /// The alerts.
    stored: usize,
    /// Those that belong to a group.
    grouped: usize,
    incidents: usize,
    /// The messages about groups and storms.
    suggestions: usize,
    storms: usize,
    /// The messages in the channel of suggestions and announcements.
    messages: usize,
    /// The messages in the channels of incidents.
    incident_messages: usize,
}

impl Outcome {
    /// Waits until the messages about groups, storms and incidents are posted, and counts everything.
    pub fn wait(slack: &Slack, folder: &Path) -> Self {
        let store = Connection::open(store_path(folder)).unwrap();
        store.busy_timeout(Duration::from_secs(10)).unwrap();
        let count = |sql: &str| -> usize {
            let count: i64 = store.query_row(sql, [], |row| row.get(0)).unwrap();
            count.try_into().unwrap()
        };
        let unposted = "SELECT (SELECT count(*) FROM alert_messages WHERE ts IS NULL)
                             + (SELECT count(*) FROM incidents WHERE announcement_ts IS NULL OR header_ts IS NULL)";
        let is_posted = (0..ATTEMPTS).any(|_| {
            let posted = slack
                .sandbox
                .wait_for(|_| (count(unposted) == 0).then_some(()));
            slack.block_on(posted).is_some()
        });
        assert!(is_posted, "{} messages are not posted", count(unposted));
        let channels = slack.sandbox.channel_names().into_iter();
        let channels = channels.filter(|name| name.starts_with("incident-"));
        Self {
            stored: count("SELECT count(*) FROM alerts WHERE ended_at IS NULL AND count = 1"),
            grouped: count("SELECT count(*) FROM alert_group_members"),
            incidents: count("SELECT count(*) FROM incidents"),
            suggestions: count("SELECT count(*) FROM alert_messages WHERE group_id IS NOT NULL"),
            storms: count("SELECT count(*) FROM alert_messages WHERE storm_id IS NOT NULL"),
            messages: posts(slack, INCIDENTS),
            incident_messages: channels.map(|name| posts(slack, &name)).sum(),
        }
    }

    /// Checks that each alert is stored and that the messages are limited, and prints the numbers.
    pub fn check(&self) {
        assert_eq!(self.stored, ALERTS, "each alert is stored once");
        assert_eq!(self.grouped, ALERTS, "each alert belongs to a group");
        assert!(self.incidents <= DECLARATIONS, "{self:?}");
        assert!(self.suggestions <= SUGGESTIONS, "{self:?}");
        assert!(self.storms <= STORMS, "{self:?}");
        let most = SUGGESTIONS + STORMS + DECLARATIONS;
        assert!(self.messages <= most, "{self:?}");
        println!(
            "    all {} alerts are stored; {} incidents, {} suggestions, {} messages about storms; {} messages in \
             {INCIDENTS}, {} in the channels of incidents",
            self.stored,
            self.incidents,
            self.suggestions,
            self.storms,
            self.messages,
            self.incident_messages,
        );
    }
}

/// Returns the number of posts of the bot in a channel.
fn posts(slack: &Slack, channel: &str) -> usize {
    let messages = slack.sandbox.messages(channel).into_iter();
    messages.filter(|it| it.blocks.is_some()).count()
}
