//! Slack messages on a timeline, and those that wait for one.

use super::kept::{Kept, alice, at, message};
use muster::domain::{Viewer, What};
use muster::store::{Edit, Key};
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
