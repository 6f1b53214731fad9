//! `muster verify`: whether the store is whole, whether reminders fit it, and whether Slack still has what it
//! says.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use muster_commands::{ChannelId, IncidentId, MessageTs};

use crate::backup::{counted, unread};
use crate::config::{Config, Workspace};
use crate::domain::{ChannelState, Incident, Reminder, Settings, Visibility, Wait};
use crate::findings::{Findings, Verdict};
use crate::slack::Trouble;
use crate::slack::client::{Answer, CreatedChannel, SlackApi, advice};
use crate::store::{Recorded, Records};

/// How to mend what Slack has lost.
const REPAIR: &str = "`/datadog incident repair`, typed in Slack, mends it.";

/// How many incidents are named whose reminders do not fit.
const NAMED: usize = 10;

/// How often one question is asked again that Slack wants us to wait for.
const PATIENCE: usize = 20;

/// Looks at the store, and at Slack if a workspace is set up; `lookup` gives what a setting is set to.
/// Nothing is changed.
pub async fn examine(lookup: impl Fn(&str) -> Option<String>) -> Findings {
    let mut found = Findings::default();
    let config = match Config::read(lookup) {
        Ok(config) => config,
        Err(problems) => {
            found.problems(&problems, "muster verify");
            return found;
        }
    };
    let Some(incidents) = found.records(&config.database) else {
        return found;
    };
    match &config.workspace {
        Workspace::Named(access) => {
            match SlackApi::new(&access.api_url, access.bot_token.reveal()) {
                Ok(slack) => found.in_slack(&slack, &incidents).await,
                Err(error) => {
                    let says = format!("{error}. Install the package ca-certificates.");
                    found.add(Verdict::Wrong, "TLS", says);
                }
            }
        }
        Workspace::BroughtAlong { .. } => {
            let says = "SLACK_BOT_TOKEN is not set, so Slack was not looked at.";
            found.add(Verdict::Note, "Slack", says);
        }
    }
    found
}

impl Findings {
    /// Looks at the store; gives its incidents if they can be read.
    fn records(&mut self, path: &Path) -> Option<Vec<Incident>> {
        let looked = Records::open(path).and_then(|mut records| {
            records.is_of_today()?;
            let faults = records.faults()?;
            let census = records.census()?;
            let mut incidents = Vec::new();
            let mut reminders = Reminders::default();
            if faults.is_empty() {
                let settings = records.settings()?;
                records.each(|recorded, _| {
                    reminders.look_at(recorded, &settings);
                    incidents.push(recorded.incident.clone());
                    Ok(())
                })?;
            }
            Ok((faults, census, incidents, reminders))
        });
        let (faults, census, incidents, reminders) = match looked {
            Ok(looked) => looked,
            Err(error) => {
                self.add(Verdict::Wrong, "Store", unread(path, &error).0);
                return None;
            }
        };
        for fault in &faults {
            let says = format!(
                "{fault}. Stop the bot, put the last good backup in its place (README, Backing up), and \
                 keep this file for whoever looks into it."
            );
            self.add(Verdict::Wrong, "Store", says);
        }
        if !faults.is_empty() {
            return None;
        }
        let says = format!(
            "{} is whole: {} with {}.",
            path.display(),
            counted(census.incidents, "incident", "incidents"),
            counted(census.entries, "line of timeline", "lines of timeline"),
        );
        self.add(Verdict::Right, "Store", says);
        let (verdict, says) = match census.owed {
            0 => (Verdict::Right, "Nothing waits to be sent.".to_owned()),
            owed => (
                Verdict::Note,
                format!(
                    "{} to be sent, which the bot does while it runs.",
                    counted(owed, "delivery waits", "deliveries wait")
                ),
            ),
        };
        self.add(verdict, "Outbox", says);
        let (verdict, says) = reminders.found();
        self.add(verdict, "Reminders", says);
        Some(incidents)
    }

    /// Looks whether Slack has the channels of all incidents, and the headers and cards of those that are
    /// open.
    async fn in_slack(&mut self, slack: &SlackApi, incidents: &[Incident]) {
        // Private channels are asked after one by one, as all that are not listed.
        let listed =
            patiently(async || slack.find_channels(Visibility::Public, |_| true).await).await;
        let channels: HashMap<ChannelId, CreatedChannel> = match listed {
            Ok(channels) => channels.into_iter().map(|it| (it.id.clone(), it)).collect(),
            Err(trouble) => return self.add(Verdict::Wrong, "Slack", advice(&trouble)),
        };
        let wrong = self.wrong();
        for incident in incidents {
            if let Err(trouble) = self.incident(slack, incident, &channels).await {
                return self.add(Verdict::Wrong, "Slack", advice(&trouble));
            }
        }
        if self.wrong() == wrong {
            let says = "It has every channel, and the header and card of every open incident.";
            self.add(Verdict::Right, "Slack", says);
        }
    }

    async fn incident(
        &mut self,
        slack: &SlackApi,
        incident: &Incident,
        channels: &HashMap<ChannelId, CreatedChannel>,
    ) -> Answer<()> {
        let about = incident.id.to_string();
        if let Some(channel) = &incident.channel {
            let there = match channels.get(&channel.id) {
                Some(there) => Some(there.clone()),
                None => patiently(async || found(slack.channel(&channel.id).await)).await?,
            };
            if let Some(says) = differs(incident, there.as_ref()) {
                self.add(Verdict::Wrong, &about, says);
            }
        }
        if !incident.status.is_open() {
            return Ok(());
        }
        let header = match (&incident.channel, incident.channel_state) {
            (Some(channel), ChannelState::Open) => {
                incident.header.as_ref().map(|ts| (&channel.id, ts))
            }
            (Some(_) | None, _) => None,
        };
        let card = incident.card.as_ref().map(|card| (&card.channel, &card.ts));
        for (what, place) in [("header", header), ("card", card)] {
            let Some((channel, ts)) = place else { continue };
            if !stands(slack, channel, ts).await? {
                let says = format!("Its {what} is gone from Slack. {REPAIR}");
                self.add(Verdict::Wrong, &about, says);
            }
        }
        Ok(())
    }
}

/// Whether the reminders fit how their incidents stand.
#[derive(Default)]
struct Reminders {
    waiting: i64,
    /// The incidents that call for another than they have: the settings changed since.
    unfit: Vec<IncidentId>,
}

impl Reminders {
    fn look_at(&mut self, recorded: &Recorded, settings: &Settings) {
        let mut fit = true;
        for of in Reminder::ALL {
            let known = recorded.reminders.iter().find(|(kind, _)| *kind == of);
            let stands = known.map_or(Wait::Idle, |(_, wait)| *wait);
            self.waiting += i64::from(matches!(stands, Wait::Until { .. }));
            fit &= of.fits(stands, &recorded.incident, settings);
        }
        if !fit {
            self.unfit.push(recorded.incident.id);
        }
    }

    fn found(&self) -> (Verdict, String) {
        let wait = counted(self.waiting, "reminder waits", "reminders wait");
        if self.unfit.is_empty() {
            let says = format!("{wait}, and every incident has those that it calls for.");
            return (Verdict::Right, says);
        }
        let named: Vec<String> = self
            .unfit
            .iter()
            .take(NAMED)
            .map(ToString::to_string)
            .collect();
        let more = match self.unfit.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let says = format!(
            "{wait}. By the settings of today, {}{more} would have others. The bot sets them right \
             by itself within a minute, while it runs.",
            named.join(", ")
        );
        (Verdict::Note, says)
    }
}

/// Says how Slack has a channel otherwise than the store, if it does.
fn differs(incident: &Incident, there: Option<&CreatedChannel>) -> Option<String> {
    let name = incident
        .channel
        .as_ref()
        .map_or("", |channel| &channel.name);
    match (incident.channel_state, there) {
        (ChannelState::Open, None) => Some(format!(
            "Slack no longer has its channel #{name}, or does not show it to the app. {REPAIR}"
        )),
        (ChannelState::Open, Some(there)) if there.is_archived => Some(format!(
            "Its channel #{name} is archived, and the store says that it is in use. Bring it back in \
             Slack, or let `/datadog incident repair` note it."
        )),
        (ChannelState::Archived | ChannelState::Deleted, Some(there)) if !there.is_archived => {
            Some(format!(
                "Its channel #{name} is in use in Slack, and the store says that it is {}. {REPAIR}",
                incident.channel_state.as_str()
            ))
        }
        (ChannelState::Open, Some(there)) if there.name != name => Some(format!(
            "Its channel is called #{} in Slack and #{name} in the store. {REPAIR}",
            there.name
        )),
        (
            ChannelState::Open
            | ChannelState::Awaited
            | ChannelState::Refused
            | ChannelState::Archived
            | ChannelState::Deleted,
            _,
        ) => None,
    }
}

/// Says whether a message stands; one in a channel that is gone does not.
async fn stands(slack: &SlackApi, channel: &ChannelId, ts: &MessageTs) -> Answer<bool> {
    let stands = patiently(async || found(slack.stands(channel, ts).await)).await?;
    Ok(stands.unwrap_or_default())
}

/// Gives what there is; that Slack does not show it is an answer as well.
fn found<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Ok(there) => Ok(Some(there)),
        Err(trouble) if trouble.is(&["channel_not_found", "not_in_channel"]) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// Asks again as often as Slack wants us to wait.
async fn patiently<T>(ask: impl AsyncFn() -> Answer<T>) -> Answer<T> {
    for _ in 0..PATIENCE {
        match ask().await {
            Err(Trouble::Limited { wait, .. }) => {
                tokio::time::sleep(wait.max(Duration::from_secs(1))).await;
            }
            answer => return answer,
        }
    }
    ask().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::in_its_channel;

    fn channel(name: &str, is_archived: bool) -> CreatedChannel {
        CreatedChannel {
            id: "C0INCIDENT7".into(),
            name: name.to_owned(),
            creator: String::new(),
            created: 0,
            is_member: true,
            is_archived,
        }
    }

    #[test]
    fn a_channel_that_is_not_as_the_store_says_is_named_with_what_to_do() {
        let mut incident = in_its_channel("Checkout");
        let says = |incident: &Incident, there: Option<CreatedChannel>| {
            differs(incident, there.as_ref()).unwrap_or_default()
        };
        assert_eq!(says(&incident, Some(channel("incident-7", false))), "");
        assert!(says(&incident, None).starts_with("Slack no longer has its channel #incident-7"));
        assert!(says(&incident, Some(channel("incident-7", true))).contains("is archived"));
        let renamed = says(&incident, Some(channel("war-room", false)));
        assert!(
            renamed.contains("#war-room in Slack and #incident-7"),
            "{renamed}"
        );
        incident.channel_state = ChannelState::Archived;
        assert_eq!(says(&incident, Some(channel("incident-7", true))), "");
        assert_eq!(says(&incident, None), "");
        let back = says(&incident, Some(channel("incident-7", false)));
        assert!(back.contains("says that it is archived"), "{back}");
    }
}
