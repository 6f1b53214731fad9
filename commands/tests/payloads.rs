//! Any payload is parsed without a panic, with unknown fields as well as missing ones.

use muster_commands::modal::ViewSubmission;
use muster_commands::payload::interaction::Interaction;
use muster_commands::payload::{button_click, events};
use muster_commands::{add_to_incident, incident_picker};
use proptest::prelude::*;
use serde_json::Value;

/// Generates any JSON that has the keys that the readers use, at any level.
fn any_payload() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "(view_submission|event_callback|message|message_changed|channel_rename|rich_text|.{0,5})"
            .prop_map(Value::from),
    ];
    let keys = "(type|event|subtype|user|id|channel|name|message|ts|message_ts|text|blocks|elements|\
                attachments|fields|files|view|private_metadata|actions|action_id|value|team|tokens|bot)";
    leaf.prop_recursive(6, 80, 8, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::btree_map(keys, inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_payload_is_read_or_rejected(payload in any_payload()) {
        let _ = (events::event_id(&payload), events::read(&payload), incident_picker::query(&payload));
        let rejection = match Interaction::from(payload.clone()) {
            Interaction::ViewSubmission(form) if *form == ViewSubmission::default() => {
                // The payload was malformed.
                prop_assert!(form.validate().is_err());
                None
            }
            Interaction::ViewSubmission(form) => form.validate().err(),
            Interaction::Other(other) => {
                prop_assert_eq!(&other, &payload);
                None
            }
        };
        let rejections = [
            rejection,
            add_to_incident::read(&payload).err(),
            button_click::read(&payload).err(),
        ];
        for rejection in rejections.into_iter().flatten() {
            prop_assert!(payload.pointer(rejection.missing).and_then(Value::as_str).is_none_or(str::is_empty));
        }
        if let Ok(message) = add_to_incident::read(&payload) {
            prop_assert!(!message.text.trim().is_empty());
        }
    }
}
