//! `/datadog incident private` and `/datadog incident public`: changes the visibility of an
//! incident.

use muster_domain::Visibility;

use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};

pub(crate) const PRIVATE: Command = Command {
    name: "visibility",
    words: &["private"],
    usage: "incident private",
    summary: "Make this channel's incident private: it moves to a private channel, visible to its \
        responders only.",
    group: HelpGroup::Admin,
    short_usage: "private",
    typos: &["private"],
    parse: |text| text.when_alone(ParsedCommand::Visibility(Visibility::Private)),
};

pub(crate) const PUBLIC: Command = Command {
    name: "visibility",
    words: &["public"],
    usage: "incident public",
    summary: "Make this channel's incident public: it moves to a public channel and is announced.",
    group: HelpGroup::Admin,
    short_usage: "",
    typos: &["public"],
    parse: |text| text.when_alone(ParsedCommand::Visibility(Visibility::Public)),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slash::parse;

    #[test]
    fn visibility_followed_by_more_words_is_not_changed() {
        for (text, expected) in [
            ("Private", Some(Visibility::Private)),
            ("public", Some(Visibility::Public)),
            ("private keys are on the web", None),
            ("privately", None),
        ] {
            let command = parse(&format!("incident {text}"));
            let mut values = Visibility::ALL.into_iter();
            let visibility = values.find(|it| command == ParsedCommand::Visibility(*it));
            assert_eq!(visibility, expected, "{text}");
        }
    }
}
