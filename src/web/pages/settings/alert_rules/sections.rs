//! The sections of the form of an alert rule. A new part of a rule needs an input here, and a line in `form_values` and
//! in `reading`.

use crate::domain::alert::AlertSource;
use crate::domain::alert::rule::{AlertAction, AlertRule, WhenResolved};
use crate::domain::{Settings, User, UserClock};
use crate::web::form::Form;
use crate::web::pages::commander_choices::commander_choices;
use crate::web::pages::settings::alert_rules::form_values::{field_name, form_of};
use crate::web::pages::settings::alert_rules::input::{InputControl, RuleInput};
use crate::web::pages::settings::alert_rules::reading::FieldProblem;
use crate::web::parts::Choice;

/// The field that `service` fills.
const SERVICES: &str = "services";

/// A section of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RuleSection {
    pub(super) title: &'static str,
    /// Whether it can be folded: most rules leave it as it is.
    pub(super) is_optional: bool,
    /// Whether it is unfolded: it differs from the default, or a value of it is rejected.
    pub(super) is_open: bool,
    pub(super) inputs: Vec<RuleInput>,
}

/// The choices of the inputs.
pub(super) struct FormChoices<'c> {
    pub(super) settings: &'c Settings,
    pub(super) users: Vec<User>,
    pub(super) sources: Vec<AlertSource>,
    /// Whether the rule is new, so that its position is chosen.
    pub(super) is_new: bool,
    pub(super) clock: UserClock,
}

impl FormChoices<'_> {
    /// Returns the sections with the values of a form and its problems.
    pub(super) fn sections(&self, form: &Form, problems: &[FieldProblem]) -> Vec<RuleSection> {
        let required = [
            ("Rule", self.rule_inputs()),
            ("Which alerts", self.alert_inputs(form)),
            ("What happens", action_inputs()),
        ];
        let optional = [
            ("Incident", self.incident_inputs(form)),
            ("Groups and limits", group_inputs()),
            ("Snooze", snooze_inputs()),
        ];
        let default = form_of(&AlertRule::default(), &self.clock);
        let section = |(title, inputs): (&'static str, Vec<RuleInput>)| {
            let filled = inputs.into_iter().map(|input| input.filled(form, problems));
            let inputs: Vec<_> = filled.collect();
            let is_changed =
                |it: &RuleInput| !filled_in(form, &it.name).eq(filled_in(&default, &it.name));
            RuleSection {
                title,
                is_optional: false,
                is_open: inputs.iter().any(|it| it.is_rejected() || is_changed(it)),
                inputs,
            }
        };
        let optional = optional.map(section).map(|it| RuleSection {
            is_optional: true,
            ..it
        });
        required.map(section).into_iter().chain(optional).collect()
    }

    fn rule_inputs(&self) -> Vec<RuleInput> {
        let position = RuleInput::new(
            "position",
            "Position",
            InputControl::Select(self.positions()),
        )
        .with_hint("The first rule that matches an alert decides.");
        let mut inputs = vec![
            RuleInput::new("name", "Name", InputControl::Text),
            RuleInput::new("enabled", "On", InputControl::Tick),
        ];
        inputs.extend(self.is_new.then_some(position));
        inputs
    }

    fn positions(&self) -> Vec<Choice> {
        let first = choice("", "First");
        let rules = self.settings.alert_rules.iter();
        let after = rules.map(|rule| choice(&rule.name, &format!("After {}", rule.name)));
        [first].into_iter().chain(after).collect()
    }

    fn alert_inputs(&self, form: &Form) -> Vec<RuleInput> {
        let matchers = RuleInput::new("match", "Labels", InputControl::Lines).with_hint(
            "One test per line, and all must hold: service=checkout, severity!=info, and =~ or !~ with a regular \
             expression for the whole value. title and severity are those of the alert. Empty: every alert.",
        );
        let valid = self.sources.iter().filter(|it| it.revoked_at.is_none());
        let mut sources: Vec<_> = valid
            .map(|it| choice(&it.identity.name, &it.identity.name))
            .collect();
        for name in form.values("sources") {
            if sources.iter().all(|known| known.value != name) {
                sources.push(choice(name, &format!("{name} (not a source any more)")));
            }
        }
        if sources.is_empty() {
            return vec![matchers];
        }
        let sources = RuleInput::new("sources", "Sources", InputControl::Checkboxes(sources))
            .with_hint("Without any, all.");
        vec![sources, matchers]
    }

    fn incident_inputs(&self, form: &Form) -> Vec<RuleInput> {
        let severity = InputControl::Select(self.severities());
        let commanders = commander_choices(self.users.clone(), self.commander(form).as_ref());
        let none = choice("", "The user who declares; without one, none");
        let commanders = commanders.into_iter().filter(|it| !it.value.is_empty());
        let commanders = InputControl::Select([none].into_iter().chain(commanders).collect());
        let mut inputs = vec![
            RuleInput::new("severity", "Severity", severity),
            RuleInput::new("severities", "Severity by the sender's word", InputControl::Lines)
                .with_hint("One per line, where the usual one doesn't fit: fatal = SEV-1."),
            RuleInput::new("title", "Title", InputControl::Text).with_hint(
                "A text with {{title}}, {{severity}}, {{source}}, {{description}} or {{labels.name}}. Empty: the \
                 title of the first alert.",
            ),
            RuleInput::new("commander", "Incident Commander", commanders),
            RuleInput::new("service", "Service", InputControl::Text)
                .with_hint("A text like the title's. Empty: the label service."),
        ];
        inputs.extend(self.field_inputs(form));
        inputs.extend([
            RuleInput::new("private", "Private incidents", InputControl::Tick),
            RuleInput::new("test", "Test incidents", InputControl::Tick),
        ]);
        inputs
    }

    fn commander(&self, form: &Form) -> Option<crate::domain::UserId> {
        let commander = form.value("commander");
        (!commander.is_empty()).then(|| commander.into())
    }

    fn severities(&self) -> Vec<Choice> {
        let scale = self.settings.severity_scale();
        let levels = scale.levels().iter().map(|level| {
            let label = format!("{} {}", level.severity, level.label);
            choice(level.severity.as_str(), label.trim_end())
        });
        let from_alert = choice("", "From the alert");
        [from_alert].into_iter().chain(levels).collect()
    }

    /// Returns the inputs of the templates of fields, also of those that were removed.
    fn field_inputs(&self, form: &Form) -> Vec<RuleInput> {
        let known = self.settings.fields.iter();
        let known = known.filter(|field| field.name != SERVICES);
        let mut inputs: Vec<_> = known
            .map(|field| {
                RuleInput::new(field_name(&field.name), &field.label(), InputControl::Text)
            })
            .collect();
        for (name, _) in form.fields() {
            let Some(field) = name.strip_prefix("fields.") else {
                continue;
            };
            if inputs.iter().all(|known| known.name != name) {
                inputs.push(RuleInput::new(name, field, InputControl::Text));
            }
        }
        inputs
    }
}

/// Returns the values of an input that are not empty.
fn filled_in<'f>(form: &'f Form, name: &'f str) -> impl Iterator<Item = &'f str> {
    form.values(name).filter(|value| !value.is_empty())
}

fn choice(value: &str, label: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.to_owned(),
    }
}

fn action_inputs() -> Vec<RuleInput> {
    let actions = [
        AlertAction::Suggest,
        AlertAction::Declare,
        AlertAction::Attach,
        AlertAction::Ignore,
    ];
    let actions = actions.map(|action| choice(action.as_str(), action_label(action)));
    vec![
        RuleInput::new("action", "Action", InputControl::Radios(actions.into())),
        RuleInput::new("channel", "Channel of the cards", InputControl::Text).with_hint(
            "A name such as #alerts, or the ID of a private channel that the app is in. Empty: the announcements \
             channel.",
        ),
        RuleInput::new("hold_minutes", "Hold (minutes)", InputControl::Number)
            .with_hint("Act only if an alert still fires then. Empty: 2 to declare, otherwise 0."),
        RuleInput::new("threshold", "Act from this number of alerts", InputControl::Number)
            .with_hint("Alerts of one group."),
    ]
}

fn action_label(action: AlertAction) -> &'static str {
    match action {
        AlertAction::Suggest => "Suggest: a card in a channel offers to declare an incident",
        AlertAction::Declare => "Declare an incident",
        AlertAction::Attach => "Attach to the open incident of the group; without one, list only",
        AlertAction::Ignore => "Ignore: list only",
    }
}

fn group_inputs() -> Vec<RuleInput> {
    let reactions = WhenResolved::ALL;
    let reactions = reactions.map(|it| choice(it.as_str(), reaction_label(it)));
    vec![
        RuleInput::new("group_by", "Group by labels", InputControl::Text).with_hint(
            "Names, separated by commas. Empty: the sender's groups, otherwise the label service, otherwise each \
             alert alone.",
        ),
        RuleInput::new("window_minutes", "Group open for (minutes)", InputControl::Number)
            .with_hint("After its last alert."),
        RuleInput::new("reopen_minutes", "Ask to reopen for (minutes)", InputControl::Number)
            .with_hint("After the incident is resolved."),
        RuleInput::new("limit", "At most cards and incidents", InputControl::Number)
            .with_hint("More groups are counted on one card."),
        RuleInput::new("limit_minutes", "Within (minutes)", InputControl::Number),
        RuleInput::new(
            "when_resolved",
            "When all alerts are resolved",
            InputControl::Select(reactions.into()),
        ),
    ]
}

fn reaction_label(reaction: WhenResolved) -> &'static str {
    match reaction {
        WhenResolved::Say => "Say so and offer Set to Stable",
        WhenResolved::Stable => "Set the incident to Stable",
        WhenResolved::Nothing => "Do nothing",
    }
}

fn snooze_inputs() -> Vec<RuleInput> {
    vec![
        RuleInput::new("snoozed_until", "Quiet until", InputControl::Time).with_hint(
            "Until then the rule does nothing, and no other rule gets its alerts: 2 hours, tomorrow 9:00. Empty: not \
             snoozed.",
        ),
    ]
}
