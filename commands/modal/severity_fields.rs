//! The fields that select severities.

use muster_domain::text::length;
use muster_domain::{Severity, SeverityLevel, SeverityScale};
use slack_morphism::prelude::*;

use crate::modal::{
    block_kit_limits, option, plain_text, static_select, static_select_of, with_hint,
};

/// Returns the select menu of the team's severity scale. The levels are described next to each
/// option, or in a hint below the menu if one description is too long for an option. The initial
/// selection is the current severity, or else `UNKNOWN` if the team uses it.
pub(crate) fn severity_select(
    name: &str,
    scale: &SeverityScale,
    present: Option<Severity>,
) -> SlackInputBlock {
    let selected = present
        .or(scale.default_severity())
        .map_or("", Severity::as_str);
    let label = "Severity Level";
    let longest = |level: &SeverityLevel| length(&level.description);
    if scale.levels().iter().map(longest).max() > Some(block_kit_limits::OPTION_DESCRIPTION) {
        return with_hint(
            static_select(name, label, &scale.options(present), selected),
            &scale.hint(),
        );
    }
    let options = scale.options(present).into_iter().map(|(text, value)| {
        let description = scale.description(&value);
        let description =
            description.map(|says| plain_text(says, block_kit_limits::OPTION_DESCRIPTION));
        option(&text, &value).opt_description(description)
    });
    static_select_of(name, label, options.collect(), selected)
}

/// Returns the options for all possible scales: one to ten consecutive levels from `SEV-0` or
/// `SEV-1`. The current scale is added if it is another.
pub fn scale_options(present: &[Severity]) -> Vec<(String, String)> {
    let known = &Severity::ALL[..11];
    let mut scales: Vec<&[Severity]> = Vec::new();
    for first in [1, 0] {
        scales.extend((1..=10).map(|count| &known[first..first + count]));
    }
    if !scales.contains(&present) {
        scales.push(present);
    }
    let rendered = |scale: &[Severity]| match scale {
        [only] => only.to_string(),
        [first, .., last] => format!("{first} to {last}"),
        [] => "none".to_owned(),
    };
    scales
        .into_iter()
        .map(|scale| (rendered(scale), scale_value(scale)))
        .collect()
}

/// Returns the value of the option for these levels.
pub(crate) fn scale_value(levels: &[Severity]) -> String {
    let words: Vec<_> = levels.iter().map(|it| it.as_str()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::Value;

    use super::*;

    #[test]
    fn long_description_is_shown_as_a_hint_below_the_field() {
        let field = |description: &str| {
            let scale = SeverityScale::new(vec![SeverityLevel {
                severity: Severity::Sev0,
                label: "All hands".to_owned(),
                description: description.to_owned(),
            }]);
            serde_json::to_value(severity_select("severity", &scale, None)).unwrap()
        };
        let short = field("Everything is down.");
        let beside = |field: &Value| field["element"]["options"][0]["description"]["text"].clone();
        assert_eq!(beside(&short), "Everything is down.");
        assert_eq!(short["hint"], Value::Null);
        let says = "Everything is down. ".repeat(4);
        let long = field(&says);
        assert_eq!(beside(&long), Value::Null);
        assert_eq!(long["hint"]["text"], format!("SEV-0 All hands: {says}"));
        assert_eq!(field("")["hint"], Value::Null);
    }
}
