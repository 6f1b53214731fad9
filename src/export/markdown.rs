//! An incident as Markdown, to be read by people. What people wrote is shown as they wrote it.

use muster_commands::PersonId;
use muster_commands::task::TaskKind;

use super::lengths;
use crate::domain::{Author, Entry, Incident, Line, Moment, Names, What};
use crate::slack::words::{Piece, told};
use crate::store::Recorded;

/// Gives an incident with its timeline.
pub fn incident(recorded: &Recorded, names: &Names, now: Moment) -> String {
    let incident = &recorded.incident;
    let mut page = format!("# {} {}\n\n", incident.id, inline(&incident.shown_title()));
    for (label, value) in glance(incident, names) {
        page.push_str(&format!("* **{label}**: {value}\n"));
    }
    let texts = [
        ("What happened", &incident.summary),
        ("Why it happened", &incident.root_cause),
    ];
    for (label, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        page.push_str(&format!("\n## {label}\n\n{}\n", lines(text, "")));
    }
    section(&mut page, "Customer impact", impacts(incident));
    section(
        &mut page,
        "How long it took",
        lengths::in_words(recorded, now),
    );
    section(&mut page, "Responders", responders(incident, names));
    let signals = incident.signals.iter();
    section(&mut page, "Signals", signals.map(|url| link(url)).collect());
    section(&mut page, "Links", links(incident));
    for kind in TaskKind::ALL {
        section(&mut page, kind.several(), tasks(incident, kind, names));
    }
    let timeline = recorded.timeline.iter();
    let timeline = timeline.map(|entry| line(entry, names));
    section(&mut page, "Timeline", timeline.collect());
    page
}

/// Gives an incident as a line of the list of all, with links to its two files.
pub fn in_one_line(incident: &Incident) -> String {
    let id = incident.id;
    format!(
        "* [{id}]({id}.md) {} · {} · {} · declared {} ([JSON]({id}.json))\n",
        inline(&incident.shown_title()),
        incident.severity,
        incident.status.shown(),
        time(incident.declared_at)
    )
}

fn glance(incident: &Incident, names: &Names) -> Vec<(&'static str, String)> {
    let channel = incident.channel.as_ref();
    let mut glance = vec![
        ("Severity", incident.severity.to_string()),
        ("Status", incident.status.shown().to_owned()),
        ("Visibility", incident.visibility.as_str().to_owned()),
        ("Incident Commander", name(&incident.commander, names)),
        (
            "Declared",
            format!(
                "{} by {}",
                time(incident.declared_at),
                name(&incident.declared_by, names)
            ),
        ),
        ("Detected", time(incident.detected_at)),
        (
            "Detection method",
            incident.detection_method.label().to_owned(),
        ),
    ];
    glance.extend(
        incident
            .resolved_at
            .map(|resolved| ("Resolved", time(resolved))),
    );
    glance.extend(channel.map(|channel| {
        let state = incident.channel_state.as_str();
        ("Channel", format!("#{} ({state})", inline(&channel.name)))
    }));
    glance
}

fn impacts(incident: &Incident) -> Vec<String> {
    let impacts = incident.impacts.iter().map(|impact| {
        let end = match impact.ended_at {
            Some(end) => format!("to {}", time(end)),
            None => "and goes on".to_owned(),
        };
        let about = match impact.description.as_str() {
            "" => String::new(),
            text => format!(": {}", lines(text, "  ")),
        };
        format!("{} {end}{about}", time(impact.started_at))
    });
    impacts.collect()
}

fn links(incident: &Incident) -> Vec<String> {
    let meeting = [("Video call", &incident.call), ("Chat", &incident.chat)];
    let meeting = meeting
        .into_iter()
        .filter_map(|(label, url)| Some(format!("{label}: {}", link(url.as_deref()?))));
    let documents = incident.documents();
    let documents = documents.map(|it| format!("{}: {}", inline(&it.title), link(&it.url)));
    meeting.chain(documents).collect()
}

fn tasks(incident: &Incident, kind: TaskKind, names: &Names) -> Vec<String> {
    let tasks = incident.tasks.iter().filter(|task| task.kind == kind);
    tasks
        .map(|task| {
            let done = if task.done_at.is_some() { "x" } else { " " };
            let who: Vec<String> = task.assignees.iter().map(|it| name(it, names)).collect();
            let who = match who.as_slice() {
                [] => String::new(),
                who => format!(" ({})", who.join(", ")),
            };
            let due = task.due_at.map(|at| format!(", due {}", time(at)));
            format!(
                "[{done}] {} {}{who}{}",
                task.number,
                lines(&task.description, "  "),
                due.unwrap_or_default()
            )
        })
        .collect()
}

fn responders(incident: &Incident, names: &Names) -> Vec<String> {
    let responders = incident.responders.iter();
    responders
        .map(|responder| {
            let who = name(&responder.person, names);
            let roles = incident.roles.iter();
            let roles: Vec<String> = roles
                .filter(|holding| holding.person == responder.person)
                .map(|holding| format!(", {}", inline(&holding.role)))
                .collect();
            let since = time(responder.joined_at);
            format!("{who}{}, since {since}", roles.concat())
        })
        .collect()
}

fn section(page: &mut String, label: &str, items: Vec<String>) {
    if items.is_empty() {
        return;
    }
    page.push_str(&format!("\n## {label}\n\n"));
    for item in items {
        page.push_str(&format!("* {item}\n"));
    }
}

/// Gives a line of the timeline.
fn line(entry: &Entry, names: &Names) -> String {
    let when = time(entry.happened_at);
    let by = match &entry.author {
        Some(Author::Person(person)) => Some(person.clone()),
        Some(Author::App(_)) | None => None,
    };
    // What people wrote is here whole.
    let written = match &entry.what {
        What::Message { text } => Some(("wrote", text)),
        What::Note { text } => Some(("noted", text)),
        _ => None,
    };
    if let Some((did, text)) = written {
        let who = match &entry.author {
            Some(Author::Person(person)) => name(person, names),
            Some(Author::App(app)) => inline(app),
            None => "Somebody".to_owned(),
        };
        return format!("{when} {who} {did}: {}", lines(text, "  "));
    }
    let told = told(&Line {
        by,
        what: entry.what.clone(),
        at: entry.happened_at,
    });
    let told: Vec<String> = told
        .iter()
        .map(|sentence| sentence.iter().map(|piece| spelled(piece, names)).collect())
        .collect();
    format!("{when} {}", told.join(" "))
}

fn spelled(piece: &Piece, names: &Names) -> String {
    match piece {
        Piece::Plain(text) | Piece::Code(text) => {
            // A sentence goes on: how the piece begins is no beginning of a line.
            let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
            match rest {
                "" => inline(first),
                rest => format!("{}\\\n  {}", inline(first), lines(rest, "  ")),
            }
        }
        Piece::Strong(text) => format!("**{}**", inline(text)),
        Piece::Person(person) | Piece::Called(person) => name(person, names),
        Piece::Channel(channel) => format!("#{channel}"),
        Piece::Time(moment) => time(*moment),
        Piece::Link(text, url) if text == url => link(url),
        Piece::Link(text, url) => format!("{} ({})", inline(text), link(url)),
    }
}

fn name(person: &PersonId, names: &Names) -> String {
    inline(names.of(person).unwrap_or(person.as_str()))
}

fn time(moment: Moment) -> String {
    moment.time().format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn link(url: &str) -> String {
    // Within these brackets only they themselves have a meaning; a link that holds them is shown as text.
    if url.contains(['<', '>', '\n', ' ']) {
        inline(url)
    } else {
        format!("<{url}>")
    }
}

/// Gives a text of one line with nothing in it that Markdown understands. CommonMark: any ASCII sign that
/// is no letter and no digit may stand behind a backslash, spec.commonmark.org/0.31.2/#backslash-escapes.
fn inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' | '\r' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' => {
                escaped.push('\\');
                escaped.push(sign);
            }
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Gives a text of several lines, each as it was written; all but the first begin with `indent`.
fn lines(text: &str, indent: &str) -> String {
    let lines: Vec<String> = text.lines().map(at_start).collect();
    lines.join(&format!("\\\n{indent}"))
}

/// Gives a line whose beginning has no meaning either: no list, no rule, no heading.
fn at_start(line: &str) -> String {
    let escaped = inline(line.trim_start());
    let numbered = escaped.find(|sign: char| !sign.is_ascii_digit());
    match (escaped.chars().next(), numbered) {
        (Some('-' | '+' | '='), _) => format!("\\{escaped}"),
        (Some('0'..='9'), Some(end)) if escaped[end..].starts_with(['.', ')']) => {
            format!("{}\\{}", &escaped[..end], &escaped[end..])
        }
        _ => escaped,
    }
}

#[cfg(test)]
mod tests {
    use muster_commands::{ChannelId, MessageTs};

    use super::*;
    use crate::domain::MessageRef;
    use crate::domain::sample::in_its_channel;

    #[test]
    fn an_incident_is_a_page_that_people_can_read() {
        let mut incident = in_its_channel("Checkout is *slow*");
        incident.summary = "1. The disk\n- is full".to_owned();
        incident.signals = vec!["https://example.com/a_b".to_owned()];
        let at = incident.declared_at;
        let alice = incident.commander.clone();
        let mut entry = Entry::noticed(
            What::Message {
                text: "I <b>look</b>\n# at it".to_owned(),
            },
            at,
        );
        entry.author = Some(Author::Person(alice.clone()));
        entry.message = Some(MessageRef {
            channel: ChannelId::from("C1"),
            ts: MessageTs::from("1.2"),
            permalink: String::new(),
            said_at: None,
        });
        let timeline = vec![entry, Entry::noticed(What::ChannelArchived, at)];
        let names = [(alice, "alice_x".to_owned())].into_iter().collect();
        let recorded = Recorded {
            incident,
            timeline,
            reminders: Vec::new(),
        };
        let expected = "\
# IR-7 Checkout is \\*slow\\*

* **Severity**: UNKNOWN
* **Status**: ACTIVE
* **Visibility**: public
* **Incident Commander**: alice\\_x
* **Declared**: 2026-11-23 15:20:05 UTC by alice\\_x
* **Detected**: 2026-11-23 15:20:05 UTC
* **Detection method**: Unknown
* **Channel**: #incident-7 (open)

## What happened

1\\. The disk\\
\\- is full

## How long it took

* Time to internal response: less than a second
* ACTIVE: 10 minutes

## Responders

* alice\\_x, since 2026-11-23 15:20:05 UTC

## Signals

* <https://example.com/a_b>

## Timeline

* 2026-11-23 15:20:05 UTC alice\\_x wrote: I \\<b\\>look\\</b\\>\\
  \\# at it
* 2026-11-23 15:20:05 UTC Somebody archived the channel.
";
        let now = at.after(chrono::Duration::minutes(10));
        assert_eq!(super::incident(&recorded, &names, now), expected);
    }
}
