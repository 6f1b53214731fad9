//! Properties of the grammar.

use proptest::prelude::*;

use super::tests::escaped;
use super::*;

/// Returns the words of all commands, except those that ask for a declaration.
fn command_words() -> Vec<&'static str> {
    let declaring = [
        "incident", "inc", "declare", "new", "start", "create", "test", "",
    ];
    let words = crate::COMMANDS.iter().flat_map(|command| command.words);
    words
        .copied()
        .filter(|token| !declaring.contains(token))
        .collect()
}

fn any_position() -> impl Strategy<Value = Position> {
    prop_oneof![Just(Position::IncidentChannel), Just(Position::Elsewhere)]
}

/// Returns the text as a phone may send it.
fn any_case(token: String, style: u8) -> String {
    let mut signs = token.chars();
    match style % 4 {
        0 => token,
        1 => token.to_uppercase(),
        2 => signs
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(signs)
            .collect(),
        _ => format!("{token}:"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// The property of issue “Slack, second pass”.
    #[test]
    fn text_that_begins_with_a_command_or_a_number_never_declares(
        token in prop_oneof![
            proptest::sample::select(command_words()).prop_map(str::to_owned),
            "(IR|ir|Ir)[-–‑ ]?[1-9][0-9]{0,4}",
            "sev-?[0-9]{1,2}",
        ],
        rest in prop_oneof!["", ".{0,30}", "( (is|now|IR-8|@bob|<@U0BOB000001[|]bob>|“x”|page|[a-z]{1,8}|[0-9])){0,5}"],
        style in any::<u8>(),
        prefix in prop_oneof![Just("incident "), Just("INC  "), Just("")],
        position in any_position(),
    ) {
        let text = format!("{prefix}{} {}", any_case(token, style), rest.trim_start());
        let request = parse_request(&text, position);
        let declares = matches!(
            request.command,
            ParsedCommand::Declare { .. } | ParsedCommand::DeclareTest { .. }
        );
        // `add` may be followed by no word that declares.
        prop_assert!(!declares, "{text:?}: {:?}", request.command);
    }

    /// All ways to ask for the page of an incident are one command.
    #[test]
    fn page_is_opened_by_each_synonym(
        words in proptest::sample::select(vec!["web", "page", "browser", "open page", "open the page"]),
        number in 1..10_000_i64,
        style in any::<u8>(),
        prefix in prop_oneof![Just("incident "), Just("inc "), Just("")],
        position in any_position(),
    ) {
        let words = any_case(words.to_owned(), style % 3);
        for text in [format!("{prefix}{words} IR-{number}"), format!("IR-{number} {words}")] {
            let expected = CommandRequest {
                command: ParsedCommand::Web,
                incident: Some(IncidentId(number)),
            };
            prop_assert_eq!(parse_request(&text, position), expected, "{}", text);
        }
        let alone = parse_request(&format!("{prefix}{words}"), position);
        prop_assert_eq!(alone.command, ParsedCommand::Web);
    }

    #[test]
    fn leading_number_selects_the_incident_of_every_command(
        token in proptest::sample::select(command_words()),
        number in 1..10_000_i64,
        position in any_position(),
    ) {
        let alone = parse_request(token, position).command;
        prop_assume!(alone.is_about_an_incident());
        for text in [format!("IR-{number} {token}"), format!("{token} ir{number}")] {
            let request = parse_request(&text, position);
            prop_assert_eq!(request.incident, Some(IncidentId(number)), "{}", text);
            prop_assert_eq!(&request.command, &alone);
        }
    }

    #[test]
    fn any_text_is_parsed_or_answered_in_one_line(
        text in prop_oneof![".*", "(incident|inc|INC|help|updat|list|IR-7)?[ \t]?.*"],
        position in any_position(),
    ) {
        if let ParsedCommand::Unknown(unknown) = parse_request(&text, position).command {
            let message = unknown.message("/datadog");
            prop_assert!(!message.contains('\n') && message.chars().count() < 500, "{}", message);
            if let Some(other) = unknown.alternative {
                prop_assert!(!other.label().contains('\n'));
                let declares = matches!(parse(&other.command()), ParsedCommand::Declare { .. });
                let adds = matches!(parse(&other.command()), ParsedCommand::Task(..));
                prop_assert!(declares || adds, "{}", other.command());
            }
            if let Some(command) = unknown.command {
                let again = parse_request(&command, position).command;
                prop_assert!(!matches!(again, ParsedCommand::Unknown(_)), "{command}: {again:?}");
            }
        }
    }

    #[test]
    fn any_title_is_parsed_verbatim(
        title in "(the|🔥|<!here>|&lt;|\\*) [^\\s\"'“”](.*[^\\s\"'“”])?",
    ) {
        for prefix in ["", "declare "] {
            let read = parse(&escaped(&format!("incident {prefix}{title}")));
            prop_assert_eq!(read, ParsedCommand::Declare { title: title.clone() });
        }
    }
}
