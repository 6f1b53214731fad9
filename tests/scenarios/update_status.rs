//! What a change of status does: when it was resolved, and for how long customers were hurt.

use serde_json::json;

use super::glance::Glance;
use super::person::Declared;
use super::update::has_one_card;
use super::world::{World, by_each_door};

#[tokio::test]
async fn resolving_says_when_and_ends_the_impact_and_reopening_takes_that_back() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        world.sets(&[("reminder_minutes", json!({}))]);
        let hurt = [("Customer impact", "Yes"), ("Severity Level", "SEV-2 High")];
        let declared = alice.declares_with("Checkout is slow", &hurt).await;
        bob.joins(&declared.channel).await;
        let glance = Glance {
            severity: ":red_circle: SEV-2 High",
            impact: "since 2026-11-23 14:05 UTC",
            ..Glance::default()
        };
        for step in steps(glance) {
            step.is_told(world, &declared).await;
        }
        has_one_card(world, &declared);
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
    })
    .await;
}

/// A change of the status, so many minutes after the declaration, and what is then to be read.
struct Step {
    minutes: i64,
    glance: Glance<'static>,
    told: &'static str,
}

fn steps(glance: Glance<'static>) -> [Step; 4] {
    let stable = Glance {
        status: "STABLE",
        ..glance
    };
    let resolved = Glance {
        severity: ":large_green_circle: SEV-2 High",
        status: "RESOLVED",
        impact: "ended after 25 minutes",
        times: "Declared by alice 2026-11-23 14:05 UTC · \
                Resolved 2026-11-23 14:30 UTC after 25 minutes",
        ..glance
    };
    let reopened = Glance {
        impact: "ended after 25 minutes",
        ..glance
    };
    let resolved_anew = Glance {
        times: "Declared by alice 2026-11-23 14:05 UTC · \
                Resolved 2026-11-23 16:05 UTC after 2 hours",
        ..resolved
    };
    [
        (10, stable, "bob changed the status from ACTIVE to STABLE."),
        (
            25,
            resolved,
            "bob changed the status from STABLE to RESOLVED.",
        ),
        (
            60,
            reopened,
            "bob changed the status from RESOLVED to ACTIVE.",
        ),
        (
            120,
            resolved_anew,
            "bob changed the status from ACTIVE to RESOLVED.",
        ),
    ]
    .map(|(minutes, glance, told)| Step {
        minutes,
        glance,
        told,
    })
}

impl Step {
    async fn is_told(&self, world: &World, declared: &Declared) {
        let bob = world.person("bob");
        world.comes_to(self.minutes).await;
        let change = [("Status", self.glance.status)];
        bob.updates(&declared.channel, &change).await;
        let mut post = self.told.to_owned();
        if self.minutes == 25 {
            post += "\nbob ended the impact.";
            assert_eq!(bob.reads_alone().len(), 1, "that it ended now");
        }
        assert_eq!(bob.reads(&declared.channel), [self.glance.header(), post]);
        assert_eq!(bob.reads("#incidents"), [self.glance.card()]);
        assert_eq!(bob.reads_thread("#incidents", &declared.card), [self.told]);
    }
}
