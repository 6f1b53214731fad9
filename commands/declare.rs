//! `/datadog incident [title]`: declares an incident.

use muster_domain::link::http_url::url_error;
use muster_domain::{
    CustomerImpact, Declare, DetectionMethod, FieldEdits, IncidentKind, Severity, SeverityScale,
    Signal, UserId, Visibility,
};
use slack_morphism::prelude::*;

use crate::modal::block_kit_limits;
use crate::modal::severity_fields::severity_select;
use crate::modal::{
    FieldErrors, ViewState, build_modal, checkboxes, context_block, line_input, multiline_input,
    optional, static_select, users_select, with_hint,
};
use crate::slash::command::{Command, HelpGroup};
use crate::slash::{ParsedCommand, unquoted};
use crate::test_incident;

/// The words that may precede each command. Alone or with a title they declare an incident.
pub const WORDS: &[&str] = &["incident", "inc"];

/// The command. The words besides `incident` ask for a declaration: what follows is a title, even if
/// it begins with the word of another command.
pub(crate) const COMMAND: Command = Command {
    name: "declare",
    words: &["incident", "inc", "declare", "new", "start", "create"],
    usage: "incident [title]",
    summary: "Declare an incident. Opens a form, with your title filled in.",
    group: HelpGroup::Declare,
    short_usage: "incident [title]",
    typos: &["incident", "inc", "declare", "create", "new", "start"],
    parse: |text| {
        Some(ParsedCommand::Declare {
            title: unquoted(&text.args()).to_owned(),
        })
    },
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "declare";

/// The maximum number of signals in one declaration.
pub const MAX_SIGNALS: usize = 20;

/// The initial values of the declare modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The title from the command; empty without one.
    pub title: String,
    /// The initial Incident Commander: the declarer.
    pub commander: UserId,
    /// Whether the modal declares a test.
    pub kind: IncidentKind,
    /// The other values that are filled in.
    pub prefill: Prefill,
}

/// The values of an alert that are filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefill {
    /// The severity; `None` for the default one.
    pub severity: Option<Severity>,
    /// The signals, one per line.
    pub signals: String,
    /// Whether the incident is private.
    pub is_private: bool,
}

/// Returns the modal with the initial values and the team's severity scale.
/// `slash` is the name of the slash command, such as `/datadog`.
pub fn modal(draft: &Draft, scale: &SeverityScale, slash: &str) -> SlackModalView {
    let impacts = CustomerImpact::ALL.map(|it| (it.label().to_owned(), it.to_string()));
    let fields = [
        title_input(draft, slash),
        severity_select(SEVERITY, scale, draft.prefill.severity),
        users_select(COMMANDER, "Incident Commander", &draft.commander),
        static_select(
            IMPACT,
            "Customer impact",
            &impacts,
            CustomerImpact::default().as_str(),
        ),
        signals_input(draft),
        options_input(draft),
    ];
    let mut blocks: Vec<SlackBlock> = fields.into_iter().map(SlackBlock::from).collect();
    if !draft.kind.is_test() {
        return build_modal(CALLBACK_ID, "Declare Incident", "Declare Incident", blocks);
    }
    blocks.insert(
        0,
        context_block("Test incident: tagged TEST everywhere, not announced, left out of metrics."),
    );
    build_modal(
        test_incident::CALLBACK_ID,
        "Declare Test Incident",
        "Declare Test Incident",
        blocks,
    )
}

fn signals_input(draft: &Draft) -> SlackInputBlock {
    let signals = &draft.prefill.signals;
    optional(with_hint(
        multiline_input(SIGNALS, "Signals", signals, block_kit_limits::INPUT),
        "Links to graphs, monitors, dashboards or notebooks, one per line.",
    ))
}

/// Returns the field of the options. A test can be announced.
fn options_input(draft: &Draft) -> SlackInputBlock {
    let private = Visibility::Private.as_str();
    let mut options = vec![("Private (visible to responders only)", private)];
    if draft.kind.is_test() {
        options.push(("Announce it anyway", ANNOUNCE));
    }
    let ticked: Vec<String> = match draft.prefill.is_private {
        true => vec![private.to_owned()],
        false => Vec::new(),
    };
    optional(checkboxes(OPTIONS, "Options", &options, &ticked))
}

/// Returns the field of the title. A real incident's has a hint for users who are testing.
fn title_input(draft: &Draft, slash: &str) -> SlackInputBlock {
    let title = line_input(TITLE, "Title", &draft.title);
    if draft.kind.is_test() {
        return title;
    }
    with_hint(title, &format!("Only testing? {slash} incident test"))
}

/// Reads a submission.
///
/// The declarer becomes commander if none is selected. The kind is that for which the modal was
/// opened.
///
/// # Errors
/// Returns [`FieldErrors`] if a field is missing or invalid.
pub fn read(
    view: &ViewState,
    declarer: &UserId,
    kind: IncidentKind,
) -> Result<Declare, FieldErrors> {
    let mut errors = FieldErrors::default();
    let commander = match view.value(COMMANDER) {
        "" => declarer.clone(),
        selected => UserId::from(selected),
    };
    let ticked = view.values(OPTIONS);
    let is_ticked = |option: &str| ticked.contains(&option);
    let severity = view.value(SEVERITY);
    if severity.is_empty() {
        errors.add(SEVERITY, "Choose a severity.");
    }
    let declare = Declare {
        fields: FieldEdits::new(),
        title: errors.check_title(TITLE, view.value(TITLE)),
        summary: view.value(SUMMARY).to_owned(),
        severity: severity.parse().unwrap_or_default(),
        commander: Some(commander),
        customer_impact: view.value(IMPACT).parse().unwrap_or_default(),
        impact_description: String::new(),
        incident_type: muster_domain::DEFAULT_INCIDENT_TYPE,
        detection_method: DetectionMethod::Unknown,
        detected_at: None,
        signals: parse_signals(view.value(SIGNALS), &mut errors),
        visibility: if is_ticked(Visibility::Private.as_str()) {
            Visibility::Private
        } else {
            Visibility::Public
        },
        kind: match kind {
            IncidentKind::Test if is_ticked(ANNOUNCE) => IncidentKind::AnnouncedTest,
            other => other,
        },
    };
    if declare.visibility == Visibility::Private && declare.kind == IncidentKind::AnnouncedTest {
        errors.add(
            OPTIONS,
            "A private incident can't be announced. Choose one of the two.",
        );
    }
    errors.into_result(declare)
}

/// The field of the title.
pub const TITLE: &str = "title";
/// The field of the severity.
pub const SEVERITY: &str = "severity";
/// The field of the commander.
pub const COMMANDER: &str = "commander";
/// The field of the customer impact.
pub const IMPACT: &str = "customer_impact";
/// The field of the signals, one URL per line.
pub const SIGNALS: &str = "signals";
/// The text under “What happened”. The page has it, the modal does not.
pub const SUMMARY: &str = "summary";
/// The field of the options.
pub const OPTIONS: &str = "ticked";

/// The value of the option that announces a test.
pub const ANNOUNCE: &str = "announce";

/// Parses the links of each line, skipping blank lines and repeated URLs.
fn parse_signals(input: &str, errors: &mut FieldErrors) -> Vec<Signal> {
    let mut links: Vec<Signal> = Vec::new();
    for (at, entry) in input.lines().enumerate() {
        let entry = entry.trim();
        let matched = Signal::find_in(entry);
        if let Some(why) = url_error(entry).filter(|_| matched.is_empty() && !entry.is_empty()) {
            errors.add(SIGNALS, format!("Line {} {why}", at + 1));
        }
        for link in matched {
            if links.iter().all(|known| known.url != link.url) {
                links.push(link);
            }
        }
    }
    if links.len() > MAX_SIGNALS {
        errors.add(
            SIGNALS,
            format!(
                "That's {} links; the limit is {MAX_SIGNALS}. Keep the most important ones and post the \
                 others in the incident's channel.",
                links.len()
            ),
        );
    }
    links
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use muster_domain::is_blank;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{any_text, block_kit_errors, submit_unchanged, submit_with};

    fn draft(title: &str) -> Draft {
        Draft {
            title: title.to_owned(),
            commander: "U0ALICE0001".into(),
            kind: IncidentKind::Real,
            prefill: Prefill::default(),
        }
    }

    fn read_with(fields: &[(&str, Value)]) -> Result<Declare, FieldErrors> {
        let form = modal(
            &draft("Checkout is slow"),
            &SeverityScale::default(),
            "/datadog",
        );
        read(
            &submit_with(&form, fields),
            &"U0ALICE0001".into(),
            IncidentKind::Real,
        )
    }

    fn error_with(fields: &[(&str, Value)]) -> String {
        read_with(fields).unwrap_err().to_string()
    }

    #[test]
    fn title_is_the_only_required_field() {
        let expected = Declare {
            title: "Checkout is slow".to_owned(),
            summary: String::new(),
            severity: Severity::Unknown,
            commander: Some("U0ALICE0001".into()),
            customer_impact: CustomerImpact::Unknown,
            impact_description: String::new(),
            incident_type: muster_domain::DEFAULT_INCIDENT_TYPE,
            detection_method: DetectionMethod::Unknown,
            detected_at: None,
            signals: Vec::new(),
            visibility: Visibility::Public,
            kind: IncidentKind::Real,
            fields: FieldEdits::new(),
        };
        assert_eq!(read_with(&[]), Ok(expected));
        assert_eq!(
            error_with(&[("title", Value::Null)]),
            "An incident needs a title."
        );
    }

    #[test]
    fn options_make_it_private_or_announce_a_test() {
        let ticked = |kind: IncidentKind, ticked: &[&str]| {
            let draft = Draft {
                kind,
                ..draft("Checkout is slow")
            };
            let options: Vec<Value> = ticked.iter().map(|it| json!({ "value": it })).collect();
            let view = submit_with(
                &modal(&draft, &SeverityScale::default(), "/datadog"),
                &[("ticked", json!(options))],
            );
            read(&view, &"U0ALICE0001".into(), kind).map(|it| (it.visibility, it.kind))
        };
        let (real, test) = (IncidentKind::Real, IncidentKind::Test);
        let (public, private) = (Visibility::Public, Visibility::Private);
        let cases = [
            (real, &[][..], (public, real)),
            (real, &["private"], (private, real)),
            (real, &["announce"], (public, real)),
            (test, &[], (public, test)),
            (test, &["private"], (private, test)),
            (test, &["announce"], (public, IncidentKind::AnnouncedTest)),
        ];
        for (kind, options, expected) in cases {
            assert_eq!(ticked(kind, options), Ok(expected), "{kind}: {options:?}");
        }
        let both = ticked(IncidentKind::Test, &["private", "announce"]).unwrap_err();
        assert_eq!(
            both.to_string(),
            "A private incident can't be announced. Choose one of the two."
        );
    }

    #[test]
    fn declarer_becomes_commander_when_none_is_selected() {
        let declare = read_with(&[("commander", Value::Null)]).unwrap();
        assert_eq!(declare.commander, Some("U0ALICE0001".into()));
        let declare = read_with(&[("commander", json!("U0BOB000001"))]).unwrap();
        assert_eq!(declare.commander, Some("U0BOB000001".into()));
    }

    #[test]
    fn signals_are_read_one_per_line_without_duplicates() {
        let input =
            " https://acme.example/a \r\n\nHTTP://acme.example/b?c=d#e\nhttps://acme.example/a";
        let declare = read_with(&[("signals", json!(input))]).unwrap();
        let links = ["https://acme.example/a", "HTTP://acme.example/b?c=d#e"];
        let urls = declare.signals.iter().map(|signal| signal.url.as_str());
        assert!(urls.eq(links));
    }

    #[test]
    fn signals_are_found_between_words_and_are_named_by_them() {
        let input = "graph https://acme.example/a, acme.example/b\nhttps://acme.example/a";
        let declare = read_with(&[("signals", json!(input))]).unwrap();
        let signals = Signal::find_in("graph https://acme.example/a https://acme.example/b");
        assert_eq!(declare.signals, signals);
    }

    #[test]
    fn invalid_signal_is_reported_with_its_line_number() {
        let input = "https://acme.example\n\nsee the graph";
        assert_eq!(
            error_with(&[("signals", json!(input))]),
            "Line 3 contains a space. Enter one link per line and nothing else."
        );
        for input in [
            "javascript:alert(1)",
            "graph",
            "https://",
            "ftp://a",
            "http:///x",
            "ä",
        ] {
            assert_eq!(
                error_with(&[("signals", json!(input))]),
                "Line 1 isn't a link. Links start with https:// or http://.",
                "{input}"
            );
        }
        let long = format!("https://acme.example/{}", "x".repeat(2_030));
        assert!(error_with(&[("signals", json!(long))]).contains("at most 2048"));
    }

    #[test]
    fn more_than_twenty_signals_are_rejected() {
        let links = |count: u32| {
            let link = |it| format!("https://acme.example/{it}");
            json!((0..count).map(link).collect::<Vec<_>>().join("\n"))
        };
        assert_eq!(
            read_with(&[("signals", links(20))]).unwrap().signals.len(),
            20
        );
        let trouble = error_with(&[("signals", links(21))]);
        assert!(trouble.starts_with("That's 21 links; the limit is 20."));
    }

    proptest! {
        #[test]
        fn modal_is_within_block_kit_limits(
            title in any_text(),
            commander in "[UW][A-Z0-9]{8,20}|",
            kind in prop::sample::select(&IncidentKind::ALL[..]),
        ) {
            let draft = Draft { title, commander: UserId(commander), kind, prefill: Prefill::default() };
            prop_assert_eq!(block_kit_errors(&modal(&draft, &SeverityScale::default(), "/datadog")), Vec::<String>::new());
        }

        #[test]
        fn field_values_round_trip(
            title in "\\p{L}|\\p{L}[^\r\n]{0,200}\\p{L}",
            severity in prop::sample::select(&Severity::ALL[..]),
        ) {
            // Some letters are invisible fillers.
            prop_assume!(!is_blank(&title));
            let fields = [("title", json!(title)), ("severity", json!(severity))];
            let declare = read_with(&fields).unwrap();
            prop_assert_eq!((declare.title, declare.severity), (title.clone(), severity));
            let view = submit_unchanged(&modal(&draft(&title), &SeverityScale::default(), "/datadog"));
            prop_assert_eq!(read(&view, &"U1".into(), IncidentKind::Real).unwrap().title, title);
        }

        #[test]
        fn any_signals_are_parsed_without_panic(input in "(.|\n)*") {
            let _ = read_with(&[("signals", json!(input))]);
        }
    }
}
