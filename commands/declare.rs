//! `/datadog incident [title]`: declares an incident.

pub mod incident_type;

use muster_domain::link::http_url::url_error;
use muster_domain::{
    CustomerImpact, Declare, DetectionMethod, FieldEdits, IncidentKind, Severity, SeverityScale,
    Signal, UserId, Visibility,
};
use slack_morphism::prelude::*;

use crate::modal::block_kit_limits;
use crate::modal::severity_fields::severity_select;
use crate::modal::{
    FieldErrors, ViewState, build_modal, checkboxes, context_block, line_input, multiline_input,
    optional, static_select, users_select, with_hint,
};
use crate::slash::command::{Command, HelpGroup};
use crate::slash::{ParsedCommand, unquoted};
use crate::test_incident;

/// The words that may precede each command. Alone or with a title they declare an incident.
pub const WORDS: &[&str] = &["incident", "inc"];

/// The command. The words besides `incident` ask for a declaration: what follows is a title, even if
/// it begins with the word of another command.
pub(crate) const COMMAND: Command = Command {
    name: "declare",
    words: &["incident", "inc", "declare", "new", "start", "create"],
    usage: "incident [title]",
    summary: "Declare an incident. Opens a form, with your title filled in.",
    group: HelpGroup::Declare,
    short_usage: "incident [title]",
    typos: &["incident", "inc", "declare", "create", "new", "start"],
    parse: |text| {
        Some(ParsedCommand::Declare {
            title: unquoted(&text.args()).to_owned(),
        })
    },
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "declare";

/// The maximum number of signals in one declaration.
pub const MAX_SIGNALS: usize = 20;

/// The initial values of the declare modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The title from the command; empty without one.
    pub title: String,
    /// The initial Incident Commander: the declarer.
    pub commander: UserId,
    /// Whether the modal declares a test.
    pub kind: IncidentKind,
    /// The other values that are filled in.
    pub prefill: Prefill,
}

/// The values of an alert that are filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefill {
    /// The severity; `None` for the default one.
    pub severity: Option<Severity>,
    /// The signals, one per line.
    pub signals: String,
    /// Whether the incident is private.
    pub is_private: bool,
}

/// Returns the modal with the initial values and the team's severity scale.
/// `slash` is the name of the slash command, such as `/datadog`.
pub fn modal(draft: &Draft, scale: &SeverityScale, slash: &str) -> SlackModalView {
    let impacts = CustomerImpact::ALL.map(|it| (it.label().to_owned(), it.to_string()));
    let fields = [
        title_input(draft, slash),
        severity_select(SEVERITY, scale, draft.prefill.severity),
        users_select(COMMANDER, "Incident Commander", &draft.commander),
        static_select(
            IMPACT,
            "Customer impact",
            &impacts,
            CustomerImpact::default().as_str(),
        ),
        signals_input(draft),
        options_input(draft),
    ];
    let mut blocks: Vec<SlackBlock> = fields.into_iter().map(SlackBlock::from).collect();
    if !draft.kind.is_test() {
        return build_modal(CALLBACK_ID, "Declare Incident", "Declare Incident", blocks);
    }
    blocks.insert(
        0,
        context_block("Test incident: tagged TEST everywhere, not announced, left out of metrics."),
    );
    build_modal(
        test_incident::CALLBACK_ID,
        "Declare Test Incident",
        "Declare Test Incident",
        blocks,
    )
}

fn signals_input(draft: &Draft) -> SlackInputBlock {
    let signals = &draft.prefill.signals;
    optional(with_hint(
        multiline_input(SIGNALS, "Signals", signals, block_kit_limits::INPUT),
        "Links to graphs, monitors, dashboards or notebooks, one per line.",
    ))
}

/// Returns the field of the options. A test can be announced.
fn options_input(draft: &Draft) -> SlackInputBlock {
    let private = Visibility::Private.as_str();
    let mut options = vec![("Private (visible to responders only)", private)];
    if draft.kind.is_test() {
        options.push(("Announce it anyway", ANNOUNCE));
    }
    let ticked: Vec<String> = match draft.prefill.is_private {
        true => vec![private.to_owned()],
        false => Vec::new(),
    };
    optional(checkboxes(OPTIONS, "Options", &options, &ticked))
}

/// Returns the field of the title. A real incident's has a hint for users who are testing.
fn title_input(draft: &Draft, slash: &str) -> SlackInputBlock {
    let title = line_input(TITLE, "Title", &draft.title);
    if draft.kind.is_test() {
        return title;
    }
    with_hint(title, &format!("Only testing? {slash} incident test"))
}

/// Reads a submission.
///
/// The declarer becomes commander if none is selected. The kind is that for which the modal was
/// opened.
///
/// # Errors
/// Returns [`FieldErrors`] if a field is missing or invalid.
pub fn read(
    view: &ViewState,
    declarer: &UserId,
    kind: IncidentKind,
) -> Result<Declare, FieldErrors> {
    let mut errors = FieldErrors::default();
    let commander = match view.value(COMMANDER) {
        "" => declarer.clone(),
        selected => UserId::from(selected),
    };
    let ticked = view.values(OPTIONS);
    let is_ticked = |option: &str| ticked.contains(&option);
    let severity = view.value(SEVERITY);
    if severity.is_empty() {
        errors.add(SEVERITY, "Choose a severity.");
    }
    let declare = Declare {
        fields: FieldEdits::new(),
        title: errors.check_title(TITLE, view.value(TITLE)),
        summary: view.value(SUMMARY).to_owned(),
        severity: severity.parse().unwrap_or_default(),
        commander: Some(commander),
        customer_impact: view.value(IMPACT).parse().unwrap_or_default(),
        impact_description: String::new(),
        incident_type: muster_domain::DEFAULT_INCIDENT_TYPE,
        detection_method: DetectionMethod::Unknown,
        detected_at: None,
        signals: parse_signals(view.value(SIGNALS), &mut errors),
        visibility: if is_ticked(Visibility::Private.as_str()) {
            Visibility::Private
        } else {
            Visibility::Public
        },
        kind: match kind {
            IncidentKind::Test if is_ticked(ANNOUNCE) => IncidentKind::AnnouncedTest,
            other => other,
        },
    };
    if declare.visibility == Visibility::Private && declare.kind == IncidentKind::AnnouncedTest {
        errors.add(
            OPTIONS,
            "A private incident can't be announced. Choose one of the two.",
        );
    }
    errors.into_result(declare)
}

/// The field of the title.
pub const TITLE: &str = "title";
/// The field of the severity.
pub const SEVERITY: &str = "severity";
/// The field of the commander.
pub const COMMANDER: &str = "commander";
/// The field of the customer impact.
pub const IMPACT: &str = "customer_impact";
/// The field of the signals, one URL per line.
pub const SIGNALS: &str = "signals";
/// The text under “What happened”. The page has it, the modal does not.
pub const SUMMARY: &str = "summary";
/// The field of the options.
pub const OPTIONS: &str = "ticked";

/// The value of the option that announces a test.
pub const ANNOUNCE: &str = "announce";

/// Parses the links of each line, skipping blank lines and repeated URLs.
fn parse_signals(input: &str, errors: &mut FieldErrors) -> Vec<Signal> {
    let mut links: Vec<Signal> = Vec::new();
    for (at, entry) in input.lines().enumerate() {
        let entry = entry.trim();
        let matched = Signal::find_in(entry);
        if let Some(why) = url_error(entry).filter(|_| matched.is_empty() && !entry.is_empty()) {
            errors.add(SIGNALS, format!("Line {} {why}", at + 1));
        }
        for link in matched {
            if links.iter().all(|known| known.url != link.url) {
                links.push(link);
            }
        }
    }
    if links.len() > MAX_SIGNALS {
        errors.add(
            SIGNALS,
            format!(
                "That's {} links; the limit is {MAX_SIGNALS}. Keep the most important ones and post the \
                 others in the incident's channel.",
                links.len()
            ),
        );
    }
    links
}

#[cfg(test)]
mod tests;
