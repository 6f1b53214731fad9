//! Quick edits: commands that change one field of an incident, such as `/datadog incident severity
//! SEV-2`, `status stable`, `resolve`, `title …` and `commander @ann`.

use muster_domain::{Severity, Status};

use crate::slash::command::{Command, CommandText, HelpGroup};
use crate::slash::mention::{Mention, UserRef};
use crate::slash::mrkdwn_decode::decode;
use crate::slash::{ParsedCommand, split_first_word, unquoted};

pub(crate) const SEVERITY: Command = Command {
    name: "quick_edit",
    words: &["severity", "sev"],
    usage: "incident severity SEV-2",
    summary: "Set the severity; sev2 is short for it. A reason can follow.",
    group: HelpGroup::Run,
    short_usage: "severity SEV-2",
    typos: &["severity"],
    parse: parse_severity,
};

pub(crate) const STATUS: Command = Command {
    name: "quick_edit",
    words: &[
        "status",
        "active",
        "reopen",
        "reopened",
        "stable",
        "stabilize",
        "stabilized",
        "stabilise",
        "stabilised",
        "mitigate",
        "mitigated",
        "ended",
        "complete",
        "completed",
    ],
    usage: "incident status stable",
    summary: "Set the status; stable and reopen are short for it. A text after it is posted as an update.",
    group: HelpGroup::Run,
    short_usage: "stable",
    typos: &["status", "stable", "reopen"],
    parse: parse_status,
};

pub(crate) const RESOLVE: Command = Command {
    name: "quick_edit",
    words: &["resolve", "resolved", "close", "closed", "fixed", "solved"],
    usage: "incident resolve [text]",
    summary: "Resolve the incident. The text says what fixed it; without text, opens a form.",
    group: HelpGroup::Run,
    short_usage: "resolve [text]",
    typos: &["resolve", "resolved", "close"],
    parse: |text| {
        Some(ParsedCommand::Resolve {
            text: reason(text.escaped),
        })
    },
};

pub(crate) const TITLE: Command = Command {
    name: "quick_edit",
    words: &["title"],
    usage: "incident title Checkout is down",
    summary: "Change the title.",
    group: HelpGroup::Run,
    short_usage: "",
    typos: &["title"],
    parse: |text| {
        let title = unquoted(&text.args()).to_owned();
        Some(quick_edit(QuickEditArgs::Title(title)))
    },
};

pub(crate) const COMMANDER: Command = Command {
    name: "quick_edit",
    words: &["commander", "ic", "lead", "leader"],
    usage: "incident commander @ann",
    summary: "Set the Incident Commander; ic is short for it, and me assigns you.",
    group: HelpGroup::Run,
    short_usage: "commander @ann",
    typos: &["commander"],
    parse: parse_commander,
};

/// The arguments of a quick edit as entered. They are resolved against the team's settings later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuickEditArgs {
    /// The severity; empty if none was entered.
    Severity(String),
    /// The status; empty if none was entered.
    Status(String),
    /// The title; empty if none was entered.
    Title(String),
    /// The Incident Commander; `None` if none was entered.
    Commander(Option<UserRef>),
}

impl QuickEditArgs {
    /// Returns the name of the command, with which the user can repeat it.
    pub fn name(&self) -> &'static str {
        self.command().words.first().copied().unwrap_or_default()
    }

    /// Returns an example of the command.
    pub fn example(&self) -> &'static str {
        self.command().usage
    }

    fn command(&self) -> Command {
        match self {
            Self::Severity(_) => SEVERITY,
            Self::Status(_) => STATUS,
            Self::Title(_) => TITLE,
            Self::Commander(_) => COMMANDER,
        }
    }
}

/// Parses a severity and the reason after it. One word need not be a severity that exists.
fn parse_severity(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let (severity, rest) = split_first_word(text.escaped);
    let is_severity = rest.is_empty() || severity.parse::<Severity>().is_ok();
    is_severity
        .then(|| quick_edit_because(QuickEditArgs::Severity(decode(unquoted(severity))), rest))
}

/// Parses a numbered severity, such as `sev2`, and the reason after it. The severity need not exist.
pub(crate) fn parse_short_severity(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let name = text.name.trim_end_matches([':', ',', '.', '!']);
    let number = name.strip_prefix("sev")?.trim_start_matches(['-', '_']);
    let is_number = !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit());
    let severity = QuickEditArgs::Severity(name.to_owned());
    is_number.then(|| quick_edit_because(severity, text.escaped))
}

fn parse_status(text: &CommandText<'_>) -> Option<ParsedCommand> {
    let edit = |status: Status, rest: &str| {
        quick_edit_because(QuickEditArgs::Status(status.to_string()), rest)
    };
    if text.name != "status" {
        return Some(edit(status_of(&text.name)?, text.escaped));
    }
    let (token, rest) = split_first_word(text.escaped);
    let status = unquoted(&decode(token)).to_lowercase();
    if RESOLVE.words.contains(&status.as_str()) {
        return Some(ParsedCommand::Resolve { text: reason(rest) });
    }
    match status_of(&status) {
        Some(status) => Some(edit(status, rest)),
        // The reply lists the statuses.
        None if rest.is_empty() => Some(quick_edit(QuickEditArgs::Status(status))),
        None => None,
    }
}

/// Returns the status that a word of [`STATUS`] sets.
fn status_of(token: &str) -> Option<Status> {
    match token {
        "active" | "reopen" | "reopened" => Some(Status::Active),
        "stable" | "stabilize" | "stabilized" | "stabilise" | "stabilised" | "mitigate"
        | "mitigated" | "ended" => Some(Status::Stable),
        "complete" | "completed" => Some(Status::Completed),
        _ => None,
    }
}

fn parse_commander(text: &CommandText<'_>) -> Option<ParsedCommand> {
    if text.escaped.is_empty() {
        return Some(quick_edit(QuickEditArgs::Commander(None)));
    }
    let commander = |user| QuickEditArgs::Commander(Some(user));
    let user = without_courtesy(text.escaped);
    if let Some(user) = user_ref(user) {
        return Some(quick_edit(commander(user)));
    }
    // A mention that Slack encoded ends by itself, so that a reason may follow it.
    let (token, rest) = split_first_word(user);
    let user = UserRef::parse(token).filter(|_| token.starts_with("<@"))?;
    Some(quick_edit_because(commander(user), rest))
}

/// Words of courtesy after a user.
const COURTESIES: [&str; 4] = ["please", "pls", "plz", "thanks"];

fn without_courtesy(text: &str) -> &str {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let token = last.trim_end_matches(['.', '!']).to_lowercase();
    if COURTESIES.contains(&token.as_str()) && last.len() < text.len() {
        text[..text.len() - last.len()].trim_end_matches([' ', ','])
    } else {
        text
    }
}

fn quick_edit(edit: QuickEditArgs) -> ParsedCommand {
    quick_edit_because(edit, "")
}

fn quick_edit_because(edit: QuickEditArgs, rest: &str) -> ParsedCommand {
    ParsedCommand::QuickEdit {
        edit,
        reason: reason(rest),
    }
}

/// Returns the reason after a value: `resolve: fixed by rollback`, `sev2 because carts fail`.
fn reason(rest: &str) -> String {
    let rest = decode(rest);
    let rest = rest.trim().trim_start_matches([':', '-', '–', '—', ',']);
    unquoted(rest).to_owned()
}

/// Parses a user. A single word counts as a name without the `@` as well.
fn user_ref(input: &str) -> Option<UserRef> {
    let is_name = || !input.contains(|sign: char| sign.is_whitespace() || "<>@".contains(sign));
    UserRef::parse(input)
        .or_else(|| is_name().then(|| UserRef::Mentioned(Mention::Name(decode(input)))))
}

#[cfg(test)]
mod tests;
