//! Reads a rule from its form. The domain checks it afterwards, as it checks the settings from a file.

use std::collections::BTreeMap;

use crate::domain::alert::rule::{AlertRule, LabelMatcher};
use crate::domain::{Severity, Timestamp, UserClock, UserId};
use crate::web::form::Form;
use crate::web::pages::settings::notification_rules::capitalized;

/// A problem of a part of the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldProblem {
    /// The key of the part, which is the name of its input.
    pub(super) part: String,
    /// The problem as a sentence.
    pub(super) text: String,
}

/// A rule as it was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RuleReading {
    /// The rule. A part that cannot be read has its default value.
    pub(super) rule: AlertRule,
    /// The problems of the parts that cannot be read.
    pub(super) problems: Vec<FieldProblem>,
}

struct Reader<'f> {
    form: &'f Form,
    problems: Vec<FieldProblem>,
}

/// Reads a rule. What the form does not contain stays as it is stored.
pub(super) fn read(form: &Form, stored: Option<&AlertRule>, clock: &UserClock) -> RuleReading {
    let mut reader = Reader {
        form,
        problems: Vec::new(),
    };
    let default = AlertRule::default();
    let hold_minutes = reader.number("hold_minutes", None);
    let rule = AlertRule {
        name: form.value("name").to_owned(),
        enabled: reader.is_ticked("enabled"),
        sources: form.values("sources").map(str::to_owned).collect(),
        matchers: reader.matchers(),
        group_by: reader.items("group_by"),
        window_minutes: reader.number_or("window_minutes", default.window_minutes),
        hold_minutes,
        threshold: reader.number_or("threshold", default.threshold),
        action: form.value("action").parse().unwrap_or_default(),
        channel: reader.text("channel"),
        title: reader.text("title"),
        severity: form.value("severity").parse().ok(),
        severities: reader.severities(),
        commander: reader.text("commander").map(UserId),
        service: reader.text("service"),
        fields: reader.fields(),
        incident_type: reader.text("type"),
        private: reader.is_ticked("private"),
        test: reader.is_ticked("test"),
        limit: reader.number_or("limit", default.limit),
        limit_minutes: reader.number_or("limit_minutes", default.limit_minutes),
        when_resolved: form.value("when_resolved").parse().unwrap_or_default(),
        reopen_minutes: reader.number_or("reopen_minutes", default.reopen_minutes),
        snoozed_until: reader.snoozed_until(stored, clock),
    };
    RuleReading {
        rule,
        problems: reader.problems,
    }
}

impl Reader<'_> {
    fn reject(&mut self, part: &str, text: impl Into<String>) {
        self.problems.push(FieldProblem {
            part: part.to_owned(),
            text: text.into(),
        });
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = self.form.value(name);
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn is_ticked(&self, name: &str) -> bool {
        !self.form.value(name).is_empty()
    }

    /// Returns the items of a text, which are separated by commas or line breaks.
    fn items(&self, name: &str) -> Vec<String> {
        let items = self.form.value(name).split([',', '\n']).map(str::trim);
        let items = items.filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    }

    fn number(&mut self, name: &str, default: Option<u32>) -> Option<u32> {
        let text = self.form.value(name).to_owned();
        if text.is_empty() {
            return default;
        }
        let number = text.parse().ok();
        if number.is_none() {
            self.reject(
                name,
                format!("“{}” isn't a whole number.", text.escape_debug()),
            );
        }
        number.or(default)
    }

    fn number_or(&mut self, name: &str, default: u32) -> u32 {
        self.number(name, Some(default)).unwrap_or(default)
    }

    fn rows(&self, name: &str) -> Vec<String> {
        let rows = self.form.value(name).lines().map(str::trim);
        let rows = rows.filter(|row| !row.is_empty());
        rows.map(str::to_owned).collect()
    }

    fn matchers(&mut self) -> Vec<LabelMatcher> {
        let mut matchers = Vec::new();
        for row in self.rows("match") {
            match row.parse::<LabelMatcher>() {
                Ok(matcher) => matchers.push(matcher),
                Err(problem) => self.reject("match", capitalized(&problem)),
            }
        }
        matchers
    }

    fn severities(&mut self) -> BTreeMap<String, Severity> {
        let mut severities = BTreeMap::new();
        for row in self.rows("severities") {
            let Some((name, severity)) = row.rsplit_once('=') else {
                let problem = format!("“{row}” isn't a pair. Write fatal = SEV-1.");
                self.reject("severities", problem);
                continue;
            };
            match severity.trim().parse::<Severity>() {
                Ok(severity) => {
                    let previous = severities.insert(name.trim().to_owned(), severity);
                    if previous.is_some() {
                        let problem = format!("{} occurs twice.", name.trim());
                        self.reject("severities", problem);
                    }
                }
                Err(error) => self.reject("severities", error.to_string()),
            }
        }
        severities
    }

    fn fields(&self) -> BTreeMap<String, String> {
        let fields = self.form.fields().filter_map(|(name, text)| {
            let field = name.strip_prefix("fields.")?;
            (!text.is_empty()).then(|| (field.to_owned(), text.to_owned()))
        });
        fields.collect()
    }

    /// Reads when the snooze ends. What the form displayed stays, to the second and also if it has passed.
    fn snoozed_until(
        &mut self,
        stored: Option<&AlertRule>,
        clock: &UserClock,
    ) -> Option<Timestamp> {
        let text = self.text("snoozed_until")?;
        let displayed = stored.and_then(|rule| rule.snoozed_until);
        if let Some(until) = displayed.filter(|until| clock.format(*until) == text) {
            return Some(until);
        }
        match clock.parse_future(&text) {
            Ok(until) => Some(until),
            Err(error) => {
                self.reject("snoozed_until", error.to_string());
                None
            }
        }
    }
}
