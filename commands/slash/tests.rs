//! Tests of the grammar.

use muster_domain::LinkKind;

use super::*;
use crate::role::RoleHolders;
use crate::slash::mention::Mention;

fn title(text: &str) -> String {
    match parse(text) {
        ParsedCommand::Declare { title } => title,
        other => format!("{other:?}"),
    }
}

/// Escapes a text as Slack does in a slash command.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn assert_parsed<const N: usize>(cases: [(&str, ParsedCommand); N]) {
    for (text, expected) in cases {
        assert_eq!(parse(text), expected, "{text:?}");
    }
}

#[test]
fn every_command_is_parsed_in_any_case_and_spacing() {
    let test = ParsedCommand::DeclareTest {
        title: "It is only me".to_owned(),
    };
    let private = ParsedCommand::Visibility(Visibility::Private);
    let severity = ParsedCommand::QuickEdit {
        edit: QuickEditArgs::Severity("sev2".to_owned()),
        reason: String::new(),
    };
    let update = ParsedCommand::StatusUpdate {
        text: "SEV-2 @bob".to_owned(),
    };
    let call = LinkCommand::OpenModal(LinkKind::Call);
    assert_parsed([
        ("Settings", ParsedCommand::Settings),
        ("", ParsedCommand::ActionMenu),
        (" \u{3000} ", ParsedCommand::ActionMenu),
        ("incident update", ParsedCommand::Update),
        ("INC  Edit", ParsedCommand::Update),
        ("update", ParsedCommand::Update),
        ("incident update SEV-2 <@U0BOB000001|bob>", update),
        (
            "\tincident\u{a0}list\n",
            ParsedCommand::List(ListFilter::Open),
        ),
        ("LIST", ParsedCommand::List(ListFilter::Open)),
        ("inc Test “It is only me”", test),
        ("incident private", private),
        ("inc Public", ParsedCommand::Visibility(Visibility::Public)),
        ("incident Responders", ParsedCommand::Responders),
        ("who", ParsedCommand::Responders),
        ("inc SEV2", severity.clone()),
        ("SEV2!", severity),
        ("incident repair", ParsedCommand::Repair),
        ("incident LINKS", ParsedCommand::Link(LinkCommand::List)),
        ("inc call", ParsedCommand::Link(call)),
    ]);
}

#[test]
fn help_notes_and_summaries_are_parsed() {
    let help = ParsedCommand::Help(HelpScope::Short);
    let note = |text: &str| ParsedCommand::Note {
        text: text.to_owned(),
    };
    assert_parsed([
        ("help", help.clone()),
        ("Help me", help.clone()),
        ("?", help.clone()),
        ("—help", help.clone()),
        ("incident help", help),
        ("help all", ParsedCommand::Help(HelpScope::Full)),
        ("note", note("")),
        ("note: it burns", note("it burns")),
        ("add note it burns", note("it burns")),
        ("notes", ParsedCommand::Timeline),
        ("show timeline", ParsedCommand::Timeline),
        ("incident summary", ParsedCommand::Show),
    ]);
}

#[test]
fn users_are_added_and_removed() {
    let bob = UserRef::Mentioned(Mention::Id("U0BOB000001".into()));
    let ann = UserRef::Mentioned(Mention::Name("ann".to_owned()));
    let invite = |users: &[&UserRef]| ParsedCommand::Invite {
        users: users.iter().copied().cloned().collect(),
    };
    let remove = ParsedCommand::Role(RoleArgs {
        role: "Responder".to_owned(),
        holders: RoleHolders::Unassign(ann.clone()),
    });
    let ann_lee = UserRef::Mentioned(Mention::Name("Ann Lee".to_owned()));
    assert_parsed([
        ("incident invite <@U0BOB000001|bob>", invite(&[&bob])),
        (
            "add <@U0BOB000001|bob>, @ann and me",
            invite(&[&bob, &ann, &UserRef::Me]),
        ),
        ("add @ann @ann please", invite(&[&ann])),
        ("responders @ann", invite(&[&ann])),
        ("invite @Ann Lee", invite(&[&ann_lee])),
        ("invite", ParsedCommand::Responders),
        ("remove @ann", remove),
    ]);
}

#[test]
fn other_words_and_quoted_words_are_titles() {
    assert_eq!(title("incident"), "");
    assert_eq!(title("inc Checkout is slow"), "Checkout is slow");
    assert_eq!(title("incident lists are broken"), "lists are broken");
    assert_eq!(title("incident updates fail"), "updates fail");
    assert_eq!(title("incident disk"), "disk");
    assert_eq!(title("incident tests fail"), "tests fail");
    assert_eq!(title("incident “test is red”"), "test is red");
    assert_eq!(title("incident \"private\""), "private");
    assert_eq!(title("incident  a  b "), "a  b");
    assert_eq!(title("incident \"update\""), "update");
    assert_eq!(title("incident “list”"), "list");
    assert_eq!(title("incident “resolve now”"), "resolve now");
    assert_eq!(title("incident Same as IR-7"), "Same as IR-7");
}

#[test]
fn word_that_asks_for_a_declaration_is_dropped() {
    for token in ["new", "declare", "Start", "create"] {
        for prefix in ["incident ", "inc ", ""] {
            assert_eq!(title(&format!("{prefix}{token}")), "");
            assert_eq!(
                title(&format!("{prefix}{token} resolve now")),
                "resolve now"
            );
            assert_eq!(title(&format!("{prefix}{token} “Foo”")), "Foo");
        }
    }
}

#[test]
fn number_selects_the_incident() {
    let resolve = |text: &str| ParsedCommand::Resolve {
        text: text.to_owned(),
    };
    let note = |text: &str| ParsedCommand::Note {
        text: text.to_owned(),
    };
    let show = || ParsedCommand::Show;
    let done = || ParsedCommand::Task(TaskKind::Task, TaskCommand::Done(1));
    for (text, command) in [
        ("IR-2", show()),
        ("incident ir-2", show()),
        ("show IR2", show()),
        ("resolve IR-2", resolve("")),
        ("incident IR-2 resolve", resolve("")),
        (
            "inc RESOLVE ir2 fixed by rollback",
            resolve("fixed by rollback"),
        ),
        ("IR-2: resolve fixed", resolve("fixed")),
        ("timeline IR-2", ParsedCommand::Timeline),
        ("incident repair IR 2", ParsedCommand::Repair),
        ("update IR-2", ParsedCommand::Update),
        ("note IR-2 like IR-3", note("like IR-3")),
        ("task done IR-2 1", done()),
        ("task done 1 IR-2", done()),
        ("IR-2 task 1 done", done()),
    ] {
        for position in [Position::IncidentChannel, Position::Elsewhere] {
            let request = parse_request(text, position);
            assert_eq!(request.incident, Some(IncidentId(2)), "{text}");
            assert_eq!(request.command, command, "{text}");
        }
    }
}

#[test]
fn number_within_a_free_text_is_part_of_it() {
    let note = |text: &str| ParsedCommand::Note {
        text: text.to_owned(),
    };
    let inner = "note same as IR-2 was";
    for position in [Position::IncidentChannel, Position::Elsewhere] {
        let request = parse_request(inner, position);
        assert_eq!(
            (request.command, request.incident),
            (note("same as IR-2 was"), None)
        );
    }
    // In an incident's channel the note is about that incident.
    let last = "note same as IR-2";
    let request = parse_request(last, Position::IncidentChannel);
    assert_eq!(
        (request.command, request.incident),
        (note("same as IR-2"), None)
    );
    let request = parse_request(last, Position::Elsewhere);
    assert_eq!(request.command, note("same as"));
    assert_eq!(request.incident, Some(IncidentId(2)));
}

fn question(text: &str, position: Position) -> (Option<String>, Option<String>) {
    match parse_request(text, position).command {
        ParsedCommand::Unknown(it) => (it.command, it.alternative.map(|it| it.command())),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn command_that_may_be_a_title_get_a_question() {
    let both = [Position::IncidentChannel, Position::Elsewhere];
    for (text, positions, command) in [
        ("resolve now", &both[1..], "resolve now"),
        (
            "stable diffusion is down",
            &both[1..],
            "stable diffusion is down",
        ),
        ("sev2 alerts are late", &both[1..], "sev2 alerts are late"),
        ("search is down", &both[..], "search is down"),
        ("private keys leaked", &both[..], "private"),
        ("repair shop is down", &both[..], "repair"),
        ("links are dead", &both[..], "links"),
        ("help desk is down", &both[..], "help"),
        ("settings page is down", &both[..], "settings"),
        ("role mapping is broken", &both[..], "role"),
        ("done", &both[..], "resolve"),
        ("IR-7 is back", &both[..], "show IR-7"),
        ("IR-7 private keys", &both[..], "IR-7 private"),
    ] {
        for position in positions {
            let expected = (
                Some(command.to_owned()),
                Some(format!("incident declare {text}")),
            );
            assert_eq!(
                question(&format!("incident {text}"), *position),
                expected,
                "{text}"
            );
        }
    }
}

#[test]
fn unknown_text_without_incident_get_a_question() {
    let position = Position::Elsewhere;
    let declare = |text: &str| Some(format!("incident declare {text}"));
    for (text, command, alternative) in [
        ("Checkout is slow", None, declare("Checkout is slow")),
        ("🔥", None, declare("🔥")),
        ("hlep", Some("help"), declare("hlep")),
        (
            "incidnet Checkout is slow",
            Some("incident Checkout is slow"),
            None,
        ),
        ("incdient update now", Some("incident update now"), None),
        ("lits mine", Some("list mine"), declare("lits mine")),
    ] {
        let expected = (command.map(str::to_owned), alternative);
        assert_eq!(question(text, position), expected, "{text}");
    }
}

#[test]
fn link_is_parsed_with_its_url() {
    let sent = "inc  Link <http://acme.example/a?b&amp;c|acme.example/a> The “runbook”";
    let read = match parse(sent) {
        ParsedCommand::Link(LinkCommand::Add(link)) => (link.url, link.title),
        other => panic!("{other:?}"),
    };
    let url = "http://acme.example/a?b&c".to_owned();
    assert_eq!(read, (url, "The “runbook”".to_owned()));
    assert_eq!(
        title("incident \"call center is down\""),
        "call center is down"
    );
}

#[test]
fn quotes_around_a_title_are_removed() {
    for open_and_close in ["\"\"", "“”", "”“", "„“", "''", "‘’"] {
        let title = title(&format!(
            "incident {}",
            open_and_close
                .chars()
                .map(String::from)
                .collect::<Vec<_>>()
                .join("it is down")
        ));
        assert_eq!(title, "it is down");
    }
    for unchanged in [
        "“A” and “B”",
        "\"A\" or \"B\"",
        "5\" disks",
        "it's 'down'",
        "'it's down'",
        "\"",
    ] {
        assert_eq!(title(&format!("incident {unchanged}")), unchanged);
    }
    assert_eq!(title("incident \"\""), "");
}

#[test]
fn title_is_parsed_verbatim() {
    let titles = [
        "<!channel> is *down*",
        "&lt; and & and <b>",
        "🔥",
        "支払いが遅い",
        "الدفع بطيء",
        "👩‍💻 e\u{301}",
    ];
    let long = ["ä".repeat(80), "x".repeat(300)];
    for text in titles.map(str::to_owned).into_iter().chain(long) {
        assert_eq!(title(&escaped(&format!("incident {text}"))), text);
    }
}
