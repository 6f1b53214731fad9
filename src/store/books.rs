//! The books of a delivery: begun, delivered, put off, given up, tried again.

use std::sync::Arc;

use super::outbox::{self, Delivery, Doubt, End, Ready};
use super::{
    Backlog, Key, Store, homes, incidents, keep, people, reminder_settings, reminders, settings,
    timeline, timeline_edits,
};
use crate::domain::{
    Author, Company, Effect, Entry, Incident, Moment, Names, Owed, Receipt, Settings, Viewer,
};
use crate::error::Result;

/// How many lines of the timeline a briefing tells.
const RECENT: i64 = 5;

/// A delivery that is being made, with all that it takes.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The delivery.
    pub delivery: Delivery,
    /// How things stand as it goes out.
    pub incident: Incident,
    /// What the people are called whom it names, as far as we know.
    pub names: Names,
    /// What happened so far, if it tells of that: what is important, else the last.
    pub recent: Vec<Entry>,
    /// When somebody should next say how things stand, if they should.
    pub next_update: Option<Moment>,
    /// How the team works.
    pub settings: Arc<Settings>,
    /// What waits behind it and goes out with it: the same news, or more lines of the same message.
    pub along: Vec<Delivery>,
}

/// What can go out now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The deliveries, in the order in which they should go.
    pub ready: Vec<Ready>,
    /// When the next one that is not due yet will be.
    pub next: Option<Moment>,
    /// When the next reminder is due, be it already or later.
    pub reminder: Option<Moment>,
    /// Whether the reminders of some incidents are yet to follow the settings.
    pub reminders_behind: bool,
}

/// Which deliveries one sending settled, and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the world gave back.
    pub receipt: Receipt,
    /// The deliveries that went along.
    pub along: Vec<i64>,
}

impl Store {
    /// Gives what is due of some kinds, in their order and the worst incidents first, at most `limit`
    /// of each; and when the next delivery that is not due yet will be.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due(&self, kinds: Vec<Owed>, now: Moment, limit: i64) -> Result<Due> {
        self.readers
            .run(move |tx| {
                let mut ready = Vec::new();
                for kind in kinds {
                    ready.extend(outbox::due(tx, kind, now, limit)?);
                }
                Ok(Due {
                    ready,
                    next: outbox::next_due(tx, now)?,
                    reminder: reminders::next_due(tx)?,
                    reminders_behind: reminder_settings::is_behind(tx)?,
                })
            })
            .await
    }

    /// Lets everything that was put off because of some trouble be tried now.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn hurry(&self, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                homes::hurry(tx, now)?;
                outbox::hurry(tx, now)
            })
            .await
    }

    /// Gives how much is owed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn backlog(&self) -> Result<Backlog> {
        self.readers.run(outbox::backlog).await
    }

    /// Counts an attempt before it is made: a delivery that kills the bot cannot do so for ever, and
    /// after a crash we know that it may have arrived. `None` if it no longer waits.
    ///
    /// # Errors
    /// When it could not be stored; then the attempt must not be made.
    pub async fn begin(&self, id: i64, now: Moment) -> Result<Option<Attempt>> {
        self.writer
            .run(move |tx| {
                let Some(delivery) = outbox::begin(tx, id, now)? else {
                    return Ok(None);
                };
                let along = match delivery.effect.company() {
                    Company::Waits => Vec::new(),
                    Company::SaysTheSame | Company::GoesAlong => outbox::behind(tx, &delivery)?,
                };
                let incident = incidents::find(tx, delivery.incident)?;
                let lines = along.iter().chain([&delivery]);
                let named = lines.filter_map(|delivery| match &delivery.effect {
                    Effect::Tell { line } | Effect::Reply { line } => Some(line.people()),
                    Effect::Direct { note, .. } => Some(note.people()),
                    _ => None,
                });
                let with_role = incident.roles.iter().map(|holding| &holding.person);
                let leading = [&incident.commander, &incident.declared_by];
                let mut recent = Vec::new();
                let mut briefed = Vec::new();
                if let Effect::Brief { .. } = &delivery.effect {
                    recent = timeline::recent(tx, delivery.incident, RECENT)?;
                    briefed.extend(incident.people());
                    briefed.extend(recent.iter().filter_map(|entry| match &entry.author {
                        Some(Author::Person(person)) => Some(person),
                        Some(Author::App(_)) | None => None,
                    }));
                }
                let named = named
                    .flatten()
                    .chain(leading)
                    .chain(with_role)
                    .chain(briefed);
                let settings = settings::current(tx)?;
                Ok(Some(Attempt {
                    names: people::names(tx, named)?,
                    next_update: reminders::next_update(tx, &incident, &settings)?,
                    settings,
                    incident,
                    recent,
                    delivery,
                    along,
                }))
            })
            .await
    }

    /// Notes that a delivery is done, and queues what follows from it.
    ///
    /// # Errors
    /// When it could not be stored; then it is tried again, and looked for first.
    pub async fn delivered(&self, delivery: Delivery, sent: Sent, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                let mut ids = vec![delivery.id];
                ids.extend(sent.along);
                outbox::settle(tx, &ids, End::Done, "", now)?;
                if let Receipt::Person(person)
                | Receipt::Met {
                    person: Some(person),
                    ..
                } = &sent.receipt
                {
                    people::keep(tx, person, now)?;
                }
                if let (Effect::FindPermalink { channel, ts }, Receipt::Permalink(url)) =
                    (&delivery.effect, &sent.receipt)
                {
                    timeline::link(tx, channel, ts, url)?;
                }
                if let (
                    Effect::ReadMessage { channel, ts },
                    Receipt::Said {
                        text,
                        permalink,
                        said_at,
                    },
                ) = (&delivery.effect, &sent.receipt)
                {
                    timeline_edits::read(tx, (channel, ts), text, said_at.as_ref())?;
                    timeline::link(tx, channel, ts, permalink)?;
                }
                let incident = incidents::find(tx, delivery.incident)?;
                let change = match (&delivery.effect, &sent.receipt) {
                    (Effect::Meet { stranger }, Receipt::Met { refusal, .. }) => {
                        let led_since = timeline::led_since(tx, incident.id)?;
                        incident.met(stranger, refusal.as_deref(), led_since, now)
                    }
                    (effect, receipt) => incident.delivered(effect, receipt, now),
                };
                keep::change(tx, &incident, change)?;
                Ok(())
            })
            .await
    }

    /// Puts a delivery off until `due`.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn postpone(
        &self,
        id: i64,
        due: Moment,
        doubt: Doubt,
        trouble: String,
    ) -> Result<()> {
        self.writer
            .run(move |tx| outbox::postpone(tx, id, due, doubt, &trouble))
            .await
    }

    /// Notes how far an attempt came: so much of what is owed the next one need not do again.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn amend(&self, id: i64, effect: Effect) -> Result<()> {
        self.writer
            .run(move |tx| outbox::amend(tx, id, &effect))
            .await
    }

    /// Gives a delivery up, and queues what follows: a line on the timeline and a word to people.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn give_up(&self, delivery: Delivery, why: String, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                let incident = incidents::find(tx, delivery.incident)?;
                outbox::settle(tx, &[delivery.id], End::GivenUp, &why, now)?;
                let change = incident.undelivered(&delivery.effect, delivery.id, &why, now);
                keep::change(tx, &incident, change)?;
                Ok(())
            })
            .await
    }

    /// Lets what we gave up be tried again, once for each key; says whether there was something to try
    /// that this person may know of.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn try_again(
        &self,
        viewer: Viewer,
        id: i64,
        key: Key,
        now: Moment,
    ) -> Result<Option<Incident>> {
        self.writer
            .run(move |tx| {
                let Some(about) = outbox::incident_of(tx, id)? else {
                    return Ok(None);
                };
                let incident = incidents::find(tx, about)?;
                if !incident.is_seen_by(&viewer) {
                    return Ok(None);
                }
                if keep::before(tx, &key)?.is_some() {
                    return Ok(Some(incident));
                }
                let Some(delivery) = outbox::revive(tx, id, now)? else {
                    return Ok(None);
                };
                keep::done(tx, &key, Some(about), now)?;
                let change = incident.tried_again(&delivery.effect, now);
                keep::change(tx, &incident, change).map(Some)
            })
            .await
    }
}
