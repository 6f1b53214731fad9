//! The list of alert rules.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::domain::Settings;
use crate::domain::alert::rule::AlertRule;
use crate::web::access::MemberSession;
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::settings::Rights;
use crate::web::pages::settings::alert_rules::editor_path;
use crate::web::parts::Time;
use crate::web::session::SignedIn;

#[derive(Template)]
#[template(path = "settings_alert_rules.html", config = "src/web/askama.toml")]
struct ListTemplate {
    layout: Layout,
    rights: Rights,
    notice: Notice,
    rules: Vec<RuleRow>,
}

/// The outcome of the last form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Notice {
    /// There was none.
    #[default]
    None,
    /// A change was stored.
    Done(String),
    /// The end of a snooze is invalid.
    InvalidSnooze {
        /// The name of the rule.
        rule: String,
        /// The text as it was entered.
        entered: String,
        /// The problem.
        problem: String,
    },
    /// Another admin changed the rule before.
    Overtaken {
        /// The rule as the page displayed it.
        displayed: Box<AlertRule>,
        /// The rule with this name now; `None` if there is none.
        current: Option<Box<AlertRule>>,
    },
}

impl Notice {
    fn status(&self) -> StatusCode {
        match self {
            Self::None | Self::Done(_) => StatusCode::OK,
            Self::InvalidSnooze { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Overtaken { .. } => StatusCode::CONFLICT,
        }
    }
}

/// A rule in the list.
struct RuleRow {
    name: String,
    is_on: bool,
    /// The rule in words.
    summary: String,
    snoozed_until: Option<Time>,
    /// The names in it that do not exist any more; may be empty.
    missing: String,
    /// The rule as JSON, by which a button knows whether it was changed meanwhile.
    expected: String,
    /// The address of its form.
    edit: String,
    /// The address of the form of a copy.
    copy: String,
    /// The key of its buttons.
    key: String,
    /// The rejected end of a snooze as it was entered, and the problem.
    rejected_snooze: Option<(String, String)>,
}

#[derive(Deserialize)]
pub(super) struct Outcome {
    /// The name of a rule that was saved.
    #[serde(default)]
    saved: String,
    /// The name of a rule that was deleted.
    #[serde(default)]
    deleted: String,
}

pub(super) async fn show(
    MemberSession(signed_in): MemberSession,
    Query(outcome): Query<Outcome>,
) -> PageResult {
    let rights = match signed_in.app.is_admin(&signed_in.user.id).await {
        Some(true) => Rights::Change,
        Some(false) => Rights::Read,
        None => Rights::Unknown,
    };
    let notice = match (outcome.saved.as_str(), outcome.deleted.as_str()) {
        ("", "") => Notice::None,
        ("", deleted) => Notice::Done(format!("Deleted {deleted}.")),
        (saved, _) => Notice::Done(format!("Saved {saved}.")),
    };
    render(&signed_in, rights, notice).await
}

/// Renders the list.
pub(super) async fn render(signed_in: &SignedIn, rights: Rights, notice: Notice) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let rules = settings.alert_rules.iter();
    let rules = rules.map(|rule| RuleRow::new(rule, &settings, signed_in, &notice));
    let template = ListTemplate {
        layout: signed_in.layout(Section::Settings),
        rights,
        rules: rules.collect(),
        notice,
    };
    page_with_status(template.notice.status(), &template)
}

impl RuleRow {
    fn new(rule: &AlertRule, settings: &Settings, signed_in: &SignedIn, notice: &Notice) -> Self {
        let missing = settings.missing_alert_rule_names(rule).into_iter();
        let missing: Vec<_> = missing.map(|(_, name)| name).collect();
        let snoozed = rule
            .snoozed_until
            .filter(|_| rule.is_snoozed(signed_in.now));
        Self {
            name: rule.name.clone(),
            is_on: rule.enabled,
            summary: rule.summary(),
            snoozed_until: snoozed.map(|until| signed_in.time(until)),
            missing: missing.join(", "),
            expected: serde_json::to_string(rule).unwrap_or_default(),
            edit: editor_path("name", &rule.name),
            copy: editor_path("copy", &rule.name),
            key: new_key(),
            rejected_snooze: match notice {
                Notice::InvalidSnooze {
                    rule: name,
                    entered,
                    problem,
                } if *name == rule.name => Some((entered.clone(), problem.clone())),
                Notice::InvalidSnooze { .. }
                | Notice::None
                | Notice::Done(_)
                | Notice::Overtaken { .. } => None,
            },
        }
    }
}
