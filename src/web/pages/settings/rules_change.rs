//! A change of a list of rules. What has to be confirmed is asked before it is stored.

use axum::response::Response;
use serde_json::Value;

use crate::domain::{ChangeSettings, SettingError, Settings};
use crate::error::Error;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::settings::confirm::{self, Question};
use crate::web::session::SignedIn;

/// A change of a list of rules.
pub(super) struct RulesChange<'f> {
    pub(super) form: &'f Form,
    /// The settings that the change is based on.
    pub(super) displayed: &'f Settings,
    /// The key of the setting.
    pub(super) key: &'static str,
    /// The new list.
    pub(super) rules: Value,
    /// The path that the form was sent to.
    pub(super) action: &'f str,
    /// The path of the list.
    pub(super) list: &'f str,
}

impl RulesChange<'_> {
    /// Stores the rules, unless something has to be confirmed before, or they were changed meanwhile.
    pub(super) async fn store(self, signed_in: &SignedIn, done: Response) -> PageResult {
        let after = self.displayed.with_values(self.values());
        let after = after.map_err(|errors| rejection(&errors))?;
        let questions = confirm::open_questions(self.displayed, &after, self.form);
        if !questions.is_empty() {
            let question = Question {
                form: self.form,
                action: self.action,
                cancel: self.list,
            };
            return confirm::show(signed_in, &questions, &question);
        }
        self.save(signed_in).await?;
        Ok(done)
    }

    /// Stores the rules, unless they were changed meanwhile.
    pub(super) async fn save(&self, signed_in: &SignedIn) -> Result<(), Error> {
        let key = self.form.key(&signed_in.user.id)?;
        let displayed = self.displayed.values().into_iter();
        let displayed = displayed.filter(|(setting, _)| setting.key == self.key);
        let request = ChangeSettings {
            values: self.values(),
            displayed: displayed
                .map(|(setting, value)| (setting.key.to_owned(), value))
                .collect(),
        };
        let actor = signed_in.actor();
        let outcome = signed_in.app.change_settings(key, request, &actor).await?;
        outcome.map(drop).map_err(|errors| rejection(&errors))
    }

    fn values(&self) -> Vec<(String, Value)> {
        vec![(self.key.to_owned(), self.rules.clone())]
    }
}

fn rejection(errors: &[SettingError]) -> Error {
    let problems: Vec<_> = errors.iter().map(ToString::to_string).collect();
    Error::Rejected(problems.join(" "))
}
