//! **Ignore**, **Always**: adds an alert rule that ignores the alerts of a group.

use serde_json::json;

use crate::app::App;
use crate::domain::alert::rule::AlertRule;
use crate::domain::{Actor, ChangeSettings};
use crate::error::{Error, Result};
use crate::store::IdempotencyKey;

/// The key of the setting that contains the rules.
const ALERT_RULES: &str = "alert_rules";

impl App {
    /// Adds a rule before all others that ignores alerts with the titles of a group. Returns the name of the rule that
    /// ignores them, which may exist already.
    ///
    /// # Errors
    /// Rejects a user who is no admin of the workspace.
    pub(crate) async fn ignore_alerts_always(
        &self,
        key: IdempotencyKey,
        actor: &Actor,
        group: i64,
    ) -> Result<String> {
        self.check_may_add_alert_rules(actor).await?;
        let (stored, rule) = self.store.alert_group(group).await?;
        let titles = self.store.group_message(group, actor.at).await?.titles;
        let titles: Vec<_> = titles.into_iter().map(|it| it.title).collect();
        let rules = self.store.settings().await?.alert_rules.clone();
        let ignoring = rule.ignoring(&stored.title, &titles, &rules);
        if let Some(known) = rules.iter().find(|it| it.ignores_like(&ignoring)) {
            return Ok(known.name.clone());
        }
        let name = ignoring.name.clone();
        self.add_alert_rule(key, actor, ignoring, &rules).await?;
        Ok(name)
    }

    /// Rejects a user who is no admin of the workspace.
    pub(crate) async fn check_may_add_alert_rules(&self, actor: &Actor) -> Result<()> {
        let is_admin = match &actor.user {
            Some(user) => self.is_admin(user).await,
            None => None,
        };
        match is_admin {
            Some(true) => Ok(()),
            Some(false) | None => Err(Error::Rejected(
                "Only workspace admins can add alert rules. Ask one of them, or choose 24 hours."
                    .to_owned(),
            )),
        }
    }

    async fn add_alert_rule(
        &self,
        key: IdempotencyKey,
        actor: &Actor,
        added: AlertRule,
        current: &[AlertRule],
    ) -> Result<()> {
        let mut rules = vec![added];
        rules.extend(current.iter().cloned());
        let setting = |rules: &[AlertRule]| vec![(ALERT_RULES.to_owned(), json!(rules))];
        let request = ChangeSettings {
            values: setting(&rules),
            displayed: setting(current),
        };
        let changed = self.change_settings(key, request, actor).await?;
        changed.map(drop).map_err(|errors| {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            Error::Rejected(errors.join(" "))
        })
    }
}
