//! What a change of status does: when it was resolved, and for how long customers were hurt.

use serde_json::json;

use super::glance::Glance;
use super::update::has_one_card;
use super::world::by_each_door;

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
        let steps = [
            (
                10,
                "STABLE",
                Glance {
                    status: "STABLE",
                    ..glance
                },
                "bob changed the status from ACTIVE to STABLE.",
            ),
            (
                25,
                "RESOLVED",
                Glance {
                    severity: ":large_green_circle: SEV-2 High",
                    status: "RESOLVED",
                    impact: "ended after 25 minutes",
                    times: "Declared by alice 2026-11-23 14:05 UTC · \
                            Resolved 2026-11-23 14:30 UTC after 25 minutes",
                    ..glance
                },
                "bob changed the status from STABLE to RESOLVED.",
            ),
            (
                60,
                "ACTIVE",
                Glance {
                    impact: "ended after 25 minutes",
                    ..glance
                },
                "bob changed the status from RESOLVED to ACTIVE.",
            ),
            (
                120,
                "RESOLVED",
                Glance {
                    severity: ":large_green_circle: SEV-2 High",
                    status: "RESOLVED",
                    impact: "ended after 25 minutes",
                    times: "Declared by alice 2026-11-23 14:05 UTC · \
                            Resolved 2026-11-23 16:05 UTC after 2 hours",
                    ..glance
                },
                "bob changed the status from ACTIVE to RESOLVED.",
            ),
        ];
        for (minutes, status, glance, told) in steps {
            world.comes_to(minutes).await;
            bob.updates(&declared.channel, &[("Status", status)]).await;
            let mut post = told.to_owned();
            if minutes == 25 {
                post += "\nbob ended the impact.";
                assert_eq!(bob.reads_alone().len(), 1, "that it ended now");
            }
            assert_eq!(bob.reads(&declared.channel), [glance.header(), post]);
            assert_eq!(bob.reads("#incidents"), [glance.card()]);
            assert_eq!(bob.reads_thread("#incidents", &declared.card), [told]);
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
