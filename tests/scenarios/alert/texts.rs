//! Texts of senders are data: they mention no one, and format nothing.

use super::{INCIDENTS, Monitor, firing, suggestion, with};
use crate::field::skip_messages;
use crate::harness::prelude::*;
use serde_json::json;

#[test]
fn texts_of_a_sender_mention_no_one() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let title = "<!channel> *bold* <@U1> \u{202e}right \u{200b}zero";
        let mut alert = firing(world, "a", title);
        alert["labels"]["__proto__"] = json!("<!here>");
        monitor.reports(&[alert]).await;
        let read = alice.reads(INCIDENTS);
        assert!(read[0].contains("<!channel> *bold* <@U1>"), "{read:?}");
        let suggestion = suggestion(world, "<!channel>");
        let start = "&lt;!channel&gt; *bold* &lt;@U1&gt;";
        assert!(suggestion.text.starts_with(start), "{}", suggestion.text);
    });
}

#[test]
fn long_texts_are_shortened() {
    scenario(async |world, [alice, ..]| {
        let monitor = Monitor::new(world).await;
        let long = "x".repeat(100_000);
        let alert = with(firing(world, "a", &long), "/labels/service", &long);
        monitor.reports(&[alert]).await;
        let read = alice.reads(INCIDENTS);
        assert!(read[0].len() < 1_000, "{}", read[0].len());
        let ts = suggestion(world, "xxx").ts;
        alice.clicks(INCIDENTS, &ts, "alert_declare").await;
        alice.submits_and_closes(&[]).await;
        alice.reads_declaration(1);
        skip_messages(world);
    });
}
