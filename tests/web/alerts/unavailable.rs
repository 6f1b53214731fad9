//! A database that accepts no writes: each sender gets the status on which it tries again.

use muster_domain::alert::SourceKind;
use rusqlite::Connection;
use serde_json::json;

use super::intake_scenario;
use super::{Sender, alerts};

#[test]
fn senders_try_again_while_nothing_can_be_stored() {
    intake_scenario(async |world, _| {
        let json = Sender::new(world, SourceKind::Json).await;
        let pagerduty = Sender::new(world, SourceKind::PagerDuty).await;
        let event = json!({
            "event_action": "trigger", "dedup_key": "a",
            "payload": { "summary": "cpu", "source": "prom", "severity": "error" },
        });
        let other = Connection::open(world.database_path()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        for (tool, body, status) in [
            (&json, r#"{"title":"disk"}"#.to_owned(), 503),
            (&pagerduty, event.to_string(), 429),
        ] {
            assert_eq!(tool.sends(body).await.status, status);
            world
                .log
                .accept("Alerts could not be stored: database is locked");
        }
        other.execute_batch("ROLLBACK").unwrap();
        assert!(alerts(world).is_empty());
        assert_eq!(json.sends(r#"{"title":"disk"}"#).await.status, 202);
        assert_eq!(pagerduty.sends(event.to_string()).await.status, 202);
        assert_eq!(alerts(world), ["disk firing 1", "cpu firing 1"]);
    });
}
