//! The form of `/datadog incident update`: filled in with how things stand, and patient.

use super::glance::Glance;
use super::world::by_each_door;

#[tokio::test]
async fn an_untouched_form_changes_nothing_and_tells_nobody() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice
            .declares_with("Checkout is slow", &[("Severity Level", "SEV-3 Moderate")])
            .await;
        bob.joins(&declared.channel).await;
        bob.says(&declared.channel, "/datadog inc edit").await;
        let form = bob.form();
        assert_eq!(
            (form.title.as_str(), form.submit.as_deref()),
            ("Update IR-1", Some("Save"))
        );
        let fields: Vec<_> = form.labels().iter().map(|it| bob.field(it)).collect();
        assert_eq!(
            form.labels(),
            [
                "Title",
                "Severity Level",
                "Status",
                "Detection Method",
                "What happened",
                "Why it happened",
                "Incident Commander"
            ]
        );
        let stand = [
            "Checkout is slow",
            "SEV-3",
            "active",
            "unknown",
            "",
            "",
            "U0ALICE0001",
        ];
        assert_eq!(fields, stand);
        let seen = bob.submits(&[]).await;
        assert_eq!(seen.view, None, "the form closed");
        assert_eq!(world.timeline(1).await.len(), 1);
        assert_eq!(bob.reads(&declared.channel), [""; 0]);
        assert_eq!(bob.reads("#incidents"), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_title_and_a_commander_are_needed_and_nothing_else_is_lost() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        alice
            .says(&declared.channel, "/datadog incident update")
            .await;
        alice.fills(&[("What happened", "Carts time out.")]).await;
        let long = "x".repeat(300);
        let attempts = [
            ("Title", "", "Please complete this required field."),
            ("Title", "\u{2060}", "An incident needs a title."),
            (
                "Title",
                &long,
                "This title is 300 characters long; 255 is the most. \
                 Please shorten it: nothing of what you typed is lost.",
            ),
        ];
        for (field, value, error) in attempts {
            let seen = alice.submits(&[(field, value)]).await;
            assert_eq!(seen.errors[field], error);
            assert_eq!(alice.field(field), value);
            assert_eq!(alice.field("What happened"), "Carts time out.");
        }
        alice.fills(&[("Title", "Checkout is slow")]).await;
        alice.empties("Incident Commander").await;
        let seen = alice.submits(&[]).await;
        assert_eq!(
            seen.errors["Incident Commander"],
            "Please complete this required field."
        );
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_a_long_text_the_channel_is_told_the_beginning_and_the_header_says_it_all() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let long = "Carts time out. ".repeat(74) + "And then it was.";
        assert_eq!(long.len(), 1200);
        alice
            .updates(&declared.channel, &[("What happened", &long)])
            .await;
        let more = format!("What happened\n{long}\n");
        let glance = Glance {
            more: &more,
            ..Glance::default()
        };
        let told = format!("alice wrote What happened: {}…", &long[..299].trim_end());
        assert_eq!(alice.reads(&declared.channel), [glance.header(), told]);
    })
    .await;
}
