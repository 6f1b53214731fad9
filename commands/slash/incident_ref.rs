//! Finds incident numbers in a command: `IR-7`, `ir-7`, `IR7` and `IR 7`.

use muster_domain::IncidentId;

use crate::slash::command::HYPHENS;

/// An incident number in a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IncidentRef {
    /// The incident.
    pub(crate) id: IncidentId,
    /// Where the number is.
    pub(crate) position: RefPosition,
    /// The text without the number.
    pub(crate) rest: String,
}

/// Where an incident number is in a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefPosition {
    /// Before the command.
    BeforeCommand,
    /// Directly after the word of the command.
    AfterCommand,
    /// Between the arguments.
    Inner,
    /// At the end.
    Trailing,
}

/// Returns the incident numbers in a text. `command` is the index of the command's word: 1 after
/// `incident`, otherwise 0.
pub(crate) fn find_incident_refs(text: &str, command: usize) -> Vec<IncidentRef> {
    let words = word_ranges(text);
    let mut refs = Vec::new();
    for (index, token) in words.iter().enumerate() {
        let next = words.get(index + 1);
        let number = parse_number(&text[token.clone()]).map(|id| (id, token.end));
        let spaced = || {
            let next = next.filter(|_| text[token.clone()].eq_ignore_ascii_case("ir"))?;
            Some((parse_digits(&text[next.clone()])?, next.end))
        };
        let Some((id, end)) = number.or_else(spaced) else {
            continue;
        };
        let is_last = text[end..].trim().is_empty();
        refs.push(IncidentRef {
            id,
            position: match index {
                _ if index <= command => RefPosition::BeforeCommand,
                _ if index == command + 1 => RefPosition::AfterCommand,
                _ if is_last => RefPosition::Trailing,
                _ => RefPosition::Inner,
            },
            rest: format!("{}{}", &text[..token.start], text[end..].trim_start())
                .trim()
                .to_owned(),
        });
    }
    refs
}

/// Returns the positions of the words of a text, in bytes.
fn word_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, sign) in text.char_indices() {
        match (sign.is_whitespace(), start) {
            (true, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            (false, None) => start = Some(at),
            (true, None) | (false, Some(_)) => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

/// Parses `IR-7`, with any dash or none, and with punctuation after it.
fn parse_number(token: &str) -> Option<IncidentId> {
    let rest = token.get(..2).filter(|it| it.eq_ignore_ascii_case("ir"));
    let rest = rest.map(|_| &token[2..])?;
    parse_digits(rest.strip_prefix(HYPHENS).unwrap_or(rest))
}

fn parse_digits(token: &str) -> Option<IncidentId> {
    let digits = token.trim_end_matches([',', '.', ':', ';', '!', '?']);
    let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn number_is_found_in_every_spelling() {
        for text in [
            "IR-7", "ir-7", "Ir7", "IR 7", "ir–7", "IR‑7", "IR-7:", "ir-7,", "IR-007",
        ] {
            let refs = find_incident_refs(&format!("{text} resolve"), 0);
            assert_eq!(refs.len(), 1, "{text}");
            assert_eq!(refs[0].id, IncidentId(7), "{text}");
            assert_eq!(refs[0].rest, "resolve", "{text}");
        }
        for text in [
            "IR", "IR-", "IR-0", "IR-x", "AIR-7", "IR-7x", "\"IR-7\"", "#7", "7", "IR--7",
        ] {
            assert_eq!(find_incident_refs(text, 0), [], "{text}");
        }
    }

    #[test]
    fn position_is_by_the_words_before_and_after() {
        let positions = |text: &str| {
            let refs = find_incident_refs(text, 0).into_iter();
            refs.map(|it| it.position).collect::<Vec<_>>()
        };
        assert_eq!(positions("IR-7"), [RefPosition::BeforeCommand]);
        assert_eq!(positions("resolve IR-7"), [RefPosition::AfterCommand]);
        assert_eq!(positions("task done IR-7 1"), [RefPosition::Inner]);
        assert_eq!(positions("task done 1 IR 7"), [RefPosition::Trailing]);
        assert_eq!(
            positions("note IR-7 like IR-8"),
            [RefPosition::AfterCommand, RefPosition::Trailing]
        );
    }

    proptest! {
        #[test]
        fn text_around_a_number_is_unchanged(before in "[a-z <>@|&;\n]{0,20}", after in "[a-z <>@|&;\n]{0,20}") {
            let text = format!("{before} IR-7 {after}");
            let refs = find_incident_refs(&text, 0);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(refs.len(), 1);
            prop_assert_eq!(words(&refs[0].rest), words(&format!("{before} {after}")));
        }

        #[test]
        fn any_text_is_searched_without_panic(text in ".*") {
            let _ = find_incident_refs(&text, 0);
        }
    }
}
