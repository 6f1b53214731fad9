//! A store that rejects writes: the user reads that nothing was stored, nothing unstored is announced, and
//! requests work again once the store accepts writes.

use futures_util::future::join_all;
use rusqlite::Connection;

use crate::harness::prelude::*;

#[test]
fn locked_store_rejects_the_request_with_a_message() {
    over_both_transports(async |world, [alice, ..]| {
        alice.opens_declare_modal().await;
        let lock = StoreLock::acquire(world);
        let screen = alice.submits(&[SEV_2]).await;
        let error = &screen.errors["Title"];
        let (words, reference) = error.split_once(" (ref ").unwrap();
        assert_eq!(
            words,
            "Nothing was saved: Muster couldn't write to its database. Try again in a moment. If it keeps \
             failing, tell your Muster admin."
        );
        assert_eq!(reference.len(), 5, "{error}");
        let form = screen.view.expect("the modal is not open any more");
        assert_eq!(form.value("Title").unwrap()["value"], "Checkout is slow");
        let warned = world.log.take_warnings();
        assert_eq!(warned, ["A request wasn't stored: database is locked"]);

        assert_readiness_names_the_lock(world).await;
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        let list = alice.types("#general", "/datadog incident list").await;
        assert_eq!(list.ephemeral.len(), 1, "reads still work");
        alice.reads_ephemeral();

        lock.release();
        assert_eq!(world.get_page("/readyz").await.0, 200);
        alice.submits(&[]).await;
        read_declaration(world);
    });
}

/// Checks that `/readyz` reports the locked store and a remedy.
async fn assert_readiness_names_the_lock(world: &World) {
    let (status, page) = world.get_page("/readyz").await;
    assert_eq!(status, 503);
    assert!(
        page.contains(
            "Can't write to the database: database is locked. Check that the disk of DATABASE_PATH has \
             space, and that the file and its folder are writable."
        ),
        "{page}"
    );
}

/// Reads all messages about the declaration of “Checkout is slow” with SEV-2.
fn read_declaration(world: &World) {
    let alice = world.user("alice");
    assert_eq!(alice.reads_ephemeral(), [DECLARED_REPLY]);
    let read = alice.reads("incident-1-checkout-is-slow");
    assert!(
        read.len() == 2 && read[0].contains("SEV-2 High"),
        "{read:?}"
    );
    assert_eq!(alice.reads("#incidents").len(), 1);
    let announcement = world.slack.messages("#incidents").pop().unwrap();
    assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
}

#[test]
fn locked_store_rejects_change_and_message_without_posting() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let ts = alice.posts(channel, "I am working on a fix.").await;
        alice.types(channel, "/datadog incident update").await;
        let lock = StoreLock::acquire(world);
        let screen = alice.submits(&[SEV_1]).await;
        assert!(
            screen.errors["Title"].starts_with("Nothing was saved"),
            "{screen:?}"
        );
        alice
            .uses_message_action(channel, &ts, muster_commands::add_to_incident::ACTION)
            .await;
        let read = alice.reads_ephemeral();
        assert!(
            read.len() == 1 && read[0].starts_with("Nothing was saved"),
            "{read:?}"
        );
        lock.release();
        world.advance_stepwise(10).await;
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        assert_eq!(world.slack.reactions(channel, &ts).len(), 0);
        let warned = world.log.take_warnings();
        assert_eq!(warned, ["A request wasn't stored: database is locked"; 2]);
    });
}

#[test]
fn locked_store_rejects_concurrent_requests_before_the_timeout() {
    scenario(async |world, _| {
        let slack = &world.slack;
        let users = ["alice", "bob", "chioma"];
        for who in users {
            world
                .user(who)
                .types("#general", "/datadog incident Outage")
                .await;
        }
        let lock = StoreLock::acquire(world);
        let views = users.map(|who| slack.top_modal(who).unwrap().id);
        let submitted = users
            .iter()
            .zip(&views)
            .map(|(who, view)| slack.submits(who, view));
        for screen in join_all(submitted).await {
            assert_eq!(screen.error, None);
            assert!(
                screen.errors["Title"].starts_with("Nothing was saved"),
                "{screen:?}"
            );
        }
        lock.release();
        world.expects_warning("A request wasn't stored: database is locked");
        world.expects_warning("A request wasn't stored: database is locked");
        world.expects_warning("A request wasn't stored: database is locked");
    });
}

#[test]
fn event_is_redelivered_when_the_store_is_locked() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        let slack = &world.slack;
        slack.joins(bob.name, channel).await;
        slack.set_ack_timeout(std::time::Duration::from_secs(2));
        let lock = StoreLock::acquire(world);
        slack.archives(bob.name, channel).await;
        lock.release();
        let warned = world.log.take_warnings();
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

        let event = slack.last_request(bob.name).unwrap();
        for attempt in 1..=2 {
            let screen = slack.redeliver(&event, attempt).await;
            assert_eq!(screen.status, Some(200));
        }
        world.advance_stepwise(5).await;
        let announcement = alice.reads("#incidents");
        assert!(
            announcement.len() == 1 && announcement[0].ends_with("\nIts channel is archived."),
            "{announcement:?}"
        );
    });
}

#[test]
fn created_channel_is_found_when_its_result_was_not_stored() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        let pending_call =
            slack.hold_call("conversations.create", muster_sandbox::HoldPoint::After);
        let (_, lock) = tokio::join!(alice.submits(&[]), async {
            pending_call.wait_for_call().await;
            let lock = StoreLock::acquire(world);
            pending_call.release();
            let warned = || world.log.has_warnings().then_some(());
            while warned().is_none() {
                tokio::task::yield_now().await;
            }
            lock.release();
        });
        let () = lock;
        world.deliver_all_advancing().await;
        let names = slack.channel_names();
        let ours = names.iter().filter(|name| name.starts_with("incident-"));
        assert_eq!(ours.count(), 1);
        assert_eq!(alice.reads("incident-1-checkout-is-slow").len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
        assert_eq!(alice.reads_ephemeral().len(), 1);
        let announcement = slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
        let warned = world.log.take_warnings();
        assert!(warned[0].ends_with("database is locked"), "{warned:?}");
    });
}

/// Another writer that holds the lock on the bot's database.
pub struct StoreLock(Connection);

impl StoreLock {
    pub fn acquire(world: &World) -> Self {
        let other = Connection::open(world.database_path()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(other)
    }

    pub fn release(self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}
