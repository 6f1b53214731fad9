//! Tests of decisions that depend on the rendered text, of the checklist and of templates.

use super::*;
use crate::postmortem::{
    EditPostmortem, MakeText, PostmortemStatus, PostmortemTemplate, SectionError, checklist,
};
use crate::{FieldDefinition, FieldKind, Impact, Rejection, Task, TaskKind};

/// Calls `decide` with the view of a reader in UTC.
fn with_view<T>(decide: impl FnOnce(&PostmortemView<'_>) -> T) -> T {
    let clock = UserClock::new(minutes(100), "UTC");
    decide(&PostmortemView {
        clock: &clock,
        page_url: None,
        channel_url: None,
    })
}

fn make_text(
    source: &PostmortemSource,
    number: i64,
    expected_revision: i64,
) -> Result<String, SectionError> {
    let actor = Actor::new(bob(), minutes(100));
    let request = MakeText {
        number,
        expected_revision,
    };
    let change = with_view(|view| source.incident.make_text(source, request, view, &actor))?;
    let section = saved_sections(&change.postmortem).remove(0);
    assert_eq!((section.revision, section.edited_by), (2, bob()));
    Ok(section.body)
}

#[test]
fn variables_become_text_in_a_new_revision() {
    let mut source = source("Checkout");
    source
        .entries
        .push(message(2, "It {{is}} full.", QuoteState::Deleted));
    let body = make_text(&source, 4, 1).unwrap();
    assert_eq!(
        body,
        "* Mon 23 Nov 15:23 UTC Bob wrote: It \\{\\{is}} full. \
         ([message](https://acme.slack.com/archives/C0INCIDENT7/p1)) (deleted in Slack)"
    );
    let current = source.document.section(4).cloned();
    assert_eq!(
        make_text(&source, 4, 0),
        Err(SectionError::conflict(current.as_ref()))
    );
    assert_eq!(make_text(&source, 99, 1), Err(SectionError::Conflict(None)));
    let expected = Rejection("This section has no variables to replace.".to_owned());
    assert_eq!(
        make_text(&source, 7, 1),
        Err(SectionError::Rejected(expected))
    );
}

/// Completes the document of an incident.
fn complete(source: &mut PostmortemSource) {
    let actor = Actor::new(alice(), minutes(100));
    let request = EditPostmortem {
        status: Some(PostmortemStatus::Completed),
        ..EditPostmortem::default()
    };
    let frozen = with_view(|view| source.frozen_sections(view));
    let change = source.incident.edit_postmortem(request, frozen, &actor);
    let change = change.unwrap();
    for changed in &change.postmortem {
        if let PostmortemChange::SectionFrozen { number, text } = changed {
            let mut sections = source.document.sections.iter_mut();
            let section = sections.find(|it| it.number == *number).unwrap();
            section.frozen.clone_from(text);
        }
    }
    source.incident = change.incident;
}

#[test]
fn frozen_text_stays_when_the_facts_change() {
    let mut source = source("Checkout");
    source
        .entries
        .push(message(2, "Full.", QuoteState::Unchanged));
    complete(&mut source);
    let mut sections = source.document.sections.iter();
    assert!(sections.all(|section| section.frozen.is_some()));
    let before = with_view(|view| source.render(view));
    assert!(
        before.sections[3]
            .body
            .contains("15:23 UTC Bob wrote: Full.")
    );
    source
        .entries
        .push(message(3, "Empty.", QuoteState::Unchanged));
    source.incident.title = "Other".to_owned();
    assert_eq!(with_view(|view| source.render(view)), before);
    assert!(source.incident.postmortem_remarks().is_empty());
    source.incident.status = Status::Active;
    assert_eq!(
        source.incident.postmortem_remarks(),
        [
            "IR-7 was reopened after this postmortem was completed. The postmortem stays as it was. To show the \
             current state, set it to Draft or In Review."
        ]
    );
}

#[test]
fn review_freezes_nothing() {
    let source = source("Checkout");
    let request = EditPostmortem {
        status: Some(PostmortemStatus::InReview),
        ..EditPostmortem::default()
    };
    let frozen = with_view(|view| source.frozen_sections(view));
    let actor = Actor::new(alice(), minutes(100));
    let change = source.incident.edit_postmortem(request, frozen, &actor);
    assert_eq!(change.unwrap().postmortem, []);
}

/// Returns the items of the checklist: `✓` or `–`, the label and the detail.
fn items(source: &PostmortemSource) -> Vec<String> {
    let items = checklist(source, minutes(100)).into_iter();
    let item = |it: crate::postmortem::ChecklistItem| {
        let sign = if it.is_satisfied { "✓" } else { "–" };
        format!("{sign} {}: {}", it.label, it.detail)
    };
    items.map(item).collect()
}

#[test]
fn checklist_names_what_is_missing() {
    let mut source = source("Checkout");
    source.incident.severity = Severity::Unknown;
    source.incident.detected_at = minutes(5);
    source.incident.impacts = vec![Impact {
        number: 1,
        description: String::new(),
        started_at: minutes(80),
        ended_at: None,
    }];
    source.incident.tasks = (1..=3)
        .map(|number| Task {
            number,
            kind: TaskKind::FollowUp,
            description: "Alert".to_owned(),
            assignees: Vec::new(),
            handles: Vec::new(),
            due_at: (number > 1).then(|| minutes(9_000)),
            done_at: (number == 3).then(|| minutes(90)),
        })
        .collect();
    assert_eq!(
        items(&source),
        [
            "– Impact ended: An impact is still ongoing. End it, so that its duration is known.",
            "– Times plausible: It was detected 5 min after it was declared. Impact 1 started 8 min after the \
             incident was resolved.",
            "– Incident Commander named: Alice declared the incident and took no part in it afterwards.",
            "– Severity known: It's still UNKNOWN.",
            "– Follow-ups have an assignee and a due date: Follow-ups 1 and 2 have no assignee. Follow-up 1 has no \
             due date.",
            "– Important entries marked: No entry of the timeline is marked as important.",
        ]
    );
}

#[test]
fn checklist_of_a_complete_incident_is_satisfied() {
    let mut source = source("Checkout");
    source.entries.push(note(2, 1, "Fixed."));
    source
        .entries
        .push(message(3, "Full.", QuoteState::Deleted));
    assert_eq!(
        items(&source),
        [
            "✓ Impact ended: No impact was recorded.",
            "✓ Times plausible: ",
            "✓ Incident Commander named: Alice is the Incident Commander.",
            "✓ Severity known: It's SEV-2.",
            "✓ Follow-ups have an assignee and a due date: There are no open follow-ups.",
            "✓ Important entries marked: 1 entry is marked.",
        ]
    );
}

fn template(name: &str, content: &str) -> PostmortemTemplate {
    PostmortemTemplate {
        name: name.to_owned(),
        content: content.to_owned(),
        incident_type: None,
    }
}

fn errors(templates: &[PostmortemTemplate]) -> Vec<String> {
    let errors = Settings::default().postmortem_template_errors(templates);
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn each_problem_of_each_postmortem_template_is_named() {
    let sections = "## A\n".repeat(51);
    let templates = [
        template(
            "Short",
            "{{incident.timelin}} {{incident.id}} {{incident.statu}}",
        ),
        template("short ", "{{incident.card"),
        template("", " "),
        template("Long", &"x".repeat(50_001)),
        template("Sections", &sections),
    ];
    assert_eq!(
        errors(&templates),
        [
            "Short: there's no {{incident.timelin}}; did you mean {{incident.timeline}}?",
            "Short: there's no {{incident.statu}}; did you mean {{incident.status}}?",
            "short: there's already a template Short.",
            "short: “{{incident.card” isn't closed; end the variable with }} in the same line.",
            "template 3: the name is missing.",
            "template 3: the content is missing.",
            "Long: the content has 50001 characters; 50000 is the most.",
            "Sections: the content has 51 sections; 50 is the most.",
        ]
    );
    assert_eq!(errors(&[]), ["template 1: there must be at least one."]);
    let many: Vec<_> = (0..101)
        .map(|number| template(&number.to_string(), "x"))
        .collect();
    assert_eq!(
        errors(&many),
        ["100: that's one too many: there can be 100 templates."]
    );
}

#[test]
fn field_that_a_postmortem_template_names_cannot_be_removed() {
    let mut settings = Settings::default();
    settings
        .fields
        .push(FieldDefinition::new("region", FieldKind::Text));
    let named = serde_json::json!([{ "name": "A", "content": "{{incident.region}}" }]);
    let settings = settings
        .with_values([("postmortem_templates".to_owned(), named)])
        .unwrap();
    let removed = settings.with_values([("fields".to_owned(), serde_json::json!([]))]);
    let errors: Vec<_> = removed
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        errors,
        [
            "fields must have the fields that postmortem templates name. A: there's no {{incident.region}}."
        ]
    );
    let none = settings.with_values([("postmortem_templates".to_owned(), serde_json::json!([]))]);
    let errors: Vec<_> = none.unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["postmortem_templates must have at least one template."]
    );
}

#[test]
fn messages_name_no_variables_of_postmortems() {
    let settings = Settings::default();
    for (name, reason) in [
        ("timeline", "it's for postmortems"),
        ("severity_changes", "it's for postmortems"),
    ] {
        let text = format!("{{{{incident.{name}}}}}");
        let expected = format!("there's no {text}: {reason}.");
        assert_eq!(settings.variable_errors(&text), [expected]);
        assert!(settings.postmortem_variable_errors(&text).is_empty());
    }
    let variables = settings.postmortem_variables();
    let names: std::collections::HashSet<_> = variables.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), variables.len());
}
