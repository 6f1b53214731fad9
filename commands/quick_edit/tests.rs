//! Tests of parsing quick edits.

use proptest::prelude::*;

use super::*;

/// A quick edit and its reason.
type Edit = Option<(QuickEditArgs, String)>;

fn parse(text: &str) -> Edit {
    let command = crate::slash::parse(&format!("incident {text}"));
    if let ParsedCommand::QuickEdit { edit, reason } = command {
        return Some((edit, reason));
    }
    None
}

/// Returns the command that is suggested for a text.
fn suggestion(text: &str) -> Option<String> {
    let command = crate::slash::parse(&format!("incident {text}"));
    if let ParsedCommand::Unknown(unknown) = command {
        return unknown.command;
    }
    None
}

fn edit(edit: QuickEditArgs) -> Edit {
    because(edit, "")
}

fn because(edit: QuickEditArgs, reason: &str) -> Edit {
    Some((edit, reason.to_owned()))
}

fn severity(input: &str) -> Edit {
    edit(QuickEditArgs::Severity(input.to_owned()))
}

fn status(input: &str) -> Edit {
    edit(QuickEditArgs::Status(input.to_owned()))
}

fn title(input: &str) -> Edit {
    edit(QuickEditArgs::Title(input.to_owned()))
}

fn named(name: &str) -> QuickEditArgs {
    let mention = Mention::Name(name.to_owned());
    QuickEditArgs::Commander(Some(UserRef::Mentioned(mention)))
}

fn ann() -> QuickEditArgs {
    let mention = Mention::Id("U0ANN000001".into());
    QuickEditArgs::Commander(Some(UserRef::Mentioned(mention)))
}

#[test]
fn each_field_is_changed_by_its_command() {
    let cases = [
        ("severity SEV-2", severity("SEV-2")),
        ("SEV 2", severity("2")),
        ("sev2", severity("sev2")),
        ("Sev-12", severity("sev-12")),
        ("SEV–2", severity("sev-2")),
        ("severity “SEV-2”", severity("SEV-2")),
        ("severity dire", severity("dire")),
        ("severity", severity("")),
        ("status stable", status("stable")),
        ("status mitigated", status("stable")),
        ("status dead", status("dead")),
        ("status", status("")),
        ("Stable", status("stable")),
        ("stable.", status("stable")),
        ("mitigated", status("stable")),
        ("ended", status("stable")),
        ("reopen", status("active")),
        ("title Checkout is down", title("Checkout is down")),
        ("title “A &amp; B”", title("A & B")),
        ("title", title("")),
        ("commander @ann", edit(named("ann"))),
        ("commander @ann please", edit(named("ann"))),
        ("lead @ann", edit(named("ann"))),
        ("ic @Ann Lee", edit(named("Ann Lee"))),
        ("ic ann", edit(named("ann"))),
        ("commander", edit(QuickEditArgs::Commander(None))),
        ("ic me", edit(QuickEditArgs::Commander(Some(UserRef::Me)))),
        ("commander <@U0ANN000001|ann>", edit(ann())),
    ];
    for (text, meant) in cases {
        assert_eq!(parse(text), meant, "{text}");
    }
}

#[test]
fn text_after_the_value_is_the_reason() {
    let stable = QuickEditArgs::Status("stable".to_owned());
    let severity = |severity: &str| QuickEditArgs::Severity(severity.to_owned());
    let cases = [
        (
            "stable: rolled back",
            because(stable.clone(), "rolled back"),
        ),
        (
            "mitigated “rolled back”",
            because(stable.clone(), "rolled back"),
        ),
        ("status stable A &amp; B", because(stable, "A & B")),
        ("severity SEV-2 High", because(severity("SEV-2"), "High")),
        ("sev2 carts fail", because(severity("sev2"), "carts fail")),
        ("sev 2 carts fail", because(severity("2"), "carts fail")),
        (
            "lead <@U0ANN000001|ann> as bob sleeps",
            because(ann(), "as bob sleeps"),
        ),
    ];
    for (text, meant) in cases {
        assert_eq!(parse(text), meant, "{text}");
    }
    for (text, reason) in [
        ("resolve", ""),
        ("Closed", ""),
        ("resolve fixed by rollback", "fixed by rollback"),
        ("fixed: rolled back", "rolled back"),
        ("status resolved rolled back", "rolled back"),
    ] {
        let text_of = ParsedCommand::Resolve {
            text: reason.to_owned(),
        };
        assert_eq!(crate::slash::parse(&format!("incident {text}")), text_of);
    }
}

#[test]
fn other_arguments_get_a_question() {
    for (text, command) in [
        ("severity of alerts is wrong", "severity"),
        ("status page is down", "status"),
        ("commander of the build is stuck", "commander"),
        ("ic cards fail", "ic"),
        ("stable is not stable", "stable is not stable"),
        ("severty SEV-2", "severity SEV-2"),
        ("statsu stable", "status stable"),
        ("comander @ann", "commander @ann"),
        ("resovle now", "resolve now"),
        ("updat", "update"),
    ] {
        assert_eq!(suggestion(text).as_deref(), Some(command), "{text}");
    }
    for title in [
        "several carts are lost",
        "titles are cut",
        "stats are wrong",
        "state unclear",
        "severty unclear",
        "comander ann",
        "tables are locked",
        "resolver is down",
        "node db-3 is down",
        "",
    ] {
        let declare = ParsedCommand::Declare {
            title: title.to_owned(),
        };
        assert_eq!(crate::slash::parse(&format!("incident {title}")), declare);
    }
}

proptest! {
    #[test]
    fn any_text_is_parsed_without_panic(
        name in "(severity|sev|sev2|status|title|commander|ic|lead|stable|resolve)?",
        text in ".*",
    ) {
        let input = format!("{name} {text}");
        let _ = (parse(&input), suggestion(&input));
    }
}
