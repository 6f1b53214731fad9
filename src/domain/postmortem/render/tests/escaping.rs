//! Tests of what a document shows of texts: those of users are escaped, and its own Markdown is not.

use proptest::prelude::*;

use super::*;
use crate::postmortem::POSTMORTEM_VARIABLES;
use crate::{FieldValue, Signal, Task, TaskKind};

#[test]
fn markdown_and_unknown_names_of_a_section_stay_as_written() {
    let source = source("Checkout");
    let text = "**Bold** [link](https://example.com) {{ .Values.image }} {{incident.unknown}} {{x\n\n\
                ```\n{{incident.id}} {{incident.timeline}}\n```\n\n{{ incident.id }}";
    assert_eq!(
        render(&source, text),
        "**Bold** [link](https://example.com) {{ .Values.image }} {{incident.unknown}} {{x\n\n\
         ```\n{{incident.id}} {{incident.timeline}}\n```\n\nIR-7"
    );
}

#[test]
fn line_after_a_list_does_not_continue_it() {
    let mut source = source("Checkout");
    source.entries.push(message(2, "x", QuoteState::Deleted));
    let rendered = render(&source, "Before:\n{{incident.timeline}}\nAfter.");
    assert!(
        rendered.ends_with("(deleted in Slack)\n\nAfter."),
        "{rendered}"
    );
    let inside = render(&source, "Seen: {{incident.timeline}}.");
    assert!(!inside.contains('\n'), "{inside}");
}

#[test]
fn variables_of_messages_and_fields_work_in_documents() {
    let mut source = source("Checkout");
    let services = FieldValue::MultiSelect(vec!["pay".to_owned()]);
    source
        .incident
        .fields
        .insert("services".to_owned(), services);
    let text = "{{incident.id}} {{incident.commander}} {{incident.services}} {{incident.update}}";
    assert_eq!(render(&source, text), "IR-7 Alice pay —");
}

/// Returns the facts of an incident in which every text is this one.
fn source_of(text: &str) -> PostmortemSource {
    let mut source = source(text);
    select_all(&mut source.incident);
    source.incident.summary = text.to_owned();
    source.incident.signals = vec![Signal {
        name: text.to_owned(),
        url: format!("https://example.com/{text}"),
    }];
    source.incident.tasks = vec![Task {
        number: 1,
        kind: TaskKind::FollowUp,
        description: text.to_owned(),
        assignees: vec![bob()],
        handles: Vec::new(),
        due_at: None,
        done_at: None,
    }];
    if let Some(contact) = source.contacts.get_mut(&bob()) {
        contact.name = text.to_owned();
    }
    source.entries.push(note(2, 1, text));
    source.entries.push(message(3, text, QuoteState::Edited));
    source
}

proptest! {
    #[test]
    fn text_of_users_has_no_active_markup(text in "(?s)([-*_`\\[\\]<>#|~&!@:/ (){}\n]|\\PC|www\\.|https://){1,40}") {
        let source = source_of(&text);
        for variable in POSTMORTEM_VARIABLES {
            let written = format!("{{{{{}}}}}", variable.name);
            let rendered = render(&source, &written);
            for row in rendered.lines() {
                let row = row.strip_prefix("* ").unwrap_or(row);
                let row = row.strip_prefix("[ ] ").unwrap_or(row).trim_start();
                prop_assert!(!row.starts_with(['#', '>', '=', '+', '-', '|']), "{row}");
            }
            prop_assert!(!rendered.contains("<@") && !rendered.contains("{{"), "{rendered}");
            // A text that was made of variables is not filled in again.
            prop_assert_eq!(&render(&source, &rendered), &rendered);
        }
    }

    #[test]
    fn any_text_is_rendered(text in "(?s)([{}]{1,3}|incident\\.|timeline|[a-z ]|\\PC|\n|```|~~~){0,60}") {
        render(&source("Checkout"), &text);
    }
}
