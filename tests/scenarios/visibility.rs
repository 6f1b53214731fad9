//! `/datadog incident private` and `public`: the incident moves to another channel, and what is announced
//! of it is taken back.

use muster::sandbox::Trouble;
use muster_commands::buttons;

use super::person::Declared;
use super::world::{World, by_each_door};

const PRIVATE: &str = "/datadog incident private";
const PUBLIC: &str = "/datadog incident public";

/// What the person is told who made it private.
const IS_PRIVATE: &str = "The incident is private from now on: known to those who take part, and not \
     announced. A private channel is on its way; everybody who is here is brought there, and this channel \
     is archived.";

/// The last post of the old channel.
const FAREWELL: &str = "This incident is private from now on, and goes on elsewhere with those who are here. \
     This channel is archived.";

/// Where the incident goes on.
const NEXT: &str = "incident-1-checkout-is-slow-2";

#[tokio::test]
async fn a_private_incident_goes_on_in_a_private_channel_with_the_same_people() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = declared_with_bob(world).await;
        let here = declared.channel.as_str();
        alice.updates(here, &[("Status", "STABLE")]).await;
        alice.reads_everything();

        alice.says(here, PRIVATE).await;
        assert_eq!(alice.reads_alone(), [IS_PRIVATE]);
        // The old channel hears that, and nothing of the incident.
        assert_eq!(alice.reads(here), [FAREWELL]);
        assert!(world.slack.is_archived(here));
        // The new one is as every incident's channel.
        assert!(!world.slack.is_archived(NEXT));
        let read = alice.reads(NEXT);
        assert!(read[0].starts_with("IR-1 Checkout is slow"), "{read:?}");
        assert!(read[0].contains("Private: only those who take part know of it."), "{read:?}");
        assert_eq!(
            read[1..],
            ["alice made this incident private: it is known to those who take part, and to nobody else."]
        );
        assert_eq!(in_channel(world, NEXT), ["alice", "bob"]);
        assert_eq!(world.slack.pins(NEXT).len(), 1);
        let topic = world.slack.topic(NEXT);
        assert!(topic.ends_with(" · Private"), "{topic}");
        // Nothing is left of the announcement.
        assert!(announced(world).is_empty());
        assert_eq!(
            world.timeline(1).await[2..],
            ["alice made it private"]
        );

        // It is changed there as ever, and nobody else hears of it.
        alice.updates(NEXT, &[("Severity Level", "SEV-1 Critical")]).await;
        assert_eq!(alice.reads(NEXT).len(), 2, "the header and the change");
        assert!(announced(world).is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_incident_that_is_made_public_again_is_announced_anew() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = declared_with_bob(world).await;
        alice.says(&declared.channel, PRIVATE).await;
        alice.reads_everything();
        bob.says(NEXT, PUBLIC).await;
        assert_eq!(
            bob.reads_alone(),
            [
                "The incident is public from now on, and is announced. A public channel is on its way; \
                 everybody who is here is brought there, and this channel is archived."
            ]
        );
        let third = "incident-1-checkout-is-slow-3";
        assert_eq!(
            alice.reads(NEXT),
            [format!(
                "This incident is public from now on, and goes on elsewhere. This channel is archived. #{third}"
            )]
        );
        assert!(world.slack.is_archived(NEXT));
        let read = alice.reads(third);
        assert_eq!(
            read[1..],
            ["bob made this incident public: it is known to everybody."]
        );
        assert!(!read[0].contains("Private"), "{read:?}");
        assert_eq!(in_channel(world, third), ["alice", "bob"]);
        let card = alice.card(1).expect("it is announced").ts;
        assert_eq!(alice.reads("#incidents").len(), 1);
        assert_eq!(
            alice.reads_thread("#incidents", &card),
            ["alice declared this incident."]
        );
    })
    .await;
}

#[tokio::test]
async fn an_incident_may_be_made_private_and_public_again_as_often_as_one_likes() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let mut here = declared_with_bob(world).await.channel;
        let begun = world.now();
        for (number, typed) in (2..=6).zip([PRIVATE, PUBLIC].into_iter().cycle()) {
            alice.says(&here, typed).await;
            assert!(world.slack.is_archived(&here), "#{here}");
            here = format!("incident-1-checkout-is-slow-{number}");
            assert_eq!(in_channel(world, &here), ["alice", "bob"], "#{here}");
        }
        let took = (world.now() - begun) / 1000;
        assert!(took <= 60, "it took {took} s");
        assert!(!world.slack.is_archived(&here));
        assert!(world.slack.topic(&here).ends_with(" · Private"));
        // A name that one of its own channels has is not asked for again.
        let created = world.slack.calls().into_iter();
        let created = created.filter(|call| call.method == "conversations.create");
        assert_eq!(created.count(), 6);
        alice.reads_everything();

        // Nor does it end when it has left more channels than names are tried at once.
        for (number, typed) in (7..=24).zip([PUBLIC, PRIVATE].into_iter().cycle()) {
            alice.says(&here, typed).await;
            world.catches_up().await;
            here = format!("incident-1-checkout-is-slow-{number}");
        }
        assert_eq!(in_channel(world, &here), ["alice", "bob"], "#{here}");
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_was_created_unheard_is_looked_for_until_slack_lets_us_look() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = declared_with_bob(world).await;
        world
            .slack
            .fails("conversations.create", 1, Trouble::LostAnswer);
        world
            .slack
            .fails("conversations.list", 1, Trouble::RateLimited(30));
        alice.says(&declared.channel, PRIVATE).await;
        let took = world.catches_up().await;
        assert!((30..=60).contains(&took), "it took {took} s");
        assert_eq!(in_channel(world, NEXT), ["alice", "bob"]);
        let next_but_one = "incident-1-checkout-is-slow-3";
        assert_eq!(world.slack.channel(next_but_one), None);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn if_slack_refuses_a_private_channel_there_is_none_and_it_is_tried_again() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = declared_with_bob(world).await;
        let here = declared.channel.as_str();
        let refused = Trouble::Error("restricted_action");
        world.slack.fails("conversations.create", 1, refused);
        bob.says(here, PRIVATE).await;
        assert_eq!(bob.reads_alone(), [IS_PRIVATE]);
        assert_eq!(alice.reads(here), [FAREWELL]);
        assert!(world.slack.is_archived(here));
        assert!(announced(world).is_empty());
        assert_eq!(world.slack.channel(NEXT), None);
        let advice = "The workspace does not let the app do this: ask a workspace admin to allow it. \
                      (Slack says `restricted_action`.)";
        assert_eq!(
            bob.reads_direct(),
            [format!(
                "IR-1 is stored, but it has no channel. The incident’s channel could not be created. \
                 {advice}\n[Try again]"
            )]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob made it private".to_owned(), format!("somebody missed open_channel: {advice}")]
        );
        assert_eq!(world.log.take().len(), 1);

        let direct = world.slack.direct_message("bob").unwrap();
        let told = bob.last_direct().ts;
        bob.presses(&direct, &told, "try_again").await;
        assert_eq!(bob.reads_alone(), ["Trying again for IR-1."]);
        let read = alice.reads(NEXT);
        assert_eq!(
            read[1..],
            ["bob made this incident private: it is known to those who take part, and to nobody else."]
        );
        assert_eq!(in_channel(world, NEXT), ["alice", "bob"]);
        assert!(announced(world).is_empty());
        bob.reads_alone();
    })
    .await;
}

#[tokio::test]
async fn what_people_wrote_under_the_announcement_stays_theirs() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = declared_with_bob(world).await;
        bob.replies("#incidents", &declared.card, "Is it us?").await;
        alice.says(&declared.channel, PRIVATE).await;
        let left = world.slack.replies("#incidents", &declared.card);
        let left: Vec<_> = left.iter().filter(|it| !it.deleted).collect();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].as_read(), "Is it us?");
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_typed_word_that_changes_nothing_is_answered() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = declared_with_bob(world).await;
        alice.says(&declared.channel, PUBLIC).await;
        assert_eq!(alice.reads_alone(), ["IR-1 is public already."]);
        alice.says("#general", PRIVATE).await;
        assert_eq!(
            alice.reads_alone(),
            [
                "This is not the channel of an incident. Type /datadog incident private in the one that \
                 you mean."
            ]
        );
        // Typed twice, or delivered twice, it is done once.
        alice.says(&declared.channel, PRIVATE).await;
        world.leaps(5).await;
        alice.sends_it_again().await;
        alice.reads_everything();
        assert_eq!(world.timeline(1).await.len(), 2);
        alice.says(NEXT, PRIVATE).await;
        assert_eq!(alice.reads_alone(), ["IR-1 is private already."]);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_let_into_the_private_channel_takes_part() {
    by_each_door(async |world| {
        let (alice, chioma) = (world.person("alice"), world.person("chioma"));
        let declared = declared_with_bob(world).await;
        alice.says(&declared.channel, PRIVATE).await;
        alice.reads_everything();
        chioma.says("#general", "/datadog incident list").await;
        let none = "No incident is open. /datadog incident declares one.";
        assert_eq!(chioma.reads_alone(), [none]);
        alice.invites(NEXT, "chioma").await;
        assert_eq!(world.briefings_of("chioma").len(), 1);
        chioma.says("#general", "/datadog incident list").await;
        let listed = chioma.reads_alone();
        assert!(listed[0].contains("IR-1 Checkout is slow"), "{listed:?}");
    })
    .await;
}

#[tokio::test]
async fn whoever_no_longer_takes_part_is_taken_out_of_the_private_channel() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = declared_with_bob(world).await;
        take_part(world, &declared.channel, &["bob"]).await;
        take_part(world, &declared.channel, &[]).await;
        assert_eq!(
            in_channel(world, &declared.channel),
            ["alice", "bob"],
            "whoever wants to may read a public one"
        );
        alice.says(&declared.channel, PRIVATE).await;
        alice.reads_everything();

        take_part(world, NEXT, &[]).await;
        assert_eq!(alice.reads(NEXT), ["alice took bob off the responders."]);
        assert_eq!(in_channel(world, NEXT), ["alice"]);
        bob.says("#general", "/datadog incident list").await;
        let none = "No incident is open. /datadog incident declares one.";
        assert_eq!(bob.reads_alone(), [none]);

        take_part(world, NEXT, &["bob"]).await;
        assert_eq!(in_channel(world, NEXT), ["alice", "bob"]);
        world.briefings_of("bob");
        alice.reads_everything();
        bob.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn if_slack_lets_nobody_be_taken_out_those_who_are_there_are_told() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = declared_with_bob(world).await;
        alice.says(&declared.channel, PRIVATE).await;
        alice.reads_everything();
        let refusal = Trouble::Error("restricted_action");
        world.slack.fails("conversations.kick", 1, refusal);
        take_part(world, NEXT, &[]).await;
        assert_eq!(
            alice.reads(NEXT),
            [
                "alice took bob off the responders.\nbob could not be taken out of the channel, and reads \
                 along until somebody does it by hand. The workspace does not let the app do this: ask a \
                 workspace admin to allow it. (Slack says `restricted_action`.)\n[Try again]"
            ]
        );
        let post = world.slack.messages(NEXT).pop().unwrap();
        alice.presses(NEXT, &post.ts, buttons::TRY_AGAIN).await;
        assert_eq!(in_channel(world, NEXT), ["alice"]);
        alice.reads_everything();
        assert_eq!(world.log.take().len(), 1);
    })
    .await;
}

/// Has alice say who takes part, beside those who have a role.
async fn take_part(world: &World, channel: &str, people: &[&str]) {
    let alice = world.person("alice");
    alice.says(channel, "/datadog incident responders").await;
    match people {
        [] => alice.empties("Responder").await,
        _ => alice.fills_several("Responder", people).await,
    }
    alice.submits(&[]).await;
}

/// Declares an incident whose channel bob has joined, without doing anything there.
async fn declared_with_bob(world: &World) -> Declared {
    let declared = world.person("alice").declares("Checkout is slow").await;
    world.person("bob").joins(&declared.channel).await;
    world.briefings_of("bob");
    declared
}

/// Gives the names of the people in a channel, beside the bot.
fn in_channel(world: &World, channel: &str) -> Vec<String> {
    let bot = world.slack.bot_user();
    let members = world.slack.members(channel).into_iter();
    let people = members.filter(|member| *member != bot);
    let mut names: Vec<_> = people
        .map(|member| world.name(&member.to_string().into()))
        .collect();
    names.sort();
    names
}

/// Gives what the bot announces.
fn announced(world: &World) -> Vec<String> {
    let bot = world.slack.bot_user();
    let mut found = Vec::new();
    for message in world.slack.messages("#incidents") {
        let replies = world.slack.replies("#incidents", &message.ts);
        for it in [message].into_iter().chain(replies) {
            if it.user == bot && !it.deleted && it.subtype.is_none() {
                found.push(it.as_read().to_owned());
            }
        }
    }
    found
}
