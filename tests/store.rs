//! The store on a real file: what was kept is read back, and what was refused leaves no trace.
#![allow(clippy::unwrap_used)]

use chrono::Duration;
use muster::domain::{
    By, Change, Effect, Incident, Line, Moment, Owed, Place, Receipt, Refusal, What,
};
use muster::error::Error;
use muster::store::{Attempt, Doubt, Key, Sent, Store};
use muster_commands::add_to_incident::{AddMessage, Author};
use muster_commands::declare::Declare;
use muster_commands::update::Update;
use muster_commands::{
    ChannelId, CustomerImpact, EventId, IncidentId, MessageTs, PersonId, Severity, Status,
};
use tempfile::TempDir;

struct Kept {
    store: Store,
    folder: TempDir,
}

impl Kept {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(&folder.path().join("incidents.db")).unwrap();
        Self { store, folder }
    }

    /// Closes the store and opens it again, as a restart does.
    fn restarted(self) -> Self {
        let Self { store, folder } = self;
        drop(store);
        // The lock goes with the last clone; nothing else holds one here.
        let store = Store::open(&folder.path().join("incidents.db")).unwrap();
        Self { store, folder }
    }

    async fn declares(&self, key: &str, severity: Severity) -> Incident {
        self.store
            .declare(Key::view(key), move |id| {
                Incident::declare(id, request(severity), &alice(), Some(general()))
            })
            .await
            .unwrap()
    }

    /// What is due of one kind, by incident number.
    async fn due(&self, kind: Owed, now: Moment) -> Vec<(i64, i64)> {
        let due = self.store.due(vec![kind], now, 100).await.unwrap();
        due.ready
            .iter()
            .map(|ready| (ready.delivery.incident.number(), ready.delivery.id))
            .collect()
    }

    async fn begins(&self, kind: Owed, now: Moment) -> Attempt {
        let (_, id) = self.due(kind, now).await[0];
        self.store.begin(id, now).await.unwrap().unwrap()
    }

    async fn opens_channel(&self, number: i64) {
        let attempt = self.begins(Owed::OpenChannel, at(0)).await;
        let receipt = Receipt::Channel {
            id: ChannelId::from(format!("C{number:08}").as_str()),
            name: format!("incident-{number}"),
        };
        self.settles(attempt, receipt).await;
    }

    async fn settles(&self, attempt: Attempt, receipt: Receipt) {
        let along = attempt.along.iter().map(|delivery| delivery.id).collect();
        let sent = Sent { receipt, along };
        self.store
            .delivered(attempt.delivery, sent, at(0))
            .await
            .unwrap();
    }

    async fn changes(&self, id: IncidentId, key: &str, request: Update) -> Incident {
        self.store
            .change(id, Key::view(key), move |incident| {
                incident.update(request, &alice())
            })
            .await
            .unwrap()
    }
}

fn at(seconds: i64) -> Moment {
    Moment::from_epoch_seconds(1_795_447_205).after(Duration::seconds(seconds))
}

fn alice() -> By {
    By::new(PersonId::from("U0ALICE0001"), at(0))
}

fn general() -> Place {
    Place {
        channel: ChannelId::from("C0GENERAL01"),
        response_url: Some("https://hooks.example/1".to_owned()),
    }
}

fn request(severity: Severity) -> Declare {
    Declare {
        title: "<!channel> *Überlast* &lt; 🔥".to_owned(),
        severity,
        commander: PersonId::from("U0BOB000001"),
        customer_impact: CustomerImpact::Yes,
        signals: vec![
            "https://example.com/a".to_owned(),
            "https://example.com/b".to_owned(),
        ],
    }
}

fn status(status: Status) -> Update {
    Update {
        status: Some(status),
        ..Update::default()
    }
}

fn message(ts: &str) -> AddMessage {
    AddMessage {
        channel: ChannelId::from("C0GENERAL01"),
        ts: MessageTs::from(ts),
        thread_ts: None,
        author: Author {
            id: Some(PersonId::from("U0BOB000001")),
            name: None,
        },
        text: "I am working on a fix.".to_owned(),
        permalink: None,
        files: Vec::new(),
    }
}

#[tokio::test]
async fn an_incident_reads_back_as_it_was_declared_also_after_a_restart() {
    let kept = Kept::new();
    let declared = kept.declares("V1", Severity::Sev2).await;
    let expected = Incident::declare(IncidentId(1), request(Severity::Sev2), &alice(), None)
        .unwrap()
        .incident;
    assert_eq!(declared, expected);
    let kept = kept.restarted();
    assert_eq!(kept.store.incident(IncidentId(1)).await.unwrap(), expected);
    let timeline = kept.store.timeline(IncidentId(1)).await.unwrap();
    assert_eq!(timeline.len(), 2);
    assert!(matches!(timeline[0].what, What::Declared { .. }));
}

#[tokio::test]
async fn the_same_form_twice_declares_once() {
    let kept = Kept::new();
    let first = kept.declares("V1", Severity::Sev2).await;
    let again = kept.declares("V1", Severity::Sev2).await;
    assert_eq!(first, again);
    assert_eq!(kept.store.open_incidents(10).await.unwrap().1, 1);
    assert_eq!(kept.due(Owed::OpenChannel, at(0)).await.len(), 1);
}

#[tokio::test]
async fn a_decision_that_refuses_leaves_no_trace() {
    let kept = Kept::new();
    let refused = kept
        .store
        .declare(Key::view("V1"), |_| Err(Refusal("No.".to_owned())))
        .await;
    assert!(matches!(refused, Err(Error::Refused(why)) if why == "No."));
    let incident = kept.declares("V1", Severity::Sev2).await;
    assert_eq!(incident.id, IncidentId(1), "no number is used up");

    let before = kept.store.backlog().await.unwrap();
    let refused = kept
        .store
        .change(incident.id, Key::view("V2"), |_| {
            Err(Refusal("No.".to_owned()))
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(kept.store.incident(incident.id).await.unwrap(), incident);
    assert_eq!(kept.store.backlog().await.unwrap(), before);
}

#[tokio::test]
async fn a_request_that_panics_takes_nothing_and_nobody_with_it() {
    let kept = Kept::new();
    let others = (0..20).map(|number| {
        let kept = &kept;
        async move { kept.declares(&format!("V{number}"), Severity::Sev3).await }
    });
    let broken = kept
        .store
        .declare(Key::view("VX"), |_| panic!("on purpose"));
    let (declared, broken) = tokio::join!(futures_util::future::join_all(others), broken);
    assert!(matches!(broken, Err(Error::Internal(_))));
    let mut numbers: Vec<_> = declared
        .iter()
        .map(|incident| incident.id.number())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_message_is_on_a_timeline_once_and_its_edits_are_followed() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev2).await.id;
    let add = |key: &'static str| {
        kept.store.change(id, Key::action(key), |incident| {
            incident.add_message(message("1795440000.000100"), &alice())
        })
    };
    add("1").await.unwrap();
    // The same click again is the first one, delivered twice.
    add("1").await.unwrap();
    let again = add("2").await.unwrap_err();
    assert_eq!(again.to_string(), "Already on the timeline.");
    assert_eq!(kept.store.timeline(id).await.unwrap().len(), 3);

    let edit = |text: &'static str| {
        let (channel, ts) = (
            ChannelId::from("C0GENERAL01"),
            MessageTs::from("1795440000.000100"),
        );
        let key = Key::event(&EventId::from(text));
        kept.store
            .follow_edit(key, channel, ts, text.to_owned(), at(9))
    };
    assert_eq!(edit("I fixed it.").await.unwrap(), 1);
    assert_eq!(edit("I fixed it.").await.unwrap(), 0);
    let first = kept.store.timeline(id).await.unwrap().remove(0);
    assert_eq!(
        first.what,
        What::Message {
            text: "I fixed it.".to_owned()
        },
        "it happened before the incident was declared"
    );
}

#[tokio::test]
async fn a_post_waits_for_the_channel_and_another_incident_does_not() {
    let kept = Kept::new();
    kept.declares("V1", Severity::Sev3).await;
    kept.declares("V2", Severity::Sev1).await;
    assert!(kept.due(Owed::Tell, at(0)).await.is_empty());
    let waiting = kept.due(Owed::OpenChannel, at(0)).await;
    let order: Vec<_> = waiting.iter().map(|(incident, _)| *incident).collect();
    assert_eq!(order, [2, 1], "the worse one goes first");
    kept.opens_channel(2).await;
    let told: Vec<_> = kept
        .due(Owed::Tell, at(0))
        .await
        .iter()
        .map(|(incident, _)| *incident)
        .collect();
    assert_eq!(told, [2]);
}

#[tokio::test]
async fn worse_incidents_overtake_when_they_become_worse() {
    let kept = Kept::new();
    kept.declares("V1", Severity::Sev3).await;
    let second = kept.declares("V2", Severity::Sev4).await;
    let worse = Update {
        severity: Some(Severity::Sev1),
        ..Update::default()
    };
    kept.changes(second.id, "V3", worse).await;
    assert_eq!(kept.due(Owed::OpenChannel, at(0)).await[0].0, 2);
}

#[tokio::test]
async fn forty_changes_while_slack_is_down_become_one_card_and_one_post() {
    let kept = Kept::new();
    let id = kept.declares("V0", Severity::Sev3).await.id;
    kept.opens_channel(1).await;
    for number in 1..=20 {
        kept.changes(id, &format!("S{number}"), status(Status::Stable))
            .await;
        kept.changes(id, &format!("A{number}"), status(Status::Active))
            .await;
    }
    let card = kept.begins(Owed::ShowCard, at(0)).await;
    assert_eq!(card.along.len(), 40, "all later ones say the same");
    kept.settles(card, Receipt::Nothing).await;
    assert!(kept.due(Owed::ShowCard, at(0)).await.is_empty());
    let told = kept.begins(Owed::Tell, at(0)).await;
    assert_eq!(told.along.len(), 40);
    kept.settles(told, Receipt::Nothing).await;
    assert!(kept.due(Owed::Tell, at(0)).await.is_empty());
}

#[tokio::test]
async fn an_attempt_is_counted_before_it_is_made_and_leaves_a_doubt() {
    let kept = Kept::new();
    kept.declares("V1", Severity::Sev3).await;
    let first = kept.begins(Owed::OpenChannel, at(5)).await;
    assert_eq!(
        (first.delivery.attempts, first.delivery.doubt),
        (1, Doubt::None)
    );
    // The bot was killed: nobody knows what became of the attempt.
    let kept = kept.restarted();
    let second = kept.begins(Owed::OpenChannel, at(60)).await;
    assert_eq!(
        (second.delivery.attempts, second.delivery.doubt),
        (2, Doubt::Since(at(5)))
    );
    // Slack surely did nothing this time and before: no doubt is left.
    let id = second.delivery.id;
    kept.store
        .postpone(id, at(90), Doubt::None, "limited".to_owned())
        .await
        .unwrap();
    assert!(kept.due(Owed::OpenChannel, at(89)).await.is_empty());
    let due = kept
        .store
        .due(vec![Owed::OpenChannel], at(60), 10)
        .await
        .unwrap();
    assert_eq!(due.next, Some(at(90)));
    kept.store.hurry(at(61)).await.unwrap();
    assert_eq!(
        kept.begins(Owed::OpenChannel, at(61)).await.delivery.doubt,
        Doubt::None
    );
}

#[tokio::test]
async fn what_was_given_up_can_be_tried_again_once_for_each_click() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev3).await.id;
    let attempt = kept.begins(Owed::OpenChannel, at(0)).await;
    let delivery = attempt.delivery.id;
    let why = "Ask an admin.".to_owned();
    kept.store
        .give_up(attempt.delivery, why, at(1))
        .await
        .unwrap();
    assert!(kept.due(Owed::OpenChannel, at(1)).await.is_empty());
    let timeline = kept.store.timeline(id).await.unwrap();
    assert!(matches!(
        timeline.last().unwrap().what,
        What::Undelivered { .. }
    ));

    let again = |trigger: &'static str| kept.store.try_again(delivery, Key::action(trigger), at(2));
    assert!(again("T1").await.unwrap().is_some());
    assert!(
        again("T1").await.unwrap().is_some(),
        "the same click, delivered again"
    );
    assert!(
        again("T2").await.unwrap().is_none(),
        "there is nothing left to try"
    );
}

#[tokio::test]
async fn an_open_incident_without_a_card_is_owed_one() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev3).await.id;
    kept.opens_channel(1).await;
    let card = kept.begins(Owed::ShowCard, at(0)).await;
    kept.settles(card, Receipt::Nothing).await;
    let reply = kept.begins(Owed::Reply, at(0)).await;
    kept.settles(reply, Receipt::Nothing).await;
    assert_eq!(kept.store.owe_cards(at(1)).await.unwrap(), 1);
    let card = kept.begins(Owed::ShowCard, at(1)).await;
    let receipt = Receipt::Message {
        channel: ChannelId::from("C0INCIDENTS"),
        ts: MessageTs::from("1.000001"),
    };
    kept.settles(card, receipt).await;
    assert_eq!(kept.store.owe_cards(at(2)).await.unwrap(), 0);
    assert!(kept.store.incident(id).await.unwrap().card.is_some());
}

#[tokio::test]
async fn open_incidents_are_found_by_number_and_by_words() {
    let kept = Kept::new();
    for number in 1..=12 {
        kept.declares(&format!("V{number}"), Severity::Sev3).await;
    }
    kept.changes(IncidentId(3), "R", status(Status::Resolved))
        .await;
    let cases: [(&str, &[i64]); 5] = [
        ("IR-1", &[12, 11, 10, 1]),
        ("3", &[]),
        ("überlast", &[12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1]),
        ("100%", &[]),
        ("", &[12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1]),
    ];
    for (words, expected) in cases {
        let found = kept.store.search_open(words.to_owned(), 100).await.unwrap();
        let numbers: Vec<_> = found.iter().map(|it| it.id.number()).collect();
        assert_eq!(numbers, expected, "{words}");
    }
}

#[tokio::test]
async fn a_second_bot_on_the_same_file_is_refused_with_a_sentence() {
    let kept = Kept::new();
    let path = kept.folder.path().join("incidents.db");
    let refusal = Store::open(&path).err().unwrap().to_string();
    assert!(refusal.contains("Another Muster is using"), "{refusal}");
}

#[tokio::test]
async fn what_the_disk_does_not_take_is_not_stored_and_the_store_recovers() {
    let kept = Kept::new();
    kept.declares("V1", Severity::Sev3).await;
    let other = rusqlite::Connection::open(kept.folder.path().join("incidents.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = kept
        .store
        .declare(Key::view("V2"), |id| {
            Incident::declare(id, request(Severity::Sev1), &alice(), None)
        })
        .await;
    assert!(matches!(refused, Err(Error::NotStored(_))));
    assert!(kept.store.probe(at(0)).await.is_err());
    other.execute_batch("ROLLBACK").unwrap();
    kept.store.probe(at(0)).await.unwrap();
    assert_eq!(kept.declares("V2", Severity::Sev1).await.id, IncidentId(2));
}

#[tokio::test]
async fn what_is_done_is_forgotten_after_a_month_and_what_is_owed_is_not() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev3).await.id;
    kept.opens_channel(1).await;
    let owed = kept.store.backlog().await.unwrap().depth;
    kept.store.forget_old(at(31 * 86_400)).await.unwrap();
    assert_eq!(kept.store.backlog().await.unwrap().depth, owed);
    // Its key is forgotten: the same view would now be another request.
    assert_ne!(kept.declares("V1", Severity::Sev3).await.id, id);
}

#[tokio::test]
async fn a_long_message_is_held_whole_until_an_incident_is_chosen() {
    let kept = Kept::new();
    let long = AddMessage {
        text: "ä".repeat(30_000),
        ..message("1795440000.000100")
    };
    kept.store.hold(long.clone(), at(0)).await.unwrap();
    let held = kept
        .store
        .held(long.channel.clone(), long.ts.clone())
        .await
        .unwrap();
    assert_eq!(held, Some(long));
}

#[tokio::test]
async fn a_line_of_the_outbox_reads_back_whatever_people_wrote() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev3).await.id;
    kept.opens_channel(1).await;
    let line = Line::by(
        &alice(),
        What::Message {
            text: "\u{0}\"\\ <!here> 🔥".to_owned(),
        },
    );
    let tell = Effect::Tell { line };
    let queued = tell.clone();
    kept.store
        .change(id, Key::view("V9"), move |incident| {
            let mut change = Change::to(incident.clone(), at(0));
            change.then(queued);
            Ok(change)
        })
        .await
        .unwrap();
    let attempt = kept.begins(Owed::Tell, at(0)).await;
    assert_eq!(attempt.along.last().unwrap().effect, tell);
}
