//! The name of an incident's channel, from a template.

use deunicode::deunicode;
use serde::{Deserialize, Serialize};

use crate::channel::name_values::{NameValues, fill_in};
use crate::{Incident, IncidentId, Severity, Timestamp};

/// Slack: a channel name has at most 80 characters, docs.slack.dev/reference/methods/conversations.create.
pub const NAME_LIMIT: usize = 80;

/// The template that applies unless the team has set another one.
pub(crate) const DEFAULT_TEMPLATE: &str = "incident-{{public_id}}-{{title}}";

/// The maximum number of candidates that are tried before the creation fails.
const MAX_ATTEMPTS: usize = 20;

/// The highest suffix that Muster appends to a name. A channel with a higher one was named by a user.
const MAX_SUFFIX: usize = 99;

/// Template variables whose value can change after the channel was created.
const MUTABLE_VARIABLES: [&str; 4] = ["title", "slug", "severity", "severity_number"];

/// The variables that a template may contain.
pub(super) const VARIABLES: [&str; 9] = [
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

/// Returns an error text if a template contains an unknown variable or produces an empty name.
pub(crate) fn template_error(template: &str) -> Option<String> {
    let mut rest = template.to_owned();
    for variable in VARIABLES {
        rest = rest.replace(&format!("{{{{{variable}}}}}"), "");
    }
    let stray = rest
        .split_once("{{")
        .and_then(|(_, after)| after.split_once("}}"));
    if let Some((stray, _)) = stray.filter(|(stray, _)| !stray.trim().is_empty()) {
        return Some(format!(
            "can't use {{{{{stray}}}}}. Variables: {}.",
            VARIABLES.join(", ")
        ));
    }
    let names_something = VARIABLES
        .iter()
        .any(|variable| template.contains(&format!("{{{{{variable}}}}}")));
    (!names_something && slugify(template).is_empty()).then(|| {
        "must produce a name: use letters, digits or a variable such as {{public_id}}.".to_owned()
    })
}

/// Returns whether a template contains a variable whose value can change while the incident is open.
pub fn has_mutable_variables(template: &str) -> bool {
    let names = |variable: &str| template.contains(&format!("{{{{{variable}}}}}"));
    MUTABLE_VARIABLES.iter().any(|variable| names(variable))
}

/// A valid channel name: lower-case letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelName(String);

impl ChannelName {
    /// Returns the name that the default template produces for an incident.
    #[cfg(test)]
    pub fn default_for(incident: &Incident) -> Self {
        Self::from_template(DEFAULT_TEMPLATE, incident)
    }

    /// Returns the name that a template produces for an incident. It is never empty: the fallback is
    /// `incident-` and the incident's number.
    pub fn from_template(template: &str, incident: &Incident) -> Self {
        let values = NameValues {
            id: incident.id,
            title: &incident.title,
            severity: incident.severity,
            declared_at: incident.declared_at,
        };
        let test = if incident.kind.is_test() { "test-" } else { "" };
        Self::of_filled(
            &format!("{test}{}", fill_in(template, &values)),
            incident.id,
        )
    }

    /// Returns the name that a template produces for an example.
    pub fn example(template: &str, severity: Severity, now: Timestamp) -> Self {
        let values = NameValues {
            id: IncidentId(42),
            title: "Checkout is slow",
            severity,
            declared_at: now,
        };
        Self::of_filled(&fill_in(template, &values), values.id)
    }

    fn of_filled(filled: &str, id: IncidentId) -> Self {
        match truncate(filled, NAME_LIMIT) {
            empty if empty.is_empty() => Self(format!("incident-{}", id.number())),
            name => Self(name),
        }
    }

    /// Wraps a name that was read from the store, without checking it.
    pub fn from_stored(name: String) -> Self {
        Self(name)
    }

    /// Returns the candidate with this number, counted from 1. Candidate 1 is the name itself; the others
    /// have their number as a suffix, and the name is truncated to make room for it.
    #[must_use]
    pub fn candidate(&self, attempt: usize) -> Self {
        if attempt <= 1 {
            return self.clone();
        }
        let suffix = format!("-{attempt}");
        Self(format!(
            "{}{suffix}",
            truncate(&self.0, NAME_LIMIT - suffix.len())
        ))
    }

    /// Returns the candidates to try, in order. If `last_tried` is a candidate, they continue after it;
    /// otherwise they start with the first.
    pub fn candidates(&self, after: Option<&Self>) -> impl Iterator<Item = Self> {
        let taken = after.and_then(|taken| self.candidate_number(taken.as_str()));
        (taken.unwrap_or(0) + 1..=MAX_SUFFIX)
            .map(|attempt| (attempt, self.candidate(attempt)))
            // A name of maximum length that ends in such a suffix equals its own candidate with that
            // number.
            .filter(move |(attempt, name)| *attempt == 1 || name != self)
            .map(|(_, name)| name)
            .take(MAX_ATTEMPTS)
    }

    /// Returns whether a channel name is one of the candidates, and may thus come from this name.
    pub fn has_candidate(&self, name: &str) -> bool {
        self.candidate_number(name).is_some()
    }

    /// Returns whether a channel name is a candidate, and not a later one than `up_to`.
    pub fn has_candidate_up_to(&self, name: &str, up_to: &Self) -> bool {
        let last = self.candidate_number(up_to.as_str());
        self.candidate_number(name)
            .is_some_and(|number| Some(number) <= last)
    }

    /// Returns the number of the candidate, from 1, that equals `name`.
    fn candidate_number(&self, name: &str) -> Option<usize> {
        if name == self.0 {
            return Some(1);
        }
        let (_, suffix) = name.rsplit_once('-')?;
        let attempt: usize = suffix.parse().ok()?;
        (attempt <= MAX_SUFFIX && self.candidate(attempt).0 == name).then_some(attempt)
    }

    /// Returns the name in the form that Slack accepts.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Converts a text to the characters of a channel name: accents are removed, other scripts are
/// transliterated, and each run of other characters becomes one dash.
pub(super) fn slugify(text: &str) -> String {
    let mut name = String::new();
    for letter in deunicode(text).chars() {
        match letter.to_ascii_lowercase() {
            valid @ ('a'..='z' | '0'..='9' | '_') => name.push(valid),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    name.trim_matches('-').to_owned()
}

/// Truncates a name to `limit` characters, at a word boundary if there is one in the second half.
fn truncate(name: &str, limit: usize) -> String {
    if name.len() <= limit {
        return name.to_owned();
    }
    // The name is ASCII at this point, so bytes are characters.
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
    use proptest::prelude::*;

    use super::*;
    use crate::Severity;
    use crate::testing::incident;

    fn default_name(title: &str) -> String {
        ChannelName::default_for(&incident(title))
            .as_str()
            .to_owned()
    }

    #[test]
    fn title_is_converted_to_slack_characters() {
        assert_eq!(
            default_name("Checkout is slow"),
            "incident-7-checkout-is-slow"
        );
        assert_eq!(
            default_name("Überlast: 500er!"),
            "incident-7-uberlast-500er"
        );
        assert_eq!(
            default_name("<!channel> *bold* &lt;"),
            "incident-7-channel-bold-lt"
        );
        assert_eq!(default_name("…"), "incident-7");
        assert_eq!(default_name("🔥🔥"), "incident-7-fire-fire");
    }

    #[test]
    fn long_title_is_cut_at_a_word() {
        let long = default_name(
            "the payment provider of our second biggest customer answers slowly and then not at all",
        );
        assert_eq!(
            long,
            "incident-7-the-payment-provider-of-our-second-biggest-customer-answers-slowly"
        );
        assert_eq!(default_name(&"ä".repeat(80)).len(), NAME_LIMIT);
    }

    #[test]
    fn taken_name_gets_a_suffix_within_the_limit() {
        let name = ChannelName::default_for(&incident(&"ä".repeat(80)));
        assert_eq!(name.candidate(1), name);
        assert_eq!(name.candidate(12).as_str().len(), NAME_LIMIT);
        assert!(name.candidate(12).as_str().ends_with("a-12"));
    }

    #[test]
    fn every_template_variable_is_filled() {
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
    fn template_is_mutable_when_it_contains_a_mutable_variable() {
        assert!(has_mutable_variables(DEFAULT_TEMPLATE));
        assert!(has_mutable_variables("{{severity}}-{{public_id}}"));
        assert!(!has_mutable_variables(
            "inc-{{public_id}}-{{created}}-title"
        ));
    }

    #[test]
    fn name_matches_each_of_its_suffixes_and_no_other() {
        let name = ChannelName::default_for(&incident("Deploy"));
        for candidate in [
            "incident-7-deploy",
            "incident-7-deploy-2",
            "incident-7-deploy-20",
            "incident-7-deploy-99",
        ] {
            assert!(name.has_candidate(candidate), "{candidate}");
        }
        for other in [
            "incident-7-deploy-1",
            "incident-7-deploy-02",
            "incident-7-deploy-100",
            "incident-7-2",
            "war-room",
        ] {
            assert!(!name.has_candidate(other), "{other}");
        }
    }

    #[test]
    fn attempted_name_is_recognised_up_to_the_last_attempt() {
        let name = ChannelName::default_for(&incident("Deploy"));
        let up_to = |number| name.candidate(number);
        assert!(name.has_candidate_up_to("incident-7-deploy", &up_to(3)));
        assert!(name.has_candidate_up_to("incident-7-deploy-3", &up_to(3)));
        assert!(!name.has_candidate_up_to("incident-7-deploy-4", &up_to(3)));
        assert!(!name.has_candidate_up_to("war-room", &up_to(3)));
        let other = ChannelName::from_stored("war-room".to_owned());
        assert!(!name.has_candidate_up_to("incident-7-deploy", &other));
    }

    #[test]
    fn candidates_continue_after_a_taken_name() {
        let name = ChannelName::default_for(&incident("Deploy"));
        let tried = |after: Option<&str>| -> Vec<String> {
            let after = after.map(|taken| ChannelName::from_stored(taken.to_owned()));
            name.candidates(after.as_ref()).map(|it| it.0).collect()
        };
        let first = tried(None);
        assert_eq!(first.len(), MAX_ATTEMPTS);
        assert_eq!(first[0], "incident-7-deploy");
        assert_eq!(tried(Some("incident-7-deploy"))[..19], first[1..]);
        let later = tried(Some("incident-7-deploy-20"));
        assert_eq!(later.len(), MAX_ATTEMPTS);
        assert_eq!(later[0], "incident-7-deploy-21");
        // A name that is not a candidate has no effect.
        assert_eq!(tried(Some("war-room")), first);
        assert_eq!(tried(Some("incident-7-deploy-99")), [""; 0]);
    }

    #[test]
    fn candidates_are_unique_when_a_full_length_name_ends_in_a_number() {
        let name = ChannelName::from_stored(format!("{}-4", "a".repeat(78)));
        assert_eq!(name.candidate(4), name);
        let tried: Vec<_> = name.candidates(None).collect();
        assert_eq!(tried.iter().filter(|it| **it == name).count(), 1);
        assert_eq!(
            (tried.len(), tried[3].as_str()),
            (MAX_ATTEMPTS, name.candidate(5).as_str())
        );
    }

    proptest! {
        #[test]
        fn candidate_number_round_trips(title in "\\PC{0,255}", attempt in 1..=MAX_SUFFIX) {
            let name = ChannelName::default_for(&incident(&title));
            let tried = name.candidate(attempt);
            // A name of maximum length that ends in a number equals its own candidate with that number.
            let number = if tried == name { 1 } else { attempt };
            prop_assert_eq!(name.candidate_number(tried.as_str()), Some(number));
        }

        #[test]
        fn any_title_produces_a_valid_channel_name(title in "\\PC{0,255}", attempt in 1..100_usize) {
            let name = ChannelName::default_for(&incident(&title)).candidate(attempt);
            let name = name.as_str();
            prop_assert!(!name.is_empty() && name.len() <= NAME_LIMIT);
            prop_assert!(name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_')));
            prop_assert!(name.starts_with("incident-7"));
        }
    }
}
