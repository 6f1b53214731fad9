//! `/datadog incident update`: change what is known of an incident.

use slack_morphism::prelude::*;

use crate::form::{
    Answers, Carried, FieldErrors, carrying, choice, line, modal, person, severity, written,
};
use crate::impact_end::{self, IMPACT_END};
use crate::{DetectionMethod, IncidentId, PersonId, Scale, Severity, Status, title};

/// The words after `incident` that ask for this form.
pub const WORDS: &[&str] = &["update", "edit"];

/// The name of this form: Slack hands it back when the form is submitted.
pub const FORM: &str = "update";

/// The name of this form when it was opened to resolve the incident.
pub const RESOLVE_FORM: &str = "resolve";

/// How long the texts of this form may be. Slack sends each twice, as it was and as it is, and in some
/// scripts in nine bytes a character: so the whole still fits the 64 KiB that a request may have.
pub const LONGEST_TEXT: usize = 1_200;

/// What a person wants changed. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// Another title, as typed.
    pub title: Option<String>,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Another status.
    pub status: Option<Status>,
    /// Another detection method.
    pub detection_method: Option<DetectionMethod>,
    /// What happened; `Some("")` if it was emptied.
    pub summary: Option<String>,
    /// Why it happened; `Some("")` if it was emptied.
    pub root_cause: Option<String>,
    /// Who leads from now on.
    pub commander: Option<PersonId>,
    /// When the impact ended, as it was said, if the incident is over and the form asked.
    pub impact_end: Option<String>,
}

/// How an incident stands: what the form is filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which incident it is.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub status: Status,
    /// Who or what noticed it.
    pub detection_method: DetectionMethod,
    /// What happened; empty if nobody has said so.
    pub summary: String,
    /// Why it happened; empty if nobody has said so.
    pub root_cause: String,
    /// Who leads it.
    pub commander: PersonId,
    /// Since when an impact goes on, as a clock shows it; `None` if none does.
    pub impact_since: Option<String>,
}

/// Gives the form, filled in with how things stand, with the severities and statuses that the team uses;
/// it carries the incident's number. While an impact goes on, Slack tells us of a chosen status at once.
pub fn form(standing: &Standing, scale: &Scale, statuses: &[Status]) -> SlackModalView {
    let title = format!("Update {}", standing.incident);
    let blocks = blocks(standing, scale, statuses);
    let form = modal(FORM, &title, "Save", blocks);
    carrying(form, &Carried::incident(standing.incident))
}

/// Gives the form with which the incident is resolved: RESOLVED is chosen in it, and it asks when the impact
/// ended that goes on.
pub fn resolve_form(standing: &Standing, scale: &Scale, statuses: &[Status]) -> SlackModalView {
    let title = format!("Resolve {}", standing.incident);
    let resolved = Standing {
        status: Status::Resolved,
        ..standing.clone()
    };
    let blocks = blocks(&resolved, scale, statuses);
    let form = modal(RESOLVE_FORM, &title, "Resolve", blocks);
    carrying(form, &Carried::incident(standing.incident))
}

fn blocks(standing: &Standing, scale: &Scale, statuses: &[Status]) -> Vec<SlackBlock> {
    let methods = DetectionMethod::ALL.map(|it| (it.label().to_owned(), it.to_string()));
    let statuses = offered(standing.status, statuses);
    let Standing {
        status,
        detection_method,
        commander,
        ..
    } = standing;
    let mut blocks: Vec<SlackBlock> = vec![
        line(TITLE, "Title", &standing.title).into(),
        severity(SEVERITY, scale, Some(standing.severity)).into(),
        choice(STATUS, "Status", &statuses, status.as_str())
            .opt_dispatch_action(standing.impact_since.as_ref().map(|_| true))
            .into(),
        choice(
            METHOD,
            "Detection Method",
            &methods,
            detection_method.as_str(),
        )
        .into(),
        written(SUMMARY, "What happened", &standing.summary, LONGEST_TEXT),
        written(
            ROOT_CAUSE,
            "Why it happened",
            &standing.root_cause,
            LONGEST_TEXT,
        ),
        person(COMMANDER, "Incident Commander", commander).into(),
    ];
    if let Some(since) = standing.impact_since.as_ref().filter(|_| !status.is_open()) {
        blocks.insert(3, impact_end::field(since).into());
    }
    blocks
}

/// Gives what the person changed, or what to show them under which field; of the form to resolve, what
/// status stands in it.
pub fn read(form: &str, answers: &Answers) -> Result<Update, FieldErrors> {
    let mut errors = FieldErrors::default();
    let typed = answers.changed(TITLE);
    let status = match form {
        RESOLVE_FORM => Some(answers.given(STATUS)),
        _ => answers.changed(STATUS),
    };
    let update = Update {
        title: typed.map(|typed| title::read(TITLE, typed, &mut errors)),
        severity: answers.changed(SEVERITY).and_then(|word| word.parse().ok()),
        status: status.and_then(|word| word.parse().ok()),
        detection_method: answers.changed(METHOD).and_then(|word| word.parse().ok()),
        summary: answers.changed(SUMMARY).map(str::to_owned),
        root_cause: answers.changed(ROOT_CAUSE).map(str::to_owned),
        commander: answers.changed(COMMANDER).map(PersonId::from),
        impact_end: None,
    };
    let is_over = update.status.is_some_and(|status| !status.is_open());
    let ends = Some(answers.given(IMPACT_END)).filter(|said| is_over && !said.is_empty());
    let update = Update {
        impact_end: ends.map(str::to_owned),
        ..update
    };
    if update
        .commander
        .as_ref()
        .is_some_and(|person| person.0.is_empty())
    {
        errors.add(
            COMMANDER,
            "An incident needs a commander. Please choose who leads it.",
        );
    }
    errors.or(update)
}

const TITLE: &str = "title";
const SEVERITY: &str = "severity";
/// The field of the status.
pub(crate) const STATUS: &str = "status";
const METHOD: &str = "detection_method";
const SUMMARY: &str = "summary";
const ROOT_CAUSE: &str = "root_cause";
/// The field of the commander.
pub const COMMANDER: &str = "commander";

/// Gives the statuses to choose from: those that the team uses, and the present one if it is another.
fn offered(present: Status, used: &[Status]) -> Vec<(String, String)> {
    let on_offer = |status: &Status| *status == present || used.contains(status);
    let statuses = Status::ALL.into_iter().filter(on_offer);
    statuses
        .map(|it| (it.shown().to_owned(), it.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    use super::*;
    use crate::as_slack::{any_text, complaints, filled, request_length, submitted, untouched};

    fn standing() -> Standing {
        Standing {
            incident: IncidentId(7),
            title: "Checkout is slow".to_owned(),
            severity: Severity::Sev2,
            status: Status::Active,
            detection_method: DetectionMethod::Monitor,
            summary: "Carts time out.".to_owned(),
            root_cause: String::new(),
            commander: "U0ALICE0001".into(),
            impact_since: None,
        }
    }

    fn form(standing: &Standing) -> SlackModalView {
        super::form(standing, &Scale::default(), &Status::PRESET)
    }

    fn read(answers: &Answers) -> Result<Update, FieldErrors> {
        super::read(FORM, answers)
    }

    fn changed(field: &str, value: Value) -> Result<Update, FieldErrors> {
        read(&filled(&form(&standing()), &[(field, value)]))
    }

    /// Makes sure that filling in one field asks for this and nothing else.
    fn asks(field: &str, value: Value, ask: impl Fn(&mut Update)) {
        let mut update = Update::default();
        ask(&mut update);
        assert_eq!(changed(field, value), Ok(update));
    }

    #[test]
    fn only_what_was_changed_is_asked_for() {
        asks("title", json!(" It is down "), |it| {
            it.title = Some("It is down".to_owned());
        });
        asks("severity", json!("UNKNOWN"), |it| {
            it.severity = Some(Severity::Unknown);
        });
        asks("status", json!("stable"), |it| {
            it.status = Some(Status::Stable);
        });
        asks("detection_method", json!("other"), |it| {
            it.detection_method = Some(DetectionMethod::Other);
        });
        asks("summary", Value::Null, |it| {
            it.summary = Some(String::new());
        });
        asks("root_cause", json!("A full disk.\r\nAgain. "), |it| {
            it.root_cause = Some("A full disk.\nAgain.".to_owned());
        });
        asks("commander", json!("U0BOB000001"), |it| {
            it.commander = Some("U0BOB000001".into());
        });
    }

    #[test]
    fn to_resolve_it_says_so_and_when_the_impact_ended() {
        let standing = Standing {
            impact_since: Some("2026-11-23 13:50".to_owned()),
            ..standing()
        };
        let form = resolve_form(&standing, &Scale::default(), &Status::PRESET);
        assert_eq!(complaints(&form), Vec::<String>::new());
        let asks = |fields: &[(&str, Value)]| {
            let update = super::read(RESOLVE_FORM, &filled(&form, fields)).unwrap();
            (update.status, update.impact_end)
        };
        let (resolved, stable) = (Some(Status::Resolved), Some(Status::Stable));
        assert_eq!(asks(&[]), (resolved, Some("now".to_owned())));
        let earlier = ("impact_end", json!("14:00"));
        assert_eq!(
            asks(std::slice::from_ref(&earlier)),
            (resolved, Some("14:00".to_owned()))
        );
        assert_eq!(asks(&[("impact_end", Value::Null)]), (resolved, None));
        assert_eq!(
            asks(&[("status", json!("stable")), earlier]),
            (stable, None)
        );
    }

    #[test]
    fn a_title_and_a_commander_are_needed() {
        let trouble = |field| changed(field, Value::Null).unwrap_err().to_string();
        assert_eq!(trouble("title"), "An incident needs a title.");
        assert_eq!(
            trouble("commander"),
            "An incident needs a commander. Please choose who leads it."
        );
    }

    #[test]
    fn a_status_that_is_not_on_offer_is_offered_only_where_it_stands() {
        let words = |status| {
            let offered = offered(status, &Status::PRESET);
            offered
                .into_iter()
                .map(|(shown, _)| shown)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(Status::Active), ["ACTIVE", "STABLE", "RESOLVED"]);
        let all = ["ACTIVE", "STABLE", "RESOLVED", "COMPLETED"];
        assert_eq!(words(Status::Completed), all);
    }

    #[test]
    fn a_text_that_no_field_can_hold_is_not_cut_by_saving() {
        let summary = "x".repeat(LONGEST_TEXT + 1);
        let form = form(&Standing {
            summary,
            ..standing()
        });
        assert_eq!(complaints(&form), Vec::<String>::new());
        assert_eq!(read(&untouched(&form)), Ok(Update::default()));
        let view = submitted(&form, &[]).to_string();
        assert!(view.contains("What happened: this text is 1201 characters long"));
    }

    #[test]
    fn the_longest_texts_in_any_script_fit_the_request_that_brings_them() {
        for sign in ["障", "ä", "🔥", "\\"] {
            let text = sign.repeat(LONGEST_TEXT / sign.encode_utf16().count());
            let standing = Standing {
                title: sign.repeat(255),
                summary: text.clone(),
                root_cause: text,
                impact_since: Some("2026-11-23 13:50".to_owned()),
                ..standing()
            };
            let form = resolve_form(&standing, &Scale::default(), &Status::PRESET);
            let carried = Carried {
                response_url: Some("https://hooks.slack.com/commands/T0/1/".repeat(4)),
                ..Carried::incident(IncidentId(i64::MAX))
            };
            let form = carrying(form, &carried);
            let brought = request_length(&form);
            assert!(brought < 64 * 1024, "{sign}: {brought}");
        }
    }

    #[test]
    fn the_form_knows_which_incident_it_is_about() {
        let metadata = form(&standing()).private_metadata.unwrap();
        assert_eq!(Carried::read(&metadata), Carried::incident(IncidentId(7)));
    }

    fn any_standing() -> impl Strategy<Value = Standing> {
        let words = (
            select(&Severity::ALL[..]),
            select(&Status::ALL[..]),
            select(&DetectionMethod::ALL[..]),
        );
        let texts = (any_text(), any_text(), any_text());
        let since = prop::option::of(".{0,20}");
        (0..i64::MAX, words, texts, since).prop_map(|(number, words, texts, since)| Standing {
            impact_since: since,
            incident: IncidentId(number),
            severity: words.0,
            status: words.1,
            detection_method: words.2,
            title: texts.2,
            summary: texts.0,
            root_cause: texts.1,
            ..standing()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_form_submitted_untouched_changes_nothing(standing in any_standing()) {
            prop_assert_eq!(read(&untouched(&form(&standing))), Ok(Update::default()));
        }

        #[test]
        fn the_form_keeps_slacks_limits(standing in any_standing()) {
            prop_assert_eq!(complaints(&form(&standing)), Vec::<String>::new());
        }
    }
}
