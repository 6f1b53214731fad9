//! `/datadog incident list [resolved|all|mine|words]`: lists incidents in an ephemeral message.

use muster_domain::text::truncate;

use crate::declare;
use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::slash::{Alternative, ParsedCommand, unquoted};

pub(crate) const COMMAND: Command = Command {
    name: "list",
    words: &["list", "ls", "incidents", "search"],
    usage: "incident list [resolved]",
    summary: "Show open incidents, most severe first. Add resolved, all, mine or words from a title to see \
        others. Only you see it.",
    group: HelpGroup::Declare,
    short_usage: "list [resolved]",
    typos: &["list", "search", "incidents"],
    parse: |text| Some(ParsedCommand::List(ListFilter::parse(text))),
};

/// The maximum length of the words in a search. A button of the list holds them.
const MAX_WORDS: usize = 200;

/// The incidents that a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListFilter {
    /// The open ones.
    #[default]
    Open,
    /// The resolved and completed ones.
    Resolved,
    /// All of them.
    AnyStatus,
    /// The open ones in which the user takes part.
    Mine,
    /// The ones with these words in their titles, open or not.
    Words(String),
}

impl ListFilter {
    fn parse(text: &CommandText<'_>) -> Self {
        let args = text.args();
        let words = unquoted(&args);
        match words.to_lowercase().as_str() {
            "" | "open" | "active" | "incidents" => Self::Open,
            "resolved" | "closed" | "completed" | "done" | "fixed" => Self::Resolved,
            "all" => Self::AnyStatus,
            "mine" | "my" | "me" | "@me" => Self::Mine,
            _ => Self::Words(truncate(words, MAX_WORDS)),
        }
    }
}

/// Returns the other meaning of a search: `search index is stale` may be the title of a new incident. `None` if
/// the command begins with another word.
pub fn as_title(command: &str) -> Option<Alternative> {
    let first = CommandText::new(command);
    let text = match declare::WORDS.contains(&first.name.as_str()) {
        true => first.after_incident(),
        false => first,
    };
    (text.name == "search").then(|| Alternative::incident(text.whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_may_be_a_title() {
        let title = Some(Alternative::Incident("Search is down".to_owned()));
        assert_eq!(as_title("incident Search is down"), title);
        assert_eq!(as_title("Search is down"), title);
        assert_eq!(as_title("incident list checkout"), None);
        assert_eq!(as_title(""), None);
    }

    #[test]
    fn filter_is_parsed_and_other_words_are_searched() {
        for (text, filter) in [
            ("list", ListFilter::Open),
            ("LIST Open", ListFilter::Open),
            ("incidents", ListFilter::Open),
            ("list closed", ListFilter::Resolved),
            ("incidents resolved", ListFilter::Resolved),
            ("list all", ListFilter::AnyStatus),
            ("list Mine", ListFilter::Mine),
            ("list “checkout”", ListFilter::Words("checkout".to_owned())),
            ("search A &amp; B", ListFilter::Words("A & B".to_owned())),
        ] {
            let parsed = crate::slash::parse(text);
            assert_eq!(parsed, ParsedCommand::List(filter), "{text}");
        }
    }
}
