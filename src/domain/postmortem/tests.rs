//! Tests of the decisions about postmortems.

use super::*;
use crate::testing::{alice_at, context, incident_with_channel};
use crate::{Actor, Change, Incident, Rejection, Status, TimelineEvent, UserId, Visibility};

fn resolved() -> Incident {
    let mut incident = incident_with_channel("Checkout is slow");
    incident.status = Status::Resolved;
    incident.resolved_at = Some(incident.declared_at);
    incident
}

fn alice(incident: &Incident) -> Actor {
    alice_at(incident.declared_at)
}

fn generate(incident: &Incident) -> Change {
    let actor = alice(incident);
    let ctx = context(actor.at);
    incident
        .generate_postmortem(GeneratePostmortem::default(), &actor, &ctx)
        .unwrap()
}

/// Returns the sections that a change saves.
fn document(change: &Change) -> PostmortemDocument {
    let saved = change.postmortem.iter().filter_map(|it| match it {
        PostmortemChange::SectionSaved(section) => Some(section.clone()),
        PostmortemChange::SectionRemoved { .. }
        | PostmortemChange::SectionsOrdered(_)
        | PostmortemChange::SectionFrozen { .. }
        | PostmortemChange::ExportRequested { .. }
        | PostmortemChange::ExportDone { .. }
        | PostmortemChange::ExportFailed { .. }
        | PostmortemChange::ExportRetried { .. } => None,
    });
    PostmortemDocument {
        sections: saved.collect(),
        exports: Vec::new(),
    }
}

#[test]
fn postmortem_has_the_sections_of_its_template_and_the_commander_as_owner() {
    let incident = resolved();
    let change = generate(&incident);
    let postmortem = change.incident.postmortem.clone().unwrap();
    assert_eq!(postmortem.title, "IR-7 Checkout is slow");
    assert!(incident.is_commander(&postmortem.owner));
    assert_eq!(postmortem.status, PostmortemStatus::Draft);
    assert_eq!(postmortem.timeline, TimelineSelection::Important);
    let document = document(&change);
    let headings: Vec<_> = document
        .sections
        .iter()
        .map(|it| it.heading.as_str())
        .collect();
    assert_eq!(
        headings,
        [
            "Summary",
            "Impact",
            "At a glance",
            "Timeline",
            "How it was detected",
            "Contributing factors",
            "What went well",
            "What went badly",
            "Where we were lucky",
            "Action items",
            "Links"
        ]
    );
    assert_eq!(document.sections[3].body, "{{incident.timeline}}");
    assert_eq!(postmortem.last_section, 11);
    let owner = postmortem.owner.clone();
    assert_eq!(
        change.entries[0].event,
        TimelineEvent::PostmortemGenerated { owner }
    );
}

#[test]
fn postmortem_is_generated_once_and_not_before_the_incident_is_resolved() {
    let mut incident = incident_with_channel("Checkout is slow");
    let actor = alice(&incident);
    let ctx = context(actor.at);
    let request = GeneratePostmortem::default;
    let early = incident.generate_postmortem(request(), &actor, &ctx);
    let expected = "IR-7 is ACTIVE. Its postmortem can be generated when it's RESOLVED.";
    assert_eq!(early, Err(Rejection(expected.to_owned())));
    incident = generate(&resolved()).incident;
    let again = incident.generate_postmortem(request(), &actor, &ctx);
    let expected = "IR-7 has a postmortem already.";
    assert_eq!(again, Err(Rejection(expected.to_owned())));
}

#[test]
fn two_users_edit_different_sections_but_not_the_same_revision() {
    let generated = generate(&resolved());
    let (incident, document) = (&generated.incident, document(&generated));
    let actor = Actor::new(UserId::from("U0BOB000001"), incident.declared_at);
    let edit = |expected_revision, body: &str| EditSection {
        number: Some(1),
        expected_revision,
        heading: "Summary".to_owned(),
        body: body.to_owned(),
    };
    let change = incident
        .edit_section(&document, edit(1, "Disk full.\r\nTwice.\n"), &actor)
        .unwrap();
    let PostmortemChange::SectionSaved(saved) = &change.postmortem[0] else {
        panic!("not saved: {change:?}");
    };
    assert_eq!(
        (saved.revision, saved.body.as_str()),
        (2, "Disk full.\nTwice.")
    );
    let late = incident.edit_section(&document, edit(0, "Other."), &actor);
    let current = document.sections[0].clone();
    assert_eq!(late, Err(SectionError::Conflict(Some(Box::new(current)))));
    let long = incident.edit_section(&document, edit(1, &"x".repeat(200_000)), &actor);
    let expected = "The text has 200000 characters, and 50000 is the maximum of a section. Split it into several \
                    sections.";
    assert_eq!(
        long,
        Err(SectionError::Rejected(Rejection(expected.to_owned())))
    );
}

#[test]
fn completed_postmortem_is_frozen_until_it_is_a_draft_again() {
    let incident = generate(&resolved()).incident;
    let actor = alice(&incident);
    let set = |status| EditPostmortem {
        status: Some(status),
        ..EditPostmortem::default()
    };
    let frozen = vec![(1, "Disk full.".to_owned())];
    let completed = incident
        .edit_postmortem(set(PostmortemStatus::Completed), frozen.clone(), &actor)
        .unwrap();
    let text = Some("Disk full.".to_owned());
    let expected = PostmortemChange::SectionFrozen { number: 1, text };
    assert_eq!(completed.postmortem, [expected]);
    let rename = EditPostmortem {
        title: Some("Other".to_owned()),
        ..EditPostmortem::default()
    };
    let incident = completed.incident;
    let rejected = incident.edit_postmortem(rename, Vec::new(), &actor);
    let expected = "This postmortem is completed. Set it to Draft or In Review to edit it.";
    assert_eq!(rejected, Err(Rejection(expected.to_owned())));
    let reopened = incident
        .edit_postmortem(set(PostmortemStatus::Draft), frozen, &actor)
        .unwrap();
    let expected = PostmortemChange::SectionFrozen {
        number: 1,
        text: None,
    };
    assert_eq!(reopened.postmortem, [expected]);
    assert_eq!(reopened.incident.postmortem.unwrap().completed_at, None);
}

#[test]
fn private_postmortem_leaves_slack_by_confirmation_only() {
    let mut incident = generate(&resolved()).incident;
    incident.visibility = Visibility::Private;
    let actor = alice(&incident);
    let export = |target, is_confirmed| {
        let request = RequestExport {
            target,
            is_confirmed,
        };
        incident.export_postmortem(request, &actor).is_ok()
    };
    assert!(export(ExportTarget::Canvas, false));
    assert!(!export(ExportTarget::Confluence, false));
    assert!(export(ExportTarget::Confluence, true));
    assert!(!export(ExportTarget::Notebook, true));
}
