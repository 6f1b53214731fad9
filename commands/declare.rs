//! `/datadog incident [title]`: declare an incident.

use slack_morphism::prelude::*;

use crate::form::{
    Answers, FieldErrors, choice, hint, line, modal, optional, person, remark, severity, text,
    ticks,
};
use crate::limits;
use crate::test_incident::{self, Nature};
use crate::visibility::Visibility;
use crate::web_link::no_link;
use crate::{CustomerImpact, PersonId, Scale, Severity, title};

/// The words that begin all that is typed about incidents; alone, or with a title, they declare one.
pub const WORDS: &[&str] = &["incident", "inc"];

/// The name of this form: Slack hands it back when the form is submitted.
pub const FORM: &str = "declare";

/// How many signals can be given at once.
pub const MOST_SIGNALS: usize = 20;

/// What a person declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declare {
    /// The title as typed.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who leads it.
    pub commander: PersonId,
    /// Whether customers are affected.
    pub customer_impact: CustomerImpact,
    /// Links to what was seen: `http` or `https`, each once, in the order given.
    pub signals: Vec<String>,
    /// Who is to know of it.
    pub visibility: Visibility,
    /// Whether it is a test.
    pub nature: Nature,
}

/// What the form says before anybody fills it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The title that was typed after the command; empty if none was.
    pub title: String,
    /// Who leads unless another is chosen: the declarer.
    pub commander: PersonId,
    /// Whether a test is to be declared.
    pub nature: Nature,
}

/// Gives the form, filled in with what is known, with the severities that the team uses.
pub fn form(draft: &Draft, scale: &Scale) -> SlackModalView {
    let signals = text(SIGNALS, "Signals", "", limits::INPUT);
    let impacts = CustomerImpact::ALL.map(|it| (it.label().to_owned(), it.to_string()));
    let fields = [
        line(TITLE, "Title", &draft.title),
        severity(SEVERITY, scale, None),
        person(COMMANDER, "Incident Commander", &draft.commander),
        choice(
            IMPACT,
            "Customer impact",
            &impacts,
            CustomerImpact::default().as_str(),
        ),
        optional(hint(
            signals,
            "Links to what was seen: graphs, monitors, dashboards, notebooks. One link a line.",
        )),
    ];
    let mut blocks: Vec<SlackBlock> = fields.into_iter().map(SlackBlock::from).collect();
    let private = (
        "Private: only those who take part know of it",
        Visibility::Private.as_str(),
    );
    if !draft.nature.is_test() {
        blocks.push(optional(ticks(OPTIONS, "Options", &[private], &[])).into());
        return modal(FORM, "Declare Incident", "Declare Incident", blocks);
    }
    let announce = ("Announce it all the same", ANNOUNCE);
    blocks.push(optional(ticks(OPTIONS, "Options", &[private, announce], &[])).into());
    blocks.insert(
        0,
        remark(
            "This declares a test: marked TEST wherever it stands, not announced and not counted.",
        ),
    );
    modal(
        test_incident::FORM,
        "Declare Test Incident",
        "Declare Incident",
        blocks,
    )
}

/// Gives what the person declares, or what to show them under which field.
///
/// Where no commander is chosen, the declarer leads. `nature` is what the form was opened for.
pub fn read(
    answers: &Answers,
    declarer: &PersonId,
    nature: Nature,
) -> Result<Declare, FieldErrors> {
    let mut errors = FieldErrors::default();
    let commander = match answers.given(COMMANDER) {
        "" => declarer.clone(),
        chosen => PersonId::from(chosen),
    };
    let ticked = answers.all_given(OPTIONS);
    let is_ticked = |option: &str| ticked.contains(&option);
    let severity = answers.given(SEVERITY);
    if severity.is_empty() {
        errors.add(SEVERITY, "Please choose how bad it is.");
    }
    let declare = Declare {
        title: title::read(TITLE, answers.given(TITLE), &mut errors),
        severity: severity.parse().unwrap_or_default(),
        commander,
        customer_impact: answers.given(IMPACT).parse().unwrap_or_default(),
        signals: signals(answers.given(SIGNALS), &mut errors),
        visibility: if is_ticked(Visibility::Private.as_str()) {
            Visibility::Private
        } else {
            Visibility::Public
        },
        nature: match nature {
            Nature::Test if is_ticked(ANNOUNCE) => Nature::AnnouncedTest,
            other => other,
        },
    };
    if declare.visibility == Visibility::Private && declare.nature == Nature::AnnouncedTest {
        errors.add(
            OPTIONS,
            "What is private is not announced. Please tick one of the two.",
        );
    }
    errors.or(declare)
}

const TITLE: &str = "title";
const SEVERITY: &str = "severity";
/// The field of the commander.
pub const COMMANDER: &str = "commander";
const IMPACT: &str = "customer_impact";
const SIGNALS: &str = "signals";
const OPTIONS: &str = "ticked";

/// The option to announce a test.
const ANNOUNCE: &str = "announce";

/// Reads one link from each line that is not empty.
fn signals(given: &str, errors: &mut FieldErrors) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for (at, line) in given.lines().enumerate() {
        let link = line.trim();
        if link.is_empty() || links.iter().any(|known| known == link) {
            continue;
        }
        if let Some(why) = no_link(link) {
            errors.add(SIGNALS, format!("Line {} {why}", at + 1));
        }
        links.push(link.to_owned());
    }
    if links.len() > MOST_SIGNALS {
        errors.add(
            SIGNALS,
            format!(
                "These are {} links; {MOST_SIGNALS} is the most. \
                 Please keep those that matter: the others can be posted in the incident's channel.",
                links.len()
            ),
        );
    }
    links
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::as_slack::{any_text, complaints, filled, untouched};

    fn draft(title: &str) -> Draft {
        Draft {
            title: title.to_owned(),
            commander: "U0ALICE0001".into(),
            nature: Nature::Real,
        }
    }

    fn given(fields: &[(&str, Value)]) -> Result<Declare, FieldErrors> {
        let form = form(&draft("Checkout is slow"), &Scale::default());
        read(&filled(&form, fields), &"U0ALICE0001".into(), Nature::Real)
    }

    fn trouble(fields: &[(&str, Value)]) -> String {
        given(fields).unwrap_err().to_string()
    }

    #[test]
    fn a_title_is_all_that_is_needed() {
        let expected = Declare {
            title: "Checkout is slow".to_owned(),
            severity: Severity::Unknown,
            commander: "U0ALICE0001".into(),
            customer_impact: CustomerImpact::Unknown,
            signals: Vec::new(),
            visibility: Visibility::Public,
            nature: Nature::Real,
        };
        assert_eq!(given(&[]), Ok(expected));
        assert_eq!(
            trouble(&[("title", Value::Null)]),
            "An incident needs a title."
        );
    }

    #[test]
    fn what_is_ticked_makes_it_private_or_announces_a_test() {
        let ticked = |nature: Nature, ticked: &[&str]| {
            let draft = Draft {
                nature,
                ..draft("Checkout is slow")
            };
            let options: Vec<Value> = ticked.iter().map(|it| json!({ "value": it })).collect();
            let answers = filled(
                &form(&draft, &Scale::default()),
                &[("ticked", json!(options))],
            );
            read(&answers, &"U0ALICE0001".into(), nature).map(|it| (it.visibility, it.nature))
        };
        let (public, private) = (Visibility::Public, Visibility::Private);
        let cases = [
            (Nature::Real, &[][..], (public, Nature::Real)),
            (Nature::Real, &["private"][..], (private, Nature::Real)),
            (Nature::Real, &["announce"][..], (public, Nature::Real)),
            (Nature::Test, &[][..], (public, Nature::Test)),
            (Nature::Test, &["private"][..], (private, Nature::Test)),
            (
                Nature::Test,
                &["announce"][..],
                (public, Nature::AnnouncedTest),
            ),
        ];
        for (nature, options, meant) in cases {
            assert_eq!(ticked(nature, options), Ok(meant), "{nature}: {options:?}");
        }
        let both = ticked(Nature::Test, &["private", "announce"]).unwrap_err();
        assert_eq!(
            both.to_string(),
            "What is private is not announced. Please tick one of the two."
        );
    }

    #[test]
    fn whoever_declares_leads_if_nobody_is_chosen() {
        let declare = given(&[("commander", Value::Null)]).unwrap();
        assert_eq!(declare.commander, "U0ALICE0001".into());
        let declare = given(&[("commander", json!("U0BOB000001"))]).unwrap();
        assert_eq!(declare.commander, "U0BOB000001".into());
    }

    #[test]
    fn signals_are_links_one_a_line_each_once() {
        let typed =
            " https://acme.example/a \r\n\nHTTP://acme.example/b?c=d#e\nhttps://acme.example/a";
        let declare = given(&[("signals", json!(typed))]).unwrap();
        let links = ["https://acme.example/a", "HTTP://acme.example/b?c=d#e"];
        assert_eq!(declare.signals, links);
    }

    #[test]
    fn a_line_that_is_no_link_is_named() {
        let typed = "https://acme.example\n\nsee the graph";
        assert_eq!(
            trouble(&[("signals", json!(typed))]),
            "Line 3 has a space in it: please write one link a line, and nothing else."
        );
        for typed in [
            "javascript:alert(1)",
            "acme.example",
            "https://",
            "ftp://a",
            "http:///x",
            "ä",
        ] {
            assert_eq!(
                trouble(&[("signals", json!(typed))]),
                "Line 1 is no link: a link begins with https:// or http://.",
                "{typed}"
            );
        }
        let long = format!("https://acme.example/{}", "x".repeat(2_030));
        assert!(trouble(&[("signals", json!(long))]).contains("2048 is the most"));
    }

    #[test]
    fn at_most_twenty_signals_are_taken_at_once() {
        let links = |count: u32| {
            let link = |it| format!("https://acme.example/{it}");
            json!((0..count).map(link).collect::<Vec<_>>().join("\n"))
        };
        assert_eq!(given(&[("signals", links(20))]).unwrap().signals.len(), 20);
        let trouble = trouble(&[("signals", links(21))]);
        assert!(trouble.starts_with("These are 21 links; 20 is the most."));
    }

    proptest! {
        #[test]
        fn the_form_keeps_slacks_limits(
            title in any_text(),
            commander in "[UW][A-Z0-9]{8,20}|",
            nature in prop::sample::select(&Nature::ALL[..]),
        ) {
            let draft = Draft { title, commander: PersonId(commander), nature };
            prop_assert_eq!(complaints(&form(&draft, &Scale::default())), Vec::<String>::new());
        }

        #[test]
        fn what_was_filled_in_reads_back(
            title in "\\p{L}|\\p{L}[^\r\n]{0,200}\\p{L}",
            severity in prop::sample::select(&Severity::ALL[..]),
        ) {
            // Some letters are fillers that nobody sees.
            prop_assume!(!title::is_blank(&title));
            let fields = [("title", json!(title)), ("severity", json!(severity))];
            let declare = given(&fields).unwrap();
            prop_assert_eq!((declare.title, declare.severity), (title.clone(), severity));
            let answers = untouched(&form(&draft(&title), &Scale::default()));
            prop_assert_eq!(read(&answers, &"U1".into(), Nature::Real).unwrap().title, title);
        }

        #[test]
        fn any_signals_are_read_without_trouble(typed in "(.|\n)*") {
            let _ = given(&[("signals", json!(typed))]);
        }
    }
}
