//! The grammar of commands.
//!
//! A text that begins with the word of a command, or with an incident's number, never declares an
//! incident: it runs that command, or the user is asked. Only a text after `incident` that begins
//! with any other word, or is in quotes, is a title.

use crate::slash::command::{CommandText, Prefix};
use crate::slash::incident_ref::{IncidentRef, RefPosition, find_incident_refs};
use crate::slash::mrkdwn_decode::decode;
use crate::slash::suggestions::{Alternative, UnknownCommand, near_command};
use crate::slash::{
    CommandRequest, ParsedCommand, Position, is_quoted, split_first_word, unquoted,
};
use crate::{COMMANDS, Command, declare, postmortem, quick_edit, web};

pub(crate) fn parse_request(text: &str, position: Position) -> CommandRequest {
    let first = CommandText::new(text);
    let command = usize::from(is_incident_word(&first.name));
    let mut refs = find_incident_refs(text, command).into_iter();
    let selected = refs.find_map(|reference| select_incident(&reference, text, position));
    selected.unwrap_or_else(|| CommandRequest {
        command: parse_command(text, position),
        incident: None,
    })
}

/// Returns the command for the incident of a number; `None` if the number selects no incident.
fn select_incident(
    reference: &IncidentRef,
    text: &str,
    position: Position,
) -> Option<CommandRequest> {
    let is_first = reference.position == RefPosition::BeforeCommand;
    let command = match parse_command(&reference.rest, Position::IncidentChannel) {
        ParsedCommand::ActionMenu => ParsedCommand::Show,
        ParsedCommand::Declare { title } if title.is_empty() => ParsedCommand::Show,
        ParsedCommand::Declare { .. }
        | ParsedCommand::DeclareTest { .. }
        | ParsedCommand::List(_)
        | ParsedCommand::Help(_)
        | ParsedCommand::Settings
            if is_first =>
        {
            show_or_declare(reference, text)
        }
        ParsedCommand::Unknown(unknown) => {
            match unknown.for_incident(reference.id, title_part(text)) {
                Some(unknown) => ParsedCommand::Unknown(unknown),
                None if is_first => show_or_declare(reference, text),
                None => return None,
            }
        }
        command => command,
    };
    let is_question = matches!(command, ParsedCommand::Unknown(_));
    if is_question || is_first && matches!(command, ParsedCommand::Unsupported(_)) {
        return Some(CommandRequest {
            command,
            incident: None,
        });
    }
    let is_selected = match reference.position {
        RefPosition::BeforeCommand | RefPosition::AfterCommand => true,
        RefPosition::Inner => !command.has_free_text(),
        RefPosition::Trailing => position == Position::Elsewhere || !command.has_free_text(),
    };
    (is_selected && command.is_about_an_incident()).then_some(CommandRequest {
        command,
        incident: Some(reference.id),
    })
}

/// Returns the question for a text that begins with an incident's number and continues like a title.
fn show_or_declare(reference: &IncidentRef, text: &str) -> ParsedCommand {
    let command = Some(format!("show {}", reference.id));
    let title = title_part(text);
    ParsedCommand::Unknown(UnknownCommand::new(
        text,
        command,
        Some(Alternative::incident(title)),
    ))
}

/// Returns a text without `incident` at its start.
fn title_part(text: &str) -> &str {
    match split_first_word(text) {
        (first, rest) if is_incident_word(&first.to_lowercase()) => rest,
        _ => text.trim(),
    }
}

fn is_incident_word(name: &str) -> bool {
    declare::WORDS.contains(&name)
}

/// Parses a text without incident numbers.
fn parse_command(text: &str, position: Position) -> ParsedCommand {
    let first = CommandText::new(text);
    if is_incident_word(&first.name) {
        return parse_after_incident(&first, position);
    }
    match known_command(&first) {
        Some(Known::Parsed(command)) => command,
        Some(Known::Misused(token)) => ask(&first, Some(token)),
        None => ask(&first, near_command(&first)),
    }
}

/// Parses the text after `incident`. A text that begins with no known word is a title.
fn parse_after_incident(incident: &CommandText<'_>, position: Position) -> ParsedCommand {
    let text = incident.after_incident();
    let declare = || ParsedCommand::Declare {
        title: unquoted(&incident.args()).to_owned(),
    };
    if text.whole.is_empty() || is_quoted(&text.name) {
        return declare();
    }
    match known_command(&text) {
        Some(Known::Parsed(command)) if may_be_title(&command, &text, position) => {
            ask(&text, Some(text.whole.to_owned()))
        }
        Some(Known::Parsed(command)) => command,
        Some(Known::Misused(token)) => ask(&text, Some(token)),
        None => match near_command(&text) {
            Some(command) => ask(&text, Some(command)),
            None => declare(),
        },
    }
}

/// A text that begins with the word of a command.
enum Known {
    Parsed(ParsedCommand),
    /// The arguments do not fit: the word without them.
    Misused(String),
}

/// Parses the text as the command that its first word names; `None` if it names none.
fn known_command(text: &CommandText<'_>) -> Option<Known> {
    if let Some(command) = quick_edit::parse_short_severity(text) {
        return Some(Known::Parsed(command));
    }
    if let Some(command) = web::parse_open_page(text) {
        return Some(Known::Parsed(command));
    }
    if let Some(command) = postmortem::parse_two_words(text) {
        return Some(Known::Parsed(command));
    }
    let trimmed = text.name.trim_end_matches(['.', ',', ':', ';', '!', '?']);
    let name = [text.name.as_str(), trimmed]
        .into_iter()
        .find(|name| find_command(name).is_some())?;
    let command = find_command(name)?;
    let text = CommandText {
        name: name.to_owned(),
        ..text.clone()
    };
    Some(match (command.parse)(&text) {
        Some(command) => Known::Parsed(command),
        None => Known::Misused(text.name),
    })
}

/// Returns the command that a word names.
pub(crate) fn find_command(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|it| it.words.contains(&name))
}

/// Returns the command that a text means; `None` if it is a title or the arguments do not fit.
pub(crate) fn parse_known(text: &CommandText<'_>) -> Option<ParsedCommand> {
    match known_command(text)? {
        Known::Parsed(command) => Some(command),
        Known::Misused(_) => None,
    }
}

/// Returns whether a command after `incident` may as well be a title: `resolve now` where no
/// incident is meant, or `search is down` anywhere.
fn may_be_title(command: &ParsedCommand, text: &CommandText<'_>, position: Position) -> bool {
    let has_reason = match command {
        ParsedCommand::Resolve { text } => !text.is_empty(),
        ParsedCommand::QuickEdit { reason, .. } => !reason.is_empty(),
        ParsedCommand::List(_) => return is_sentence(text.escaped),
        _ => return false,
    };
    has_reason && (position == Position::Elsewhere || is_sentence(text.escaped))
}

/// Verbs after which a text is a sentence about the word before them.
const SENTENCE_VERBS: [&str; 16] = [
    "is", "are", "was", "were", "isn't", "aren't", "has", "have", "does", "doesn't", "do", "don't",
    "can't", "cannot", "fails", "keeps",
];

/// Returns whether the text after a word makes it the subject of a sentence.
fn is_sentence(rest: &str) -> bool {
    let verb = split_first_word(rest).0.to_lowercase().replace('’', "'");
    SENTENCE_VERBS.contains(&verb.as_str())
}

/// Returns the question whether a command or a new incident is meant.
fn ask(text: &CommandText<'_>, command: Option<String>) -> ParsedCommand {
    let alternative = match &command {
        // The misspelt word was `incident` itself.
        Some(command) if is_incident_word(split_first_word(command).0) => None,
        Some(_) | None => Some(Alternative::incident(text.whole)),
    };
    let input = match text.prefix {
        Prefix::None => text.whole.to_owned(),
        Prefix::Incident => format!("incident {}", text.whole),
    };
    let unknown = UnknownCommand::new(&decode(&input), command, alternative);
    ParsedCommand::Unknown(unknown)
}
