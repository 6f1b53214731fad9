//! The store does not take anything: the person is told that nothing was stored, nothing is announced
//! that is not, and all goes on when the store can be written again.

use rusqlite::Connection;

use super::world::{World, by_each_door};

#[tokio::test]
async fn while_the_store_is_locked_nothing_is_stored_and_the_person_is_told() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.says("#general", "/datadog incident Checkout is slow").await;
        let lock = Lock::take(world);
        let seen = alice.submits(&[("Severity Level", "SEV-2 High")]).await;
        let told = &seen.errors["Title"];
        let (words, reference) = told.split_once(" (ref ").unwrap();
        assert_eq!(
            words,
            "Nothing was stored, and nobody was told: the store did not take it. Try again in a moment; \
             if it stays so, tell whoever runs this bot."
        );
        assert_eq!(reference.len(), 5, "{told}");
        let form = seen.view.expect("the form is still open");
        assert_eq!(form.value("Title").unwrap()["value"], "Checkout is slow");
        let warned = world.log.take();
        assert_eq!(warned, ["Nothing of a request was stored: database is locked"]);

        let (status, page) = world.gets("/readyz").await;
        assert_eq!(status, 503);
        assert!(
            page.contains(
                "Nothing can be stored: the store could not be written: database is locked. Check that \
                 the disk of DATABASE_PATH has room and that the file and its folder may be written."
            ),
            "{page}"
        );
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        let list = alice.says("#general", "/datadog incident list").await;
        assert_eq!(list.ephemeral.len(), 1, "reading goes on");
        alice.reads_alone();

        lock.ends();
        assert_eq!(world.gets("/readyz").await.0, 200);
        alice.submits(&[]).await;
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        let read = alice.reads("incident-1-checkout-is-slow");
        assert!(read.len() == 2 && read[0].contains("SEV-2 High"), "{read:?}");
        assert_eq!(alice.reads("#incidents").len(), 1);
        let card = world.slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_change_and_a_message_that_could_not_be_stored_are_told_to_nobody_else() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let told = alice.declares("Checkout is slow").await;
        let ts = alice.writes(&told.channel, "I am working on a fix.").await;
        alice.says(&told.channel, "/datadog incident update").await;
        let lock = Lock::take(world);
        let seen = alice.submits(&[("Severity Level", "SEV-1 Critical")]).await;
        assert!(
            seen.errors["Title"].starts_with("Nothing was stored"),
            "{seen:?}"
        );
        alice
            .chooses(&told.channel, &ts, muster_commands::add_to_incident::ACTION)
            .await;
        let read = alice.reads_alone();
        assert!(
            read.len() == 1 && read[0].starts_with("Nothing was stored"),
            "{read:?}"
        );
        lock.ends();
        world.later(10).await;
        assert_eq!(alice.reads(&told.channel), [""; 0]);
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        assert_eq!(world.slack.reactions(&told.channel, &ts).len(), 0);
        let warned = world.log.take();
        assert_eq!(
            warned,
            ["Nothing of a request was stored: database is locked"; 2]
        );
    })
    .await;
}

#[tokio::test]
async fn several_people_at_once_are_answered_before_slack_loses_patience() {
    by_each_door(async |world| {
        let people = ["alice", "bob", "chioma"];
        for who in people {
            world
                .person(who)
                .says("#general", "/datadog incident Outage")
                .await;
        }
        let lock = Lock::take(world);
        let views = people.map(|who| world.slack.view(who).unwrap().id);
        let (alice, bob, chioma) = tokio::join!(
            world.slack.submits(people[0], &views[0]),
            world.slack.submits(people[1], &views[1]),
            world.slack.submits(people[2], &views[2]),
        );
        for seen in [alice, bob, chioma] {
            assert_eq!(seen.trouble, None);
            assert!(
                seen.errors["Title"].starts_with("Nothing was stored"),
                "{seen:?}"
            );
        }
        lock.ends();
        assert_eq!(world.log.take().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_could_not_be_stored_comes_again() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let told = alice.declares("Checkout is slow").await;
        world.slack.joins(bob.name, &told.channel).await;
        world.slack.patience(std::time::Duration::from_secs(2));
        let lock = Lock::take(world);
        world.slack.archives(bob.name, &told.channel).await;
        lock.ends();
        let warned = world.log.take();
        assert_eq!(warned.len(), 1, "{warned:?}");
        let (begin, end) = (
            "An event could not be stored; Slack will send it again: ",
            "database is locked",
        );
        assert!(
            warned[0].starts_with(begin) && warned[0].ends_with(end),
            "{warned:?}"
        );
        assert_eq!(alice.reads("#incidents"), [""; 0]);

        let event = world.slack.last_request(bob.name).unwrap();
        for attempt in 1..=2 {
            let seen = world.slack.redelivers(&event, attempt).await;
            assert_eq!(seen.status, Some(200));
        }
        world.later(5).await;
        let card = alice.reads("#incidents");
        assert!(
            card.len() == 1 && card[0].ends_with("\nIts channel is archived."),
            "{card:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_slack_did_while_its_receipt_could_not_be_stored_is_found_again() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        let held = world
            .slack
            .hold("conversations.create", muster::sandbox::Moment::After);
        let (_, lock) = tokio::join!(alice.submits(&[]), async {
            held.reached().await;
            let lock = Lock::take(world);
            held.release();
            let warned = || world.log.has_any().then_some(());
            while warned().is_none() {
                tokio::task::yield_now().await;
            }
            lock.ends();
        });
        let () = lock;
        world.catches_up().await;
        let names = world.slack.channel_names();
        let ours = names.iter().filter(|name| name.starts_with("incident-"));
        assert_eq!(ours.count(), 1);
        assert_eq!(alice.reads("incident-1-checkout-is-slow").len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
        assert_eq!(alice.reads_alone().len(), 1);
        let card = world.slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);
        let warned = world.log.take();
        assert!(warned[0].ends_with("database is locked"), "{warned:?}");
    })
    .await;
}

/// Somebody else who writes to the bot's database, and does not come to an end.
pub struct Lock(Connection);

impl Lock {
    pub fn take(world: &World) -> Self {
        let other = Connection::open(world.database()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(other)
    }

    pub fn ends(self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}
