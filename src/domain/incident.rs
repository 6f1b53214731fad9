//! An incident: how it begins, and how it stands.

use muster_commands::add_to_incident::AddMessage;
use muster_commands::declare::Declare;
use muster_commands::test_incident::Nature;
use muster_commands::{
    ChannelId, CustomerImpact, DetectionMethod, IncidentId, MessageTs, PersonId, Severity, Status,
};

use super::{
    Author, By, Change, Channel, ChannelName, ChannelState, Decision, Document, Effect, Entry,
    Holding, Impact, Line, MessageRef, Moment, NewImpact, Place, Responder, Task, Visibility,
    WaitingNote, What,
};

/// An incident, whole but for its timeline, which only grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// What people call it.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// How it stands.
    pub status: Status,
    /// Who leads.
    pub commander: PersonId,
    /// Who declared it.
    pub declared_by: PersonId,
    /// How it was noticed.
    pub detection_method: DetectionMethod,
    /// What happened; may be empty.
    pub summary: String,
    /// Why it happened; may be empty.
    pub root_cause: String,
    /// What was said of customers when it was declared.
    pub customer_impact: CustomerImpact,
    /// When it was declared.
    pub declared_at: Moment,
    /// When it was noticed.
    pub detected_at: Moment,
    /// When it was resolved; `None` while it is open.
    pub resolved_at: Option<Moment>,
    /// Who knows of it.
    pub visibility: Visibility,
    /// Whether it is a test.
    pub nature: Nature,
    /// How things are with its channel.
    pub channel_state: ChannelState,
    /// Its channel; `None` while there is none.
    pub channel: Option<Channel>,
    /// The pinned header of its channel; `None` until it is posted.
    pub header: Option<MessageTs>,
    /// Its card in the global channel; `None` until it is posted.
    pub card: Option<Card>,
    /// What it does to customers.
    pub impacts: Vec<Impact>,
    /// Who takes part.
    pub responders: Vec<Responder>,
    /// Links to what was seen when it was declared.
    pub signals: Vec<String>,
    /// Its documents, in the order in which they were added, also those that were removed again.
    pub documents: Vec<Document>,
    /// Where people write to each other outside Slack; `None` if nowhere.
    pub chat: Option<String>,
    /// Its video call; `None` if there is none.
    pub call: Option<String>,
    /// What is to be done because of it, in the order in which it was added.
    pub tasks: Vec<Task>,
    /// Who has which role, beside the commander.
    pub roles: Vec<Holding>,
    /// Notes to people that wait until it is known what becomes of its channel.
    pub waiting_notes: Vec<WaitingNote>,
    /// Who is told directly of each change that is announced.
    pub subscribers: Vec<PersonId>,
}

/// The one message about an incident in the global channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The global channel, as it was then.
    pub channel: ChannelId,
    /// The message.
    pub ts: MessageTs,
}

impl Incident {
    /// Declares an incident: it is active, its declarer and its commander take part, and it is owed
    /// a channel. Everything else follows from the channel.
    pub fn declare(
        id: IncidentId,
        request: Declare,
        by: &By,
        declared_in: Option<Place>,
    ) -> Decision {
        let mut incident = Self::new(id, request, by);
        incident.acted(by);
        incident.takes_part(&incident.commander.clone(), by.at);

        let declared = What::Declared {
            severity: incident.severity,
            customer_impact: incident.customer_impact,
        };
        let mut entries = vec![Entry::by(by, declared.clone())];
        if incident.customer_impact == CustomerImpact::Yes {
            entries.push(incident.begin_impact(NewImpact::now(by), by));
        }

        let people: Vec<_> = incident.people().cloned().collect();
        let mut change = Change::to(incident, by.at);
        change.entries = entries;
        change.then(Effect::OpenChannel {
            name: ChannelName::of(&change.incident),
            after: None,
            declared_in,
            visibility: change.incident.visibility,
            moved: None,
        });
        change.then(Effect::Tell {
            line: Line::by(by, declared),
        });
        for person in people {
            change.then(Effect::LearnPerson { person });
        }
        change.tell_commander(by);
        Ok(change)
    }

    /// Declares an incident because of a message, which is the first on its timeline.
    pub fn declare_from(
        message: AddMessage,
        (id, request): (IncidentId, Declare),
        by: &By,
        declared_in: Option<Place>,
    ) -> Decision {
        let mut change = Self::declare(id, request, by, declared_in)?;
        let added = change.incident.add_message(message, by)?;
        change.incident = added.incident;
        change.entries.splice(0..0, added.entries);
        change.effects.extend(added.effects);
        Ok(change)
    }

    /// Gives an incident as it begins.
    fn new(id: IncidentId, request: Declare, by: &By) -> Self {
        Self {
            id,
            title: request.title,
            severity: request.severity,
            status: Status::Active,
            commander: request.commander,
            declared_by: by.person.clone(),
            detection_method: DetectionMethod::Unknown,
            summary: String::new(),
            root_cause: String::new(),
            customer_impact: request.customer_impact,
            declared_at: by.at,
            detected_at: by.at,
            resolved_at: None,
            visibility: request.visibility,
            nature: request.nature,
            channel_state: ChannelState::Awaited,
            channel: None,
            header: None,
            card: None,
            impacts: Vec::new(),
            responders: Vec::new(),
            signals: request.signals,
            documents: Vec::new(),
            chat: None,
            call: None,
            tasks: Vec::new(),
            roles: Vec::new(),
            waiting_notes: Vec::new(),
            subscribers: Vec::new(),
        }
    }

    /// Puts a Slack message on the timeline, at the time it was written and by who wrote it.
    ///
    /// The store refuses it if it is there already.
    pub fn add_message(&self, message: AddMessage, by: &By) -> Decision {
        let mut incident = self.clone();
        incident.acted(by);
        let author = match (message.author.id, message.author.name) {
            (Some(person), _) => Author::Person(person),
            (None, Some(app)) => Author::App(app),
            (None, None) => Author::App("an app".to_owned()),
        };
        let mut change = Change::to(incident, by.at);
        if let Author::Person(person) = &author {
            change.then(Effect::LearnPerson {
                person: person.clone(),
            });
        }
        change.then(Effect::Mark {
            channel: message.channel.clone(),
            ts: message.ts.clone(),
        });
        if message.permalink.is_none() {
            change.then(Effect::FindPermalink {
                channel: message.channel.clone(),
                ts: message.ts.clone(),
            });
        }
        change.record(Entry {
            author: Some(author),
            what: What::Message { text: message.text },
            happened_at: Moment::of_message(&message.ts.to_string()).unwrap_or(by.at),
            recorded_at: by.at,
            recorded_by: Some(by.person.clone()),
            message: Some(MessageRef {
                channel: message.channel,
                ts: message.ts,
                permalink: message.permalink.unwrap_or_default(),
                said_at: message.edited,
            }),
        });
        Ok(change)
    }

    /// Gives everybody who takes part, each once.
    pub fn people(&self) -> impl Iterator<Item = &PersonId> {
        self.responders.iter().map(|responder| &responder.person)
    }

    /// Gives its title as it is shown, marked if it is a test.
    pub fn shown_title(&self) -> String {
        self.nature.marked(&self.title)
    }

    /// Notes that a person does something for this incident: they take part from now on.
    pub(super) fn acted(&mut self, by: &By) {
        self.takes_part(&by.person, by.at);
        for responder in &mut self.responders {
            if responder.person == by.person {
                responder.acted_at = Some(by.at);
            }
        }
    }

    /// Makes a person take part, if they do not yet.
    pub(super) fn takes_part(&mut self, person: &PersonId, at: Moment) {
        if self.people().all(|known| known != person) {
            self.responders.push(Responder {
                person: person.clone(),
                joined_at: at,
                acted_at: None,
            });
        }
    }
}

impl Line {
    /// Gives what a person just did, as it is told.
    pub fn by(by: &By, what: What) -> Self {
        Self {
            by: Some(by.person.clone()),
            what,
            at: by.at,
        }
    }

    /// Gives what Muster noticed, as it is told.
    pub fn noticed(what: What, at: Moment) -> Self {
        Self { by: None, what, at }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use muster_commands::add_to_incident;

    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::in_its_channel;

    fn alice() -> By {
        By::new(
            PersonId::from("U0ALICE0001"),
            Moment::from_epoch_seconds(1_795_447_205),
        )
    }

    fn request(customer_impact: CustomerImpact) -> Declare {
        Declare {
            title: "Checkout is slow".to_owned(),
            severity: Severity::Sev2,
            commander: PersonId::from("U0BOB000001"),
            customer_impact,
            signals: vec!["https://example.com/graph".to_owned()],
            visibility: Visibility::Public,
            nature: Nature::Real,
        }
    }

    #[test]
    fn declaring_owes_a_channel_and_everything_else_waits_for_it() {
        let change =
            Incident::declare(IncidentId(7), request(CustomerImpact::No), &alice(), None).unwrap();
        let owed: Vec<_> = change.effects.iter().map(Effect::owed).collect();
        assert_eq!(
            owed,
            [
                Owed::OpenChannel,
                Owed::Tell,
                Owed::LearnPerson,
                Owed::LearnPerson
            ]
        );
        let people: Vec<_> = change.incident.people().map(PersonId::as_str).collect();
        assert_eq!(people, ["U0ALICE0001", "U0BOB000001"]);
        assert_eq!(change.incident.responders[1].acted_at, None);
        assert_eq!(change.entries.len(), 1);
        assert!(!change.incident.is_customer_impacted());
    }

    #[test]
    fn customers_that_are_hurt_are_hurt_from_now_on() {
        let change =
            Incident::declare(IncidentId(7), request(CustomerImpact::Yes), &alice(), None).unwrap();
        assert!(change.incident.is_customer_impacted());
        assert_eq!(change.incident.impacts[0].started_at, alice().at);
        assert!(matches!(change.entries[1].what, What::ImpactStarted { .. }));
    }

    #[test]
    fn a_message_goes_on_the_timeline_with_its_own_author_and_time() {
        let message = AddMessage {
            channel: ChannelId::from("C0GENERAL01"),
            ts: MessageTs::from("1795440000.000100"),
            thread_ts: None,
            author: add_to_incident::Author {
                id: Some(PersonId::from("U0BOB000001")),
                name: None,
            },
            text: "I am working on a fix.".to_owned(),
            permalink: None,
            edited: None,
            files: Vec::new(),
        };
        let change = in_its_channel("Checkout")
            .add_message(message, &alice())
            .unwrap();
        let entry = &change.entries[0];
        assert_eq!(
            entry.author,
            Some(Author::Person(PersonId::from("U0BOB000001")))
        );
        assert_eq!(entry.happened_at, Moment::from_epoch_seconds(1_795_440_000));
        assert_eq!(entry.recorded_at, alice().at);
        assert_eq!(entry.recorded_by, Some(alice().person));
        let owed: Vec<_> = change.effects.iter().map(Effect::owed).collect();
        assert_eq!(owed, [Owed::LearnPerson, Owed::Mark, Owed::FindPermalink]);
    }
}
