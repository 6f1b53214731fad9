//! The modal **Edit Postmortem**: owner and status.

use muster_domain::{IncidentId, Viewer};

use super::{POSTMORTEM, generate, resolve, skip_messages};
use crate::harness::prelude::*;

/// Opens the modal from the reply that shows the postmortem.
async fn open_modal(user: &TestUser<'_>, channel: &str) {
    let reply = user.opens_list(channel, POSTMORTEM).await;
    user.reads_ephemeral();
    user.clicks(channel, &reply, "postmortem_open").await;
}

/// Returns whether each section has the text that it had when the document was completed.
async fn frozen_sections(world: &World) -> Vec<bool> {
    let store = world.store().await;
    let source = store.postmortem_source(Viewer::Operator, IncidentId(1));
    let sections = source.await.unwrap().document.sections.into_iter();
    sections.map(|it| it.frozen.is_some()).collect()
}

#[test]
fn status_and_owner_change_and_completing_is_announced() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        resolve(&alice, channel).await;
        generate(&alice, channel, &[]).await;
        alice.types(channel, POSTMORTEM).await;
        let summary = "Postmortem of IR-1: Draft. Owner: @alice\nIts page has no address yet. Ask your Muster admin \
                       to set PUBLIC_URL.\n[Edit Postmortem]";
        assert_eq!(alice.reads_ephemeral(), [summary]);

        open_modal(&alice, channel).await;
        let form = alice.modal();
        assert_eq!(form.title, "Postmortem of IR-1");
        assert_eq!(alice.field_value("Status"), "draft");
        assert_eq!(alice.field_value("Owner"), "U0ALICE0001");
        assert!(form.blocks.to_string().contains("Slack canvas"));
        let fields = [("Status", "In Review"), ("Owner", "bob")];
        alice.submits_and_closes(&fields).await;
        let read = alice.reads(channel);
        assert!(
            read[0].contains("\nPostmortem In Review · bob\n"),
            "{read:#?}"
        );
        let changed = "alice assigned the postmortem to @bob.\n\
                       alice changed the postmortem: Draft → In Review.";
        assert_eq!(read[1..], [changed]);
        assert!(!frozen_sections(world).await.contains(&true));

        open_modal(&bob, channel).await;
        bob.submits_and_closes(&[("Status", "Completed")]).await;
        bob.redelivers_last_request().await;
        let completed = "bob changed the postmortem: In Review → Completed.";
        assert_eq!(bob.reads(channel)[1..], [completed]);
        let announcement = alice.announcement(1).unwrap().ts;
        let thread = alice.reads_thread("#incidents", &announcement);
        assert_eq!(thread, [completed]);
        assert!(!frozen_sections(world).await.contains(&false));

        open_modal(&bob, channel).await;
        bob.submits_and_closes(&[("Status", "Draft")]).await;
        assert!(!frozen_sections(world).await.contains(&true));
        skip_messages(world);
    });
}

#[test]
fn untouched_form_changes_nothing_and_an_app_owns_none() {
    incident_scenario(async |world, channel, [alice, ..]| {
        resolve(&alice, channel).await;
        generate(&alice, channel, &[]).await;
        let before = world.timeline(1).await;
        open_modal(&alice, channel).await;
        alice.submits_and_closes(&[]).await;
        assert_eq!(alice.reads(channel), [""; 0]);
        assert_eq!(world.timeline(1).await, before);
    });
}
