//! Effects of a status change: the time of resolution and the duration of the impact.

use serde_json::json;

use crate::harness::prelude::*;
use crate::update::update::assert_one_announcement;

#[test]
fn reopening_clears_the_resolution_time() {
    over_both_transports(async |world, [alice, bob, ..]| {
        world.change_settings(&[("reminder_minutes", json!({}))]);
        let hurt = [("Customer impact", "Yes"), SEV_2];
        let declared = alice.declares_with("Checkout is slow", &hurt).await;
        bob.joins(&declared.channel).await;
        let glance = MessageText {
            severity: "🟠 SEV-2 High",
            impact: "since 2026-11-23 14:05 UTC",
            ..MessageText::default()
        };
        for step in status_steps(glance) {
            step.apply_and_check(world, &declared).await;
        }
        assert_one_announcement(world, &declared);
        assert_eq!(
            world.timeline(1).await,
            [
                "alice declared it as SEV-2, customer impact yes",
                "alice added an impact",
                "bob changed status “active” to “stable”",
                "bob changed status “stable” to “resolved”",
                "bob ended the impact",
                "bob changed status “resolved” to “active”",
                "bob changed status “active” to “resolved”",
            ]
        );
    });
}

/// A status change, its time in minutes after the declaration, and the expected header.
struct StatusStep {
    minutes: i64,
    expected: MessageText<'static>,
    activity: &'static str,
}

/// The posts of the status changes, each with its time in minutes after the declaration.
const STATUS_ACTIVITIES: [(i64, &str); 4] = [
    (10, "bob changed status ACTIVE → STABLE"),
    (25, "bob changed status STABLE → RESOLVED"),
    (60, "bob changed status RESOLVED → ACTIVE"),
    (120, "bob changed status ACTIVE → RESOLVED"),
];

fn status_steps(glance: MessageText<'static>) -> Vec<StatusStep> {
    let stable = MessageText {
        status: "STABLE",
        ..glance
    };
    let resolved = MessageText {
        severity: "🟠 SEV-2 High",
        status: "RESOLVED",
        impact: "ended after 25 min",
        times: "Declared by alice 2026-11-23 14:05 UTC · \
                Resolved 2026-11-23 14:30 UTC after 25 min",
        ..glance
    };
    let reopened = MessageText {
        impact: "ended after 25 min",
        ..glance
    };
    let resolved_again = MessageText {
        times: "Declared by alice 2026-11-23 14:05 UTC · \
                Resolved 2026-11-23 16:05 UTC after 2 hours",
        ..resolved
    };
    let texts = [stable, resolved, reopened, resolved_again];
    let steps = STATUS_ACTIVITIES.into_iter().zip(texts);
    steps
        .map(|((minutes, activity), expected)| StatusStep {
            minutes,
            expected,
            activity,
        })
        .collect()
}

impl StatusStep {
    async fn apply_and_check(&self, world: &World, declared: &DeclaredIncident) {
        let bob = world.user("bob");
        world.advance_to_minute(self.minutes).await;
        let change = [("Status", self.expected.status)];
        bob.updates(&declared.channel, &change).await;
        let mut post = self.activity.to_owned();
        if self.minutes == 25 {
            post += "\nbob ended the impact.";
            assert_eq!(
                bob.reads_ephemeral().len(),
                1,
                "the reply that the impact ended now"
            );
        }
        assert_eq!(bob.reads(&declared.channel), [self.expected.header(), post]);
        assert_eq!(bob.reads("#incidents"), [self.expected.announcement()]);
        assert_eq!(
            bob.reads_thread("#incidents", &declared.announcement_ts),
            [self.activity]
        );
    }
}
