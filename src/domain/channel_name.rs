//! The name of an incident's channel, from a template.

use deunicode::deunicode;
use serde::{Deserialize, Serialize};

use super::Incident;

/// Slack: a channel name has at most 80 characters, docs.slack.dev/reference/methods/conversations.create.
pub const NAME_LIMIT: usize = 80;

/// The template that is used when nobody chose another.
pub const PRESET: &str = "incident-{{public_id}}-{{title}}";

/// How many names we try before we say that all are taken.
const TRIES: usize = 20;

/// The highest number that we put behind a name. A higher one was put there by somebody else.
const HIGHEST: usize = 99;

/// What a template may name that an incident may be given another of.
const CHANGING: [&str; 4] = ["title", "slug", "severity", "severity_number"];

/// What a template may name, to be filled in.
const VARIABLES: [&str; 9] = [
    "public_id",
    "title",
    "slug",
    "created",
    "yyyy",
    "mm",
    "dd",
    "severity",
    "severity_number",
];

/// Says what is wrong with a template: that it names what is not there, or that no name comes of it.
pub fn trouble_with(template: &str) -> Option<String> {
    let mut rest = template.to_owned();
    for variable in VARIABLES {
        rest = rest.replace(&format!("{{{{{variable}}}}}"), "");
    }
    let stray = rest
        .split_once("{{")
        .and_then(|(_, after)| after.split_once("}}"));
    if let Some((stray, _)) = stray.filter(|(stray, _)| !stray.trim().is_empty()) {
        return Some(format!(
            "has {{{{{stray}}}}}, which nothing is filled in for. There are: {}.",
            VARIABLES.join(", ")
        ));
    }
    let names_something = VARIABLES
        .iter()
        .any(|variable| template.contains(&format!("{{{{{variable}}}}}")));
    (!names_something && spell(template).is_empty())
        .then(|| "gives no name. A channel's name has letters or digits: {{public_id}}.".to_owned())
}

/// Says whether what a template makes may become another while the incident goes on.
pub fn follows(template: &str) -> bool {
    let names = |variable: &str| template.contains(&format!("{{{{{variable}}}}}"));
    CHANGING.iter().any(|variable| names(variable))
}

/// What a channel may be called: lower-case letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelName(String);

impl ChannelName {
    /// Gives the name that the preset template makes for an incident.
    pub fn of(incident: &Incident) -> Self {
        Self::from_template(PRESET, incident)
    }

    /// Gives the name that a template makes for an incident; never an empty one.
    pub fn from_template(template: &str, incident: &Incident) -> Self {
        let mut filled = template.to_owned();
        for variable in VARIABLES {
            let place = format!("{{{{{variable}}}}}");
            // What a title holds is spelled in Slack's characters first, so that a title cannot
            // name a variable.
            if filled.contains(&place) {
                filled = filled.replace(&place, &spell(&value(variable, incident)));
            }
        }
        let test = if incident.nature.is_test() {
            "test-"
        } else {
            ""
        };
        let name = cut(&format!("{test}{}", spell(&filled)), NAME_LIMIT);
        if name.is_empty() {
            Self(format!("incident-{}", incident.id.number()))
        } else {
            Self(name)
        }
    }

    /// Takes a name that was made before, and kept.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// Gives the name to try when this and the ones before it are taken; the first is the name itself.
    #[must_use]
    pub fn nth(&self, attempt: usize) -> Self {
        if attempt <= 1 {
            return self.clone();
        }
        let suffix = format!("-{attempt}");
        Self(format!(
            "{}{suffix}",
            cut(&self.0, NAME_LIMIT - suffix.len())
        ))
    }

    /// Gives the names to try, in their order: the first ones, or those after one that is taken, if it is
    /// one of them.
    pub fn tries(&self, after: Option<&Self>) -> impl Iterator<Item = Self> {
        let taken = after.and_then(|taken| self.place_of(taken.as_str()));
        (taken.unwrap_or(0) + 1..=HIGHEST)
            .map(|attempt| (attempt, self.nth(attempt)))
            // A name as long as it can be that ends in such a number is its own with that number.
            .filter(move |(attempt, name)| *attempt == 1 || name != self)
            .map(|(_, name)| name)
            .take(TRIES)
    }

    /// Says whether a channel that is called so may have got its name from this.
    pub fn gives(&self, name: &str) -> bool {
        self.place_of(name).is_some()
    }

    /// Says whether a channel that is called so has one of the names that were tried, up to one of them.
    pub fn is_tried(&self, name: &str, up_to: &Self) -> bool {
        let last = self.place_of(up_to.as_str());
        self.place_of(name).is_some_and(|place| Some(place) <= last)
    }

    /// Gives which of the names to try another is, from 1, if it is one of them.
    fn place_of(&self, name: &str) -> Option<usize> {
        if name == self.0 {
            return Some(1);
        }
        let (_, suffix) = name.rsplit_once('-')?;
        let attempt: usize = suffix.parse().ok()?;
        (attempt <= HIGHEST && self.nth(attempt).0 == name).then_some(attempt)
    }

    /// Gives the name as Slack takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Gives what is filled in for one of the [`VARIABLES`].
fn value(variable: &str, incident: &Incident) -> String {
    let declared = incident.declared_at.time();
    match variable {
        "public_id" => incident.id.number().to_string(),
        "title" | "slug" => incident.title.clone(),
        "created" => declared.format("%Y-%m-%d").to_string(),
        "yyyy" => declared.format("%Y").to_string(),
        "mm" => declared.format("%m").to_string(),
        "dd" => declared.format("%d").to_string(),
        "severity" => incident.severity.as_str().to_owned(),
        "severity_number" => match incident.severity.number() {
            Some(number) => number.to_string(),
            None => String::new(),
        },
        _ => String::new(),
    }
}

/// Spells a text in the characters of a channel name: accents folded, other scripts spelled out,
/// everything else a dash.
fn spell(text: &str) -> String {
    let mut name = String::new();
    for letter in deunicode(text).chars() {
        match letter.to_ascii_lowercase() {
            kept @ ('a'..='z' | '0'..='9' | '_') => name.push(kept),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    name.trim_matches('-').to_owned()
}

/// Cuts a name to a length, at the end of a word if one ends in its second half.
fn cut(name: &str, limit: usize) -> String {
    if name.len() <= limit {
        return name.to_owned();
    }
    // The name is ASCII by now, so that bytes are characters.
    let head = &name[..limit];
    let ends_in_a_word = name.as_bytes()[limit] != b'-';
    let end = match head.rfind('-') {
        Some(end) if ends_in_a_word && end >= limit / 2 => end,
        _ => limit,
    };
    head[..end].trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use muster_commands::Severity;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::sample::incident;

    fn name(title: &str) -> String {
        ChannelName::of(&incident(title)).as_str().to_owned()
    }

    #[test]
    fn a_title_becomes_a_name_in_slacks_characters() {
        assert_eq!(name("Checkout is slow"), "incident-7-checkout-is-slow");
        assert_eq!(name("Überlast: 500er!"), "incident-7-uberlast-500er");
        assert_eq!(name("<!channel> *bold* &lt;"), "incident-7-channel-bold-lt");
        assert_eq!(name("…"), "incident-7");
        assert_eq!(name("🔥🔥"), "incident-7-fire-fire");
    }

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        let long = name(
            "the payment provider of our second biggest customer answers slowly and then not at all",
        );
        assert_eq!(
            long,
            "incident-7-the-payment-provider-of-our-second-biggest-customer-answers-slowly"
        );
        assert_eq!(name(&"ä".repeat(80)).len(), NAME_LIMIT);
    }

    #[test]
    fn a_taken_name_gets_a_suffix_that_fits() {
        let name = ChannelName::of(&incident(&"ä".repeat(80)));
        assert_eq!(name.nth(1), name);
        assert_eq!(name.nth(12).as_str().len(), NAME_LIMIT);
        assert!(name.nth(12).as_str().ends_with("a-12"));
    }

    #[test]
    fn every_variable_of_a_template_is_filled() {
        let mut incident = incident("Down");
        incident.severity = Severity::Sev2;
        let template = "{{created}}_{{yyyy}}{{mm}}{{dd}}-{{severity}}-{{severity_number}}-{{slug}}";
        assert_eq!(
            ChannelName::from_template(template, &incident).as_str(),
            "2026-11-23_20261123-sev-2-2-down"
        );
        assert_eq!(
            ChannelName::from_template("", &incident).as_str(),
            "incident-7"
        );
    }

    #[test]
    fn a_template_follows_the_incident_if_it_names_what_may_change() {
        assert!(follows(PRESET));
        assert!(follows("{{severity}}-{{public_id}}"));
        assert!(!follows("inc-{{public_id}}-{{created}}-title"));
    }

    #[test]
    fn a_name_is_known_with_each_of_its_suffixes_and_no_other() {
        let name = ChannelName::of(&incident("Deploy"));
        for given in [
            "incident-7-deploy",
            "incident-7-deploy-2",
            "incident-7-deploy-20",
            "incident-7-deploy-99",
        ] {
            assert!(name.gives(given), "{given}");
        }
        for other in [
            "incident-7-deploy-1",
            "incident-7-deploy-02",
            "incident-7-deploy-100",
            "incident-7-2",
            "war-room",
        ] {
            assert!(!name.gives(other), "{other}");
        }
    }

    #[test]
    fn a_name_that_was_tried_is_known_by_how_far_it_was_come() {
        let name = ChannelName::of(&incident("Deploy"));
        let up_to = |place| name.nth(place);
        assert!(name.is_tried("incident-7-deploy", &up_to(3)));
        assert!(name.is_tried("incident-7-deploy-3", &up_to(3)));
        assert!(!name.is_tried("incident-7-deploy-4", &up_to(3)));
        assert!(!name.is_tried("war-room", &up_to(3)));
        let other = ChannelName::stored("war-room".to_owned());
        assert!(!name.is_tried("incident-7-deploy", &other));
    }

    #[test]
    fn what_is_tried_goes_on_after_the_name_that_is_taken() {
        let name = ChannelName::of(&incident("Deploy"));
        let tried = |after: Option<&str>| -> Vec<String> {
            let after = after.map(|taken| ChannelName::stored(taken.to_owned()));
            name.tries(after.as_ref()).map(|it| it.0).collect()
        };
        let first = tried(None);
        assert_eq!(first.len(), TRIES);
        assert_eq!(first[0], "incident-7-deploy");
        assert_eq!(tried(Some("incident-7-deploy"))[..19], first[1..]);
        let later = tried(Some("incident-7-deploy-20"));
        assert_eq!(later.len(), TRIES);
        assert_eq!(later[0], "incident-7-deploy-21");
        // One that is none of them says nothing of them.
        assert_eq!(tried(Some("war-room")), first);
        assert_eq!(tried(Some("incident-7-deploy-99")), [""; 0]);
    }

    #[test]
    fn a_name_is_tried_once_though_it_ends_in_a_number_and_can_be_no_longer() {
        let name = ChannelName::stored(format!("{}-4", "a".repeat(78)));
        assert_eq!(name.nth(4), name);
        let tried: Vec<_> = name.tries(None).collect();
        assert_eq!(tried.iter().filter(|it| **it == name).count(), 1);
        assert_eq!(
            (tried.len(), tried[3].as_str()),
            (TRIES, name.nth(5).as_str())
        );
    }

    proptest! {
        #[test]
        fn any_name_to_try_is_known_again(title in "\\PC{0,255}", attempt in 1..=HIGHEST) {
            let name = ChannelName::of(&incident(&title));
            let tried = name.nth(attempt);
            // A name as long as may be, of a title that ends in a number, is its own try of that number.
            let place = if tried == name { 1 } else { attempt };
            prop_assert_eq!(name.place_of(tried.as_str()), Some(place));
        }

        #[test]
        fn any_title_gives_a_name_that_slack_takes(title in "\\PC{0,255}", attempt in 1..100_usize) {
            let name = ChannelName::of(&incident(&title)).nth(attempt);
            let name = name.as_str();
            prop_assert!(!name.is_empty() && name.len() <= NAME_LIMIT);
            prop_assert!(name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_')));
            prop_assert!(name.starts_with("incident-7"));
        }
    }
}
