//! `/datadog incident postmortem <url>`: a document that exists elsewhere.

use super::{POSTMORTEM, bookmarks, links_to, resolve, skip_messages};
use crate::harness::prelude::*;

const URL: &str = "https://wiki.example/pm/disk";

#[test]
fn existing_document_is_attached_once_by_its_url() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        resolve(&alice, channel).await;
        let command = format!("{POSTMORTEM} {URL} Disk full");
        alice.types(channel, &command).await;
        alice.redelivers_last_request().await;
        let read = alice.reads(channel);
        assert!(
            read[0].contains("\nPostmortem Draft · alice\n"),
            "{read:#?}"
        );
        assert!(links_to(world, channel, "*Status*", URL));
        let attached = "alice attached the postmortem Disk full.";
        assert_eq!(read[1..], [attached]);
        let announcement = alice.announcement(1).unwrap().ts;
        let thread = alice.reads_thread("#incidents", &announcement);
        assert_eq!(thread, [attached]);
        let expected = [("Postmortem".to_owned(), URL.to_owned())];
        assert_eq!(bookmarks(world, channel), expected);
        let timeline = world.timeline(1).await;
        let entry = format!("alice attached the postmortem Disk full ({URL})");
        assert_eq!(timeline[3..], [entry]);

        bob.joins(channel).await;
        bob.types(channel, &command).await;
        let exists = "IR-1 has a postmortem already.";
        assert_eq!(bob.reads_ephemeral(), [exists]);
        bob.types("#random", "/datadog pm IR-1").await;
        let reply = bob.last_ephemeral().blocks.unwrap().to_string();
        assert!(reply.contains(URL), "{reply}");
        let summary = "Postmortem of IR-1: Draft. Owner: @alice\nDocument: Disk full\n\
                       [Open Postmortem] [Edit Postmortem]";
        assert_eq!(bob.reads_ephemeral(), [summary]);
    });
}

#[test]
fn attached_document_is_completed_and_not_exported() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        resolve(&alice, channel).await;
        bob.types("#random", &format!("/datadog pm IR-1 {URL}"))
            .await;
        assert_eq!(bob.reads_ephemeral(), ["Attached the postmortem to IR-1."]);
        skip_messages(world);
        bob.joins(channel).await;
        let list = bob.opens_list(channel, POSTMORTEM).await;
        bob.clicks(channel, &list, "postmortem_open").await;
        let blocks = bob.modal().blocks.to_string();
        assert!(!blocks.contains("Export to"), "{blocks}");
        bob.submits_and_closes(&[("Status", "Completed")]).await;
        let posts = bob.reads(channel);
        let completed = "bob changed the postmortem: Draft → Completed.\n[Open Postmortem]";
        assert_eq!(posts.last().unwrap(), completed);
        skip_messages(world);
    });
}
