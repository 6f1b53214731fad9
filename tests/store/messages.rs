//! Slack messages on a timeline, and those that wait for one.

use super::kept::{Kept, alice, at, message};
use muster::domain::{By, Incident, Refusal, Viewer, What};
use muster::store::{Edit, Held, Key};
use muster_commands::add_to_incident::AddMessage;
use muster_commands::{ChannelId, EventId, IncidentId, MessageTs, Severity};

#[tokio::test]
async fn a_message_is_on_a_timeline_once_and_its_edits_are_followed() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev2).await.id;
    let add = |key: &'static str| {
        kept.store
            .change(Viewer::Operator, id, Key::action(key), |incident| {
                incident.add_message(message("1795440000.000100"), &alice())
            })
    };
    add("1").await.unwrap();
    // The same click again is the first one, delivered twice.
    add("1").await.unwrap();
    let again = add("2").await.unwrap_err();
    assert_eq!(again.to_string(), "Already on the timeline.");
    assert_eq!(
        kept.store
            .timeline(Viewer::Operator, id)
            .await
            .unwrap()
            .len(),
        3
    );

    is_edited_once(&kept, id).await;
}

#[tokio::test]
async fn a_message_that_is_on_the_timeline_already_is_refused_and_takes_nothing_from_others() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev2).await.id;
    // Later each time: so what is refused would have been written as what somebody did last.
    let adds = |key: &'static str, seconds: i64| {
        let by = By::new(alice().person, at(seconds));
        let add =
            move |incident: &Incident| incident.add_message(message("1795440000.000100"), &by);
        kept.store.change(Viewer::Operator, id, Key::view(key), add)
    };
    adds("V2", 60).await.unwrap();

    // While the writer is busy, both come together.
    let (begin, begun) = tokio::sync::oneshot::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let busy = kept.store.declare(Key::view("V3"), move |_, _| {
        let _ = begin.send(());
        let _ = ended.recv();
        Err(Refusal("No.".to_owned()).into())
    });
    let both = async {
        begun.await.unwrap();
        let both = async { tokio::join!(adds("V4", 120), kept.declares("V5", Severity::Sev3)) };
        let mut both = std::pin::pin!(both);
        assert!(futures_util::poll!(both.as_mut()).is_pending());
        drop(end);
        both.await
    };
    let (_, (again, other)) = tokio::join!(busy, both);
    assert_eq!(again.unwrap_err().to_string(), "Already on the timeline.");
    assert_eq!(other.id, IncidentId(2));
}

async fn is_edited_once(kept: &Kept, id: IncidentId) {
    let edit = |text: &'static str| {
        let edit = Edit {
            channel: ChannelId::from("C0GENERAL01"),
            ts: MessageTs::from("1795440000.000100"),
            text: text.to_owned(),
            said_at: MessageTs::from("1795440009.000200"),
        };
        let key = Key::event(&EventId::from(text));
        kept.store.follow_edit(key, edit, at(9))
    };
    assert_eq!(edit("I fixed it.").await.unwrap(), 1);
    assert_eq!(edit("I fixed it.").await.unwrap(), 0);
    let first = kept
        .store
        .timeline(Viewer::Operator, id)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        first.what,
        What::Message {
            text: "I fixed it.".to_owned()
        },
        "it happened before the incident was declared"
    );
}

#[tokio::test]
async fn a_long_message_is_held_whole_and_as_it_is_until_an_incident_is_chosen() {
    let kept = Kept::new();
    let long = AddMessage {
        text: "ä".repeat(30_000),
        ..message("1795440000.000100")
    };
    let held = async || {
        let held = kept.store.held(long.channel.clone(), long.ts.clone());
        held.await.unwrap()
    };
    let hold = async |message: &AddMessage| kept.store.hold(message.clone(), at(0)).await.unwrap();
    assert_eq!(held().await, None);
    hold(&long).await;
    assert_eq!(held().await, Some(Held::There(Box::new(long.clone()))));

    // Edits may come in the wrong order, and a click that shows an older one after them.
    for (event, second, text) in [("Ev1", "5", "Second."), ("Ev2", "4", "First.")] {
        let edit = Edit {
            channel: long.channel.clone(),
            ts: long.ts.clone(),
            text: text.to_owned(),
            said_at: MessageTs(format!("179544000{second}.000100")),
        };
        let key = Key::event(&EventId(event.to_owned()));
        let followed = kept.store.follow_edit(key, edit, at(9)).await;
        assert_eq!(followed.unwrap(), 0, "it is on no timeline");
    }
    hold(&long).await;
    let Some(Held::There(now)) = held().await else {
        panic!("it is held");
    };
    assert_eq!(now.text, "Second.");

    let key = Key::event(&EventId("Ev3".to_owned()));
    let (channel, ts) = (long.channel.clone(), long.ts.clone());
    let deleted = kept.store.follow_deletion(key, channel, ts, at(10)).await;
    deleted.unwrap();
    assert_eq!(held().await, Some(Held::Deleted));
}
