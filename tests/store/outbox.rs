//! What is owed: its order, its books, and what is forgotten.

use super::kept::{Kept, alice, at, status};
use muster::domain::{Change, Effect, Line, Owed, Receipt, Viewer, What};
use muster::store::{Cards, Doubt, Key, Sent};
use muster_commands::update::Update;
use muster_commands::{ChannelId, MessageTs, Severity, Status};

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
async fn the_first_post_does_not_overtake_the_header() {
    let kept = Kept::new();
    kept.declares("V1", Severity::Sev3).await;
    let opening = kept.begins(Owed::OpenChannel, at(0)).await;
    let sent = Sent {
        receipt: Receipt::Channel {
            id: ChannelId::from("C1"),
            name: "incident-1".to_owned(),
        },
        along: Vec::new(),
    };
    kept.store
        .delivered(opening.delivery, sent, at(3))
        .await
        .unwrap();
    // The worker reads its clock, then the store: the channel may come to stand between the two.
    assert!(kept.due(Owed::Tell, at(2)).await.is_empty());
    for kind in [Owed::ShowHeader, Owed::Tell] {
        assert_eq!(kept.due(kind, at(3)).await.len(), 1);
    }
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
async fn how_things_stand_is_owed_once_while_none_of_it_is_on_its_way() {
    let kept = Kept::new();
    let id = kept.declares("V0", Severity::Sev3).await.id;
    kept.opens_channel(1).await;
    let because = |reason: usize| Update {
        root_cause: Some(format!("reason {reason}")),
        ..Update::default()
    };
    for reason in 1..=40 {
        kept.changes(id, &format!("C{reason}"), because(reason))
            .await;
    }
    let header = kept.begins(Owed::ShowHeader, at(0)).await;
    assert!(header.along.is_empty(), "{:?}", header.along);
    assert_eq!(header.incident.root_cause, "reason 40");

    // What is on its way was made of how things stood before: this is owed behind it, and once.
    kept.changes(id, "D1", because(41)).await;
    kept.changes(id, "D2", because(42)).await;
    kept.settles(header, Receipt::Nothing).await;
    let next = kept.begins(Owed::ShowHeader, at(0)).await;
    assert_eq!(next.incident.root_cause, "reason 42");
    kept.settles(next, Receipt::Nothing).await;
    assert!(kept.due(Owed::ShowHeader, at(0)).await.is_empty());

    // Of an attempt of which nobody knows the end, a change must not be thought to be told.
    kept.changes(id, "E1", because(43)).await;
    kept.begins(Owed::ShowHeader, at(1)).await;
    let kept = kept.restarted();
    kept.changes(id, "E2", because(44)).await;
    let again = kept.begins(Owed::ShowHeader, at(2)).await;
    assert_eq!(again.along.len(), 1);
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
    let timeline = kept.store.timeline(Viewer::Operator, id).await.unwrap();
    assert!(matches!(
        timeline.last().unwrap().what,
        What::Undelivered { .. }
    ));

    let again = |trigger: &'static str| {
        kept.store
            .try_again(Viewer::Operator, delivery, Key::action(trigger), at(2))
    };
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
    assert_eq!(
        kept.store.owe_cards(Cards::Missing, at(1)).await.unwrap(),
        1
    );
    let card = kept.begins(Owed::ShowCard, at(1)).await;
    let receipt = Receipt::Message {
        channel: ChannelId::from("C0INCIDENTS"),
        ts: MessageTs::from("1.000001"),
    };
    kept.settles(card, receipt).await;
    assert_eq!(
        kept.store.owe_cards(Cards::Missing, at(2)).await.unwrap(),
        0
    );
    assert!(
        kept.store
            .incident(Viewer::Operator, id)
            .await
            .unwrap()
            .card
            .is_some()
    );
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
        .change(Viewer::Operator, id, Key::view("V9"), move |incident| {
            let mut change = Change::to(incident.clone(), at(0));
            change.then(queued);
            Ok(change)
        })
        .await
        .unwrap();
    let attempt = kept.begins(Owed::Tell, at(0)).await;
    assert_eq!(attempt.along.last().unwrap().effect, tell);
}
