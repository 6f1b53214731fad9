//! Privacy: a private incident is known to those who take part. Every surface of the bot is looked at by
//! somebody inside and by somebody outside.

use muster::sandbox::Down;
use proptest::prelude::*;

use super::outside::{
    NO_SUCH, SECRET, channel, declares_private, everything_inside_is_read, outside_is_nothing,
};
use super::person::Person;
use super::world::{World, by_each_door};

#[tokio::test]
async fn an_incident_that_is_declared_private_is_private_from_the_first() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        declares_private(&alice, &[("Incident Commander", "chioma")]).await;
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #incident-1-payroll-leaked is its channel, and you are in it."]
        );
        let created = world.slack.calls().into_iter();
        let mut created = created.filter(|call| call.method == "conversations.create");
        assert!(created.all(|call| call.arguments["is_private"] == true));
        everything_inside_is_read(world, &["alice", "chioma"]);
        outside_is_nothing(world, &bob).await;
        // Whoever leads it knows of it, though they declared nothing.
        let chioma = world.person("chioma");
        chioma.says("#general", "/datadog incident list").await;
        let listed = chioma.reads_alone();
        assert!(
            listed[0].contains("IR-1 Payroll leaked · UNKNOWN · Private"),
            "{listed:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_private_channel_that_is_refused_is_no_public_one() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let refused = muster::sandbox::Trouble::Error("restricted_action");
        world.slack.fails("conversations.create", 1, refused);
        declares_private(&alice, &[]).await;
        let told = alice.reads_alone();
        assert!(
            told[0].starts_with("IR-1 is stored, but it has no channel."),
            "{told:?}"
        );
        assert_eq!(world.log.take().len(), 1);
        outside_is_nothing(world, &bob).await;
        let pointer = alice.last_alone();
        alice.presses("#general", &pointer.ts, "try_again").await;
        assert_eq!(alice.reads_alone().len(), 2);
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_made_private_is_gone_for_everybody_else_wherever_it_stood() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares(SECRET).await;
        // Bob follows it, looks at it at his Home, and has its form open.
        bob.presses("#incidents", &declared.card, "subscribe").await;
        bob.opens_home().await;
        bob.reads_alone();
        bob.says("#general", "/datadog incident update").await;
        bob.submits(&[("Incident", "1")]).await;
        alice
            .says(&declared.channel, "/datadog incident private")
            .await;
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;

        // His form is answered as one for an incident that there is not.
        let seen = bob.submits(&[("Severity Level", "SEV-1 Critical")]).await;
        assert_eq!(seen.errors.values().next().unwrap(), NO_SUCH);
        bob.closes().await;
        // Nothing of what happens reaches him.
        let next = "incident-1-payroll-leaked-2";
        alice
            .updates(next, &[("Severity Level", "SEV-2 High")])
            .await;
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
    })
    .await;
}

#[tokio::test]
async fn what_waited_to_be_told_when_it_was_made_private_is_told_to_nobody_else() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares(SECRET).await;
        bob.presses("#incidents", &declared.card, "subscribe").await;
        bob.reads_alone();
        alice
            .says(&declared.channel, "/datadog incident update")
            .await;
        world.slack.goes_down(Down::Reset);
        alice
            .submits(&[("Title", "Payroll is on the web"), ("Status", "STABLE")])
            .await;
        alice
            .says(&declared.channel, "/datadog incident private")
            .await;
        world.slack.comes_back();
        world.later(60).await;
        world.catches_up().await;
        world.log.take();
        everything_inside_is_read(world, &["alice"]);
        outside_is_nothing(world, &bob).await;
    })
    .await;
}

#[tokio::test]
async fn no_form_offers_a_private_incident_to_anybody_else() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        declares_private(&alice, &[]).await;
        everything_inside_is_read(world, &["alice"]);
        alice.declares("Search is down").await;
        everything_inside_is_read(world, &["alice"]);
        let ts = bob.writes("#general", "Something is odd.").await;
        bob.says("#general", "/datadog incident update").await;
        numbers_are_no_help(&bob).await;
        bob.chooses("#general", &ts, "add_to_incident").await;
        numbers_are_no_help(&bob).await;
        bob.says("#general", "/datadog incident list").await;
        let listed = bob.reads_alone();
        assert!(
            listed.len() == 1 && !listed[0].contains("IR-1 "),
            "{listed:?}"
        );
        // Whoever takes part is offered both.
        alice.says("#general", "/datadog incident update").await;
        assert_eq!(alice.offered("Incident", "").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_was_chosen_before_it_was_private_is_answered_as_what_there_is_not() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares(SECRET).await;
        let ts = bob.writes("#general", "Something is odd.").await;
        bob.chooses("#general", &ts, "add_to_incident").await;
        bob.fills(&[("Incident", "1")]).await;
        alice
            .says(&declared.channel, "/datadog incident private")
            .await;
        everything_inside_is_read(world, &["alice"]);
        let seen = bob.submits(&[]).await;
        assert_eq!(seen.errors["Incident"], NO_SUCH);
        bob.closes().await;
        outside_is_nothing(world, &bob).await;
    })
    .await;
}

/// Tries the form that asks which incident is meant: whatever is typed there, it does not offer IR-1.
async fn numbers_are_no_help(bob: &Person<'_>) {
    for typed in ["", "1", "IR-1", "payroll"] {
        let offered = bob.offered("Incident", typed).await;
        let others = offered.iter().all(|it| it.starts_with("IR-2 "));
        assert!(others, "{typed}: {offered:?}");
    }
    bob.closes().await;
}

/// What may happen to an incident before an outsider looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    MakePrivate,
    MakePublic,
    Update,
    Retitle,
    Invite,
    /// A note, a task for somebody, a follow-up, a link.
    Work,
    /// A message of the channel is pinned, and somebody else's of #incidents is added.
    AddMessages,
    /// Nobody says anything for so long that the channel is reminded.
    Silence,
    Repair,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happened before, an outsider of a private incident reads nothing of it anywhere, and somebody
    /// inside reads it everywhere.
    #[test]
    fn nobody_outside_reads_of_a_private_incident_whatever_happened_to_it(
        steps in prop::collection::vec(
            prop::sample::select(vec![
                Step::MakePrivate, Step::MakePublic, Step::Update, Step::Retitle, Step::Invite,
                Step::Work, Step::AddMessages, Step::Silence, Step::Repair,
            ]),
            1..6,
        ),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(super::world::over_http(async |world| follows(world, &steps).await));
    }
}

async fn follows(world: &World, steps: &[Step]) {
    let (alice, bob) = (world.person("alice"), world.person("bob"));
    alice.declares(SECRET).await;
    let mut is_private = false;
    for step in steps.iter().chain(&[Step::MakePrivate]) {
        match step {
            Step::MakePrivate => is_private = true,
            Step::MakePublic => is_private = false,
            _ => {}
        }
        happens(world, *step).await;
        world.catches_up().await;
        everything_inside_is_read(world, &["alice", "chioma"]);
        if is_private {
            outside_is_nothing(world, &bob).await;
        } else {
            bob.reads_direct();
        }
        alice.says("#general", "/datadog incident list").await;
        let listed = alice.reads_alone();
        assert!(listed[0].contains("IR-1 "), "{listed:?}");
    }
}

/// Has alice do something in the incident's channel.
async fn happens(world: &World, step: Step) {
    let alice = world.person("alice");
    let here = channel(world);
    match step {
        Step::MakePrivate | Step::MakePublic => {
            let to = if step == Step::MakePrivate {
                "private"
            } else {
                "public"
            };
            alice.says(&here, &format!("/datadog incident {to}")).await;
        }
        Step::Update => drop(alice.updates(&here, &[("Status", "STABLE")]).await),
        Step::Retitle => {
            let title = ("Title", "Payroll is on the web");
            alice.updates(&here, &[title]).await;
        }
        Step::Invite => alice.invites(&here, "chioma").await,
        Step::Work => {
            for typed in [
                "incident note Payroll was mailed out.",
                "task Call the payroll office @chioma",
                "followup Ask why payroll could be read",
                "incident link https://runbook.example/payroll Payroll",
                "incident timeline",
            ] {
                alice.says(&here, &format!("/datadog {typed}")).await;
            }
        }
        Step::AddMessages => {
            let ts = alice.writes(&here, "Payroll is in the mail.").await;
            alice.reacts(&here, &ts, "pushpin").await;
            let bob = world.person("bob");
            let ts = bob.writes("#incidents", "Why is everybody so busy?").await;
            alice.chooses("#incidents", &ts, "add_to_incident").await;
            alice.submits(&[("Incident", "1")]).await;
            let topic = world.slack.topic(&here);
            let is_private = topic.ends_with(" · Private");
            let marks = world.slack.reactions("#incidents", &ts).len();
            assert_eq!(marks, usize::from(!is_private), "{topic}");
        }
        Step::Silence => world.leaps(61 * 60).await,
        Step::Repair => drop(alice.says(&here, "/datadog incident repair").await),
    }
}
