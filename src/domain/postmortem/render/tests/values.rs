//! Tests of the values of the variables.

use super::*;
use crate::notification::{
    Destination, Notification, NotificationAuthor, NotificationTarget, NotificationText, Recipient,
    SentNotification, TargetOutcome, TargetState,
};
use crate::postmortem::{
    POSTMORTEM_VARIABLES, RenderedPostmortem, RenderedSection, SimilarIncident,
};
use crate::{
    Document, FieldChange, FieldValue, Impact, IncidentId, RoleAssignment, Signal, Task, TaskKind,
};

#[test]
fn timeline_quotes_important_messages_as_they_were_flagged() {
    let mut source = source("Checkout is slow");
    source.entries.extend([
        message(2, "I found the host.\n# db-1", QuoteState::Unchanged),
        message(3, "Disk is full.", QuoteState::Edited),
        message(4, "Restarted.", QuoteState::Deleted),
    ]);
    source.entries[2].stored.entry.author = app("Grafana");
    assert_eq!(
        render(&source, "{{incident.timeline}}"),
        "* [Mon 23 Nov 16:23 CET](https://muster.example.com/incidents/7/timeline?order=oldest&after=1795447385000.1\
         #entry-2) Bob wrote: I found the host.\\\n  \\# db-1 \
         ([message](https://acme.slack.com/archives/C0INCIDENT7/p1))\n\
         * [Mon 23 Nov 16:23 CET](https://muster.example.com/incidents/7/timeline?order=oldest&after=1795447385000.2\
         #entry-3) Grafana wrote: Disk is full. ([message](https://acme.slack.com/archives/C0INCIDENT7/p1)) \
         (edited later)\n\
         * Mon 23 Nov 16:23 CET Bob wrote: Restarted. ([message](https://acme.slack.com/archives/C0INCIDENT7/p1)) \
         (deleted in Slack)"
    );
}

#[test]
fn timeline_without_entries_is_a_sentence() {
    let mut source = source("Checkout");
    assert_eq!(
        render(&source, "{{incident.timeline}}"),
        "No entry of the timeline is marked as important."
    );
    select_all(&mut source.incident);
    source.entries.clear();
    assert_eq!(
        render(&source, "{{incident.timeline}}"),
        "The timeline has no entries."
    );
    source.entries = (1..=5_000).map(|id| note(id, 1, "x")).collect();
    let timeline = render(&source, "{{incident.timeline}}");
    assert_eq!(timeline.lines().count(), 5_000);
}

#[test]
fn key_facts_are_listed() {
    let mut source = source("Checkout");
    source.incident.detected_at = minutes(-5);
    let services = FieldValue::MultiSelect(vec!["check_out".to_owned(), "pay".to_owned()]);
    let fields = &mut source.incident.fields;
    fields.insert("services".to_owned(), services);
    let change = FieldChange::Severity {
        from: Severity::Sev3,
        to: Severity::Sev1,
    };
    let changes = vec![change];
    let event = TimelineEvent::Updated { changes };
    source.entries.push(entry(2, &bob(), 10, event));
    assert_eq!(
        render(&source, "{{incident.card}}"),
        "* **Severity**: SEV-2 (highest: SEV-1)\n* **Status**: RESOLVED\n* **Incident Commander**: Alice\n\
         * **Detection method**: Unknown\n* **Services**: check\\_out, pay\n\
         * **Detected**: Mon 23 Nov 16:15 CET\n* **Declared**: Mon 23 Nov 16:20 CET by Alice\n\
         * **Resolved**: Mon 23 Nov 17:32 CET\n* **Time to resolve**: 1 hour 12 min"
    );
    assert_eq!(
        render(&source, "{{incident.severity_changes}}"),
        "* **Highest**: SEV-1\n* Mon 23 Nov 16:20 CET: declared as SEV-3 by Alice\n\
         * Mon 23 Nov 16:30 CET: SEV-3 → SEV-1 by Bob"
    );
}

#[test]
fn durations_are_defined_and_include_the_time_in_each_status() {
    let mut source = source("Checkout");
    source.incident.impacts = vec![Impact {
        number: 1,
        description: String::new(),
        started_at: minutes(-5),
        ended_at: Some(minutes(60)),
    }];
    for (id, minute, from, to) in [
        (2, 40, Status::Active, Status::Stable),
        (3, 72, Status::Stable, Status::Resolved),
    ] {
        let changes = vec![FieldChange::Status { from, to }];
        let event = TimelineEvent::Updated { changes };
        source.entries.push(entry(id, &alice(), minute, event));
    }
    assert_eq!(
        render(&source, "{{incident.durations}}"),
        "* **Customer impact**: 1 hour 5 min (from the start of the first impact to the end of the last)\n\
         * **Time to detect**: 5 min (from the start of the first impact to the detection)\n\
         * **Time to internal response**: less than a second (from the detection to the declaration)\n\
         * **Time to repair**: 1 hour (from the detection to the end of the last impact)\n\
         * **Time to resolve**: 1 hour 12 min (from the declaration to the resolution)\n\
         * **ACTIVE**: 40 min\n* **STABLE**: 32 min"
    );
    assert_eq!(
        render(&source, "{{incident.gaps}}"),
        "* **40 min**, from Mon 23 Nov 16:20 CET to Mon 23 Nov 17:00 CET\n\
         * **32 min**, from Mon 23 Nov 17:00 CET to Mon 23 Nov 17:32 CET"
    );
}

#[test]
fn timeline_without_gaps_is_a_sentence() {
    let mut source = source("Checkout");
    let notes = (1..=6).map(|number| note(number + 1, number * 15, "x"));
    source.entries.extend(notes);
    source.incident.status = Status::Active;
    assert_eq!(
        render(&source, "{{incident.gaps}}"),
        "There's no gap of more than 15 min in the timeline."
    );
}

#[test]
fn participants_have_their_roles_and_the_number_of_their_entries() {
    let mut source = source("Checkout");
    source.entries.push(note(2, 1, "x"));
    source.entries.push(message(3, "y", QuoteState::Unchanged));
    source.incident.roles = vec![RoleAssignment {
        role: "Scribe".to_owned(),
        user: alice(),
        assigned_at: minutes(1),
    }];
    assert_eq!(
        render(&source, "{{incident.people}}"),
        "* **Alice**: Incident Commander, Scribe, since Mon 23 Nov 16:20 CET, 2 entries\n* **Bob**: 1 entry"
    );
}

/// Returns a notification of Bob's to one recipient it reached and one it did not.
fn notification(minute: i64, subject: &str) -> SentNotification {
    let target = |position: i64, state: TargetState| NotificationTarget {
        position,
        recipient: Recipient::User(bob()),
        user: Some(bob()),
        destination: Destination::DirectMessage(bob()),
        outcome: TargetOutcome::new(state, minutes(minute)),
    };
    SentNotification {
        notification: Notification {
            number: 1,
            author: NotificationAuthor::User(bob()),
            template: None,
            text: Some(NotificationText {
                subject: subject.to_owned(),
                body: String::new(),
            }),
            recipients: Vec::new(),
            changes: Vec::new(),
            sent_at: minutes(minute),
        },
        targets: vec![target(1, TargetState::Sent), target(2, TargetState::Failed)],
    }
}

#[test]
fn notifications_say_when_the_first_was_sent_and_to_how_many() {
    let mut source = source("Checkout");
    assert_eq!(
        render(&source, "{{incident.notifications}}"),
        "No notification was sent."
    );
    source.notifications = vec![notification(8, "[IR-7] *Slow*"), notification(30, "Over")];
    assert_eq!(
        render(&source, "{{incident.notifications}}"),
        "* First message to stakeholders 8 min after the declaration\n\
         * Mon 23 Nov 16:28 CET: “\\[IR-7\\] \\*Slow\\*” to 1 recipient by Bob\n\
         * Mon 23 Nov 16:50 CET: “Over” to 1 recipient by Bob"
    );
}

#[test]
fn follow_ups_are_listed_with_the_tasks_that_are_open() {
    let mut source = source("Checkout");
    assert_eq!(
        render(&source, "{{incident.follow-ups}}"),
        "There are no follow-ups."
    );
    let task = |number: i64, kind: TaskKind, description: &str| Task {
        number,
        kind,
        description: description.to_owned(),
        assignees: Vec::new(),
        handles: Vec::new(),
        due_at: None,
        done_at: None,
    };
    let mut done = task(1, TaskKind::Task, "Restart");
    done.done_at = Some(minutes(5));
    let mut alert = task(2, TaskKind::FollowUp, "Alert on [disk]");
    alert.assignees = vec![bob()];
    alert.due_at = Some(minutes(40));
    alert.done_at = Some(minutes(30));
    source.incident.tasks = vec![done, alert, task(3, TaskKind::Task, "Refund")];
    assert_eq!(
        render(&source, "{{incident.follow-ups}}"),
        "* [x] Follow-up 2: Alert on \\[disk\\] (Bob, due Mon 23 Nov 17:00 CET)\n* [ ] Task 3: Refund"
    );
}

#[test]
fn links_lead_to_documents_signals_and_similar_incidents() {
    let mut source = source("Checkout");
    let text = "{{incident.documents}}\n{{incident.signals}}\n{{incident.similar}}";
    assert_eq!(
        render(&source, text),
        "No incident of the 90 days before has a service in common."
    );
    source.incident.documents = vec![Document {
        number: 1,
        title: "Run[book]".to_owned(),
        url: "https://example.com/a(b)".to_owned(),
        removed_at: None,
        modified_at: None,
        modified_by: None,
    }];
    source.incident.signals = Signal::find_in("Graph https://grafana.example.com/d/1");
    source.similar = vec![SimilarIncident {
        id: IncidentId(3),
        title: "Checkout <down>".to_owned(),
        severity: Severity::Sev1,
        status: Status::Resolved,
        declared_at: minutes(-3_000),
    }];
    assert_eq!(
        render(&source, text),
        "* [Run\\[book\\]](https://example.com/a%28b%29)\n\n* [Graph](https://grafana.example.com/d/1)\n\n\
         * [IR-3](https://muster.example.com/incidents/3) Checkout \\<down\\> (SEV-1, RESOLVED, declared \
         Sat 21 Nov 14:20 CET)"
    );
}

#[test]
fn every_variable_has_a_value_in_the_default_document() {
    let source = source("Checkout");
    let clock = UserClock::new(minutes(100), "UTC");
    let view = PostmortemView {
        clock: &clock,
        page_url: None,
        channel_url: None,
    };
    let document = source.render(&view);
    assert_eq!(document.title, "IR-7 Checkout");
    let bodies: Vec<_> = document.sections.iter().map(|it| &it.body).collect();
    assert!(
        bodies.iter().all(|body| !body.contains("{{")),
        "{bodies:#?}"
    );
    let templates = &source.settings.postmortem_templates;
    for variable in POSTMORTEM_VARIABLES {
        let written = format!("{{{{{}}}}}", variable.name);
        assert!(templates[0].content.contains(&written), "{written}");
    }
    assert_eq!(
        document.sections[0].body.lines().count(),
        1,
        "only the hint"
    );
    let frozen = source.frozen_sections(&view);
    let bodies: Vec<_> = frozen.iter().map(|(_, text)| text).collect();
    assert_eq!(
        bodies,
        document
            .sections
            .iter()
            .map(|it| &it.body)
            .collect::<Vec<_>>()
    );
}

#[test]
fn reading_takes_at_least_a_minute() {
    let document = |words: usize| RenderedPostmortem {
        title: String::new(),
        sections: vec![RenderedSection {
            number: 1,
            heading: "Summary".to_owned(),
            body: "word ".repeat(words),
        }],
    };
    for (words, expected) in [(0, 1), (219, 1), (220, 2), (2_000, 10)] {
        assert_eq!(document(words).reading_minutes(), expected, "{words}");
    }
}
