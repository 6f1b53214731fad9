//! What is typed in an incident's channel to change one thing at once: `/datadog incident severity SEV-2`,
//! `status stable`, `resolve`, `title …`, `commander @ann`.

use crate::mention::{Mention, Whom};
use crate::not_understood::nearest_of_incident;
use crate::slash::{split, unquoted};
use crate::typed_text::as_typed;
use crate::{Severity, Status};

/// One thing that is to be changed at once, as it was typed: what the team uses decides what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtOnce {
    /// How bad it is; empty if nobody said how bad.
    Severity(String),
    /// How it stands; empty if nobody said how.
    Status(String),
    /// What it is called; empty if nobody said what.
    Title(String),
    /// Who leads; `None` if nobody said who.
    Commander(Option<Whom>),
}

impl AtOnce {
    /// Gives the word for what is changed, with which a person can type it again.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Severity(_) => "severity",
            Self::Status(_) => "status",
            Self::Title(_) => "title",
            Self::Commander(_) => "commander",
        }
    }

    /// Gives how it is typed.
    pub fn example(&self) -> &'static str {
        match self {
            Self::Severity(_) => "incident severity SEV-2",
            Self::Status(_) => "incident status stable",
            Self::Title(_) => "incident title Checkout is down",
            Self::Commander(_) => "incident commander @ann",
        }
    }
}

/// Reads what follows `incident`, as Slack sends it; `None` if it changes nothing at once.
///
/// A word that also begins titles counts only alone or with what it takes: `resolve the checkout outage`
/// is a title, `resolve` is none.
pub fn read(said: &str) -> Option<AtOnce> {
    let (first, rest) = split(said);
    let first = first.to_lowercase();
    let first = first.as_str();
    let is_alone = rest.is_empty();
    let words = rest.split_whitespace().count();
    match first {
        "severity" | "sev" if words <= 1 || is_severity(rest) => {
            Some(AtOnce::Severity(as_typed(rest)))
        }
        "status" if words <= 1 => Some(AtOnce::Status(as_typed(rest))),
        "title" => Some(AtOnce::Title(unquoted(&as_typed(rest)).to_owned())),
        "commander" | "ic" if is_alone => Some(AtOnce::Commander(None)),
        "commander" | "ic" => somebody(rest).map(|whom| AtOnce::Commander(Some(whom))),
        word if is_alone && is_short_severity(word) => Some(AtOnce::Severity(word.to_owned())),
        word if is_alone => status_of(word).map(|status| AtOnce::Status(status.to_string())),
        _ => None,
    }
}

/// Gives what was meant by a slip in the first word, if what follows is what that word takes.
pub(crate) fn meant(said: &str) -> Option<&'static str> {
    let (first, rest) = split(said);
    let nearest = nearest_of_incident(&first.to_lowercase())?;
    let word = split(nearest.strip_prefix("incident ")?).0;
    let takes_it = match read(&format!("{word} {rest}"))? {
        AtOnce::Severity(said) => is_severity(&said),
        AtOnce::Status(said) => said.parse::<Status>().is_ok(),
        AtOnce::Commander(whom) => whom.is_some() && whom == Whom::read(rest),
        AtOnce::Title(_) => false,
    };
    takes_it.then_some(nearest)
}

/// The words that stand for a status, alone.
const STATUSES: [(&str, Status); 7] = [
    ("active", Status::Active),
    ("reopen", Status::Active),
    ("stable", Status::Stable),
    ("resolve", Status::Resolved),
    ("resolved", Status::Resolved),
    ("complete", Status::Completed),
    ("completed", Status::Completed),
];

fn status_of(word: &str) -> Option<Status> {
    let status = STATUSES.into_iter().find(|(known, _)| *known == word);
    status.map(|(_, status)| status)
}

/// Tells whether a text is a severity, or begins with one that its label follows.
fn is_severity(said: &str) -> bool {
    let (first, label) = split(said);
    let is_word = first.to_lowercase().starts_with("sev") || label.is_empty();
    is_word && first.parse::<Severity>().is_ok() || said.parse::<Severity>().is_ok()
}

/// Tells whether a word is a severity that is called by its number, such as `sev2`, whether there is such
/// a one or not.
fn is_short_severity(word: &str) -> bool {
    let number = word.strip_prefix("sev").unwrap_or_default();
    let number = number.trim_start_matches(['-', '_']);
    !number.is_empty() && number.chars().all(|sign| sign.is_ascii_digit())
}

/// Gives the person that a text names; one word alone names somebody without the `@` as well.
fn somebody(said: &str) -> Option<Whom> {
    let is_name = || !said.contains(|sign: char| sign.is_whitespace() || "<>@".contains(sign));
    Whom::read(said).or_else(|| is_name().then(|| Whom::Mentioned(Mention::Name(as_typed(said)))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn severity(said: &str) -> Option<AtOnce> {
        Some(AtOnce::Severity(said.to_owned()))
    }

    fn status(said: &str) -> Option<AtOnce> {
        Some(AtOnce::Status(said.to_owned()))
    }

    fn commander(name: &str) -> Option<AtOnce> {
        let mention = Mention::Name(name.to_owned());
        Some(AtOnce::Commander(Some(Whom::Mentioned(mention))))
    }

    #[test]
    fn each_thing_is_changed_by_its_word() {
        let said = [
            ("severity SEV-2", severity("SEV-2")),
            ("SEV 2", severity("2")),
            ("sev2", severity("sev2")),
            ("Sev-12", severity("sev-12")),
            ("severity SEV-2 High", severity("SEV-2 High")),
            ("severity dire", severity("dire")),
            ("severity", severity("")),
            ("status stable", status("stable")),
            ("status dead", status("dead")),
            ("status", status("")),
            ("Stable", status("stable")),
            ("resolve", status("resolved")),
            ("reopen", status("active")),
            (
                "title Checkout is down",
                Some(AtOnce::Title("Checkout is down".to_owned())),
            ),
            ("title “A &amp; B”", Some(AtOnce::Title("A & B".to_owned()))),
            ("title", Some(AtOnce::Title(String::new()))),
            ("commander @ann", commander("ann")),
            ("ic @Ann Lee", commander("Ann Lee")),
            ("ic ann", commander("ann")),
            ("commander", Some(AtOnce::Commander(None))),
            ("ic me", Some(AtOnce::Commander(Some(Whom::Me)))),
            (
                "commander <@U0ANN000001|ann>",
                Some(AtOnce::Commander(Some(Whom::Mentioned(Mention::Id(
                    "U0ANN000001".into(),
                ))))),
            ),
        ];
        for (text, meant) in said {
            assert_eq!(read(text), meant, "{text}");
        }
    }

    #[test]
    fn a_word_with_more_than_it_takes_begins_a_title() {
        for title in [
            "resolve the checkout outage",
            "stable diffusion is down",
            "severity of alerts is wrong",
            "status page is down",
            "reopen orders fails",
            "sev2 alerts are late",
            "several carts are lost",
            "commander of the build is stuck",
            "ic cards fail",
            "titles are cut",
            "",
        ] {
            assert_eq!(read(title), None, "{title}");
        }
    }

    #[test]
    fn a_slip_is_understood_if_what_follows_fits() {
        assert_eq!(meant("severty SEV-2"), Some("incident severity SEV-2"));
        assert_eq!(meant("statsu stable"), Some("incident status stable"));
        assert_eq!(meant("comander @ann"), Some("incident commander @person"));
        for title in [
            "stats are wrong",
            "state unclear",
            "severty unclear",
            "title x",
            "comander ann",
        ] {
            assert_eq!(meant(title), None, "{title}");
        }
    }

    proptest! {
        #[test]
        fn a_sub_command_with_two_words_that_it_does_not_take_is_a_title(
            word in select(&["severity", "sev", "status", "stable", "resolve", "reopen", "commander", "ic"][..]),
            one in "[a-z]{3,8}",
            other in "[a-z]{3,8}",
        ) {
            prop_assert_eq!(read(&format!("{word} {one} {other}")), None);
        }

        #[test]
        fn any_text_is_read_without_trouble(
            word in "(severity|sev|sev2|status|title|commander|ic|stable)?",
            text in ".*",
        ) {
            let said = format!("{word} {text}");
            let _ = (read(&said), meant(&said));
        }
    }
}
