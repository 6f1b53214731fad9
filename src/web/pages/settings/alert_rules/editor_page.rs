//! The page with the form of an alert rule.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::alert::rule::AlertRule;
use crate::domain::{Settings, UserClock};
use crate::error::{Error, Result};
use crate::store::AlertRulePreview;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::settings::alert_rules::difference::{PartDifference, differences};
use crate::web::pages::settings::alert_rules::editor::{Editor, EditorState};
use crate::web::pages::settings::alert_rules::form_values::form_of;
use crate::web::pages::settings::alert_rules::input::RuleInput;
use crate::web::pages::settings::alert_rules::preview::RulePreview;
use crate::web::pages::settings::alert_rules::reading::{FieldProblem, RuleReading};
use crate::web::pages::settings::alert_rules::sections::{FormChoices, RuleSection};
use crate::web::pages::settings::alert_rules::{LIST, editor_path, find_rule};
use crate::web::session::SignedIn;

/// The number of labels of past alerts that are listed.
const LISTED_LABELS: usize = 30;

#[derive(Template)]
#[template(path = "settings_alert_rule.html", config = "src/web/askama.toml")]
struct EditorTemplate {
    layout: Layout,
    title: String,
    state: EditorState,
    /// The path of the list.
    list: &'static str,
    /// The rule that is changed, as JSON; empty for a new one.
    expected: String,
    /// All problems, with the labels of their inputs.
    problems: Vec<FieldProblem>,
    /// The differences from the rule that is stored now; `None` if it was deleted.
    differences: Option<Vec<PartDifference>>,
    /// The address of the form of the rule that is stored now.
    current: String,
    sections: Vec<RuleSection>,
    preview: Option<RulePreview>,
    /// The labels of past alerts, with some values.
    labels: Vec<(String, String)>,
    key: String,
}

impl Editor {
    /// Renders the page.
    pub(super) async fn render(mut self, signed_in: &SignedIn, status: StatusCode) -> PageResult {
        let settings = signed_in.store().settings().await?;
        let reading = self.read(signed_in);
        let title = match &self.stored {
            Some(rule) => rule.name.clone(),
            None => "New alert rule".to_owned(),
        };
        let current = editor_path("name", &title);
        if self.state == EditorState::Overtaken {
            self.stored = find_rule(&settings, &title).cloned();
        }
        let problems = match self.state {
            EditorState::Rejected | EditorState::Previewed => self.problems(&reading, &settings),
            EditorState::Displayed | EditorState::Overtaken => Vec::new(),
        };
        let choices = self.choices(signed_in, &settings).await?;
        let sections = choices.sections(&self.form, &problems);
        let past = self.preview(signed_in, &settings, &reading.rule).await?;
        let is_previewed = self.stored.is_some() || self.state == EditorState::Previewed;
        let preview = (is_previewed && problems.is_empty())
            .then(|| RulePreview::new(&reading.rule, &past, &settings, signed_in));
        let stored = self.stored.as_ref();
        let expected = stored.map(serde_json::to_string).transpose();
        let entered = entered(&self.form, &reading, &signed_in.clock);
        let template = EditorTemplate {
            layout: signed_in.layout(Section::Settings),
            title,
            state: self.state,
            list: LIST,
            expected: expected.map_err(Error::internal)?.unwrap_or_default(),
            problems: labelled(&sections, problems),
            differences: stored.map(|rule| differences(&choices, rule, &entered)),
            current,
            sections,
            preview,
            labels: label_rows(past),
            key: new_key(),
        };
        page_with_status(status, &template)
    }

    async fn choices<'s>(
        &self,
        signed_in: &SignedIn,
        settings: &'s Settings,
    ) -> Result<FormChoices<'s>> {
        let store = signed_in.store();
        Ok(FormChoices {
            settings,
            users: store.users().await?,
            sources: store.alert_sources().await?,
            is_new: self.stored.is_none(),
            clock: signed_in.clock,
        })
    }

    async fn preview(
        &self,
        signed_in: &SignedIn,
        settings: &Settings,
        entered: &AlertRule,
    ) -> Result<AlertRulePreview> {
        let rules = self.rules(settings, entered.clone());
        let store = signed_in.store();
        store.preview_alert_rule(rules, signed_in.now).await
    }
}

/// Returns the form with the entered rule in its usual notation, if all of it can be read.
fn entered(form: &Form, reading: &RuleReading, clock: &UserClock) -> Form {
    match reading.problems.is_empty() {
        true => form_of(&reading.rule, clock),
        false => form.clone(),
    }
}

/// Returns the problems in the order of the inputs, with their labels, and those that belong to none, without a part.
fn labelled(sections: &[RuleSection], mut problems: Vec<FieldProblem>) -> Vec<FieldProblem> {
    let inputs = || sections.iter().flat_map(|section| &section.inputs);
    problems.retain(|problem| inputs().all(|input| input.name != problem.part));
    let others = problems.into_iter().map(|problem| FieldProblem {
        part: String::new(),
        ..problem
    });
    let labelled = inputs().flat_map(RuleInput::labelled_problems);
    labelled.chain(others).collect()
}

fn label_rows(past: AlertRulePreview) -> Vec<(String, String)> {
    let labels = past.labels.into_iter().take(LISTED_LABELS);
    labels
        .map(|(name, values)| (name, values.join(", ")))
        .collect()
}
