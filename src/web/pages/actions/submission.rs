//! A submitted form of an action: reads its fields.

use crate::domain::text::length;
use crate::domain::{
    Actor, Change, DecisionContext, GuestPolicy, Incident, IncidentId, Rejection, Timestamp, UserId,
};
use crate::error::{Error, Result};
use crate::store::ChangeTarget;
use crate::web::form::Form;
use crate::web::parts::{join_values, split_values};
use crate::web::session::SignedIn;

/// The longest text, as in Slack.
const LONGEST_TEXT: usize = 2_400;

/// The rejection of an edit that would overwrite the change of another user. A decision of a single entry
/// cannot return an error, only a rejection.
pub(super) const CHANGED_MEANWHILE: &str = "Someone else changed this after you opened the form. Nothing of yours is \
    stored yet. Check the current value, then save again.";

/// A submitted form of an action.
pub(super) struct Submission<'a> {
    pub(super) signed_in: &'a SignedIn,
    pub(super) id: IncidentId,
    pub(super) form: &'a Form,
}

impl Submission<'_> {
    /// Returns the number of the task, impact, document or entry.
    pub(super) fn number(&self) -> Result<i64> {
        let number = self.form.value("number").parse();
        number.map_err(|_| Error::NotFound("entry"))
    }

    /// Returns the request for a change.
    pub(super) fn target(&self) -> Result<ChangeTarget> {
        Ok(ChangeTarget {
            viewer: self.signed_in.viewer.clone(),
            id: self.id,
            key: self.form.key(&self.signed_in.user.id)?,
            now: self.signed_in.now,
        })
    }

    /// Changes the incident.
    pub(super) async fn change(
        &self,
        decide: impl FnOnce(&Incident, &Actor, &DecisionContext<'_>) -> Result<Change> + Send + 'static,
    ) -> Result<()> {
        let changed = self.signed_in.change(self.id, self.form, decide).await;
        changed.map(drop)
    }

    /// Returns a text, or rejects one that is too long.
    pub(super) fn text(&self, name: &str) -> Result<String> {
        let text = self.form.value(name);
        match length(text) {
            ..=LONGEST_TEXT => Ok(text.to_owned()),
            long => Err(Error::Rejected(format!(
                "This text is {long} characters long; {LONGEST_TEXT} is the most. Please shorten it."
            ))),
        }
    }

    /// Returns the values of a field, joined.
    pub(super) fn joined(&self, name: &str) -> String {
        join_values(self.form.values(name))
    }

    /// Returns a time in the past; `None` if the field is empty.
    pub(super) fn past(&self, name: &str) -> Result<Option<Timestamp>> {
        let parse = |text: &str| self.signed_in.clock.parse_past(text);
        self.time(name, parse)
    }

    /// Returns a time in the future; `None` if the field is empty.
    pub(super) fn future(&self, name: &str) -> Result<Option<Timestamp>> {
        let parse = |text: &str| self.signed_in.clock.parse_future(text);
        self.time(name, parse)
    }

    fn time<E: std::fmt::Display>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> std::result::Result<Timestamp, E>,
    ) -> Result<Option<Timestamp>> {
        match self.form.value(name) {
            "" => Ok(None),
            text => match parse(text) {
                Ok(at) => Ok(Some(at)),
                Err(error) => Err(Error::Rejected(error.to_string())),
            },
        }
    }

    /// Returns whether the user changed a field.
    pub(super) fn is_changed(&self, name: &str) -> bool {
        self.form.expected(name) != Some(self.joined(name).as_str())
    }

    /// Returns the displayed values of these fields, as far as the user changed them.
    pub(super) fn expected(&self, names: &[&'static str]) -> Expected {
        let changed = names.iter().filter(|name| self.is_changed(name));
        let fields = changed.filter_map(|name| {
            Some(ExpectedField {
                name,
                displayed: self.form.expected(name)?.to_owned(),
                requested: self.joined(name),
            })
        });
        Expected(fields.collect())
    }

    /// Returns the added and the removed users of a field.
    pub(super) fn user_changes(&self, name: &str) -> (Vec<UserId>, Vec<UserId>) {
        let before = self.form.expected(name).unwrap_or_default();
        let before: Vec<UserId> = split_values(before).map(UserId::from).collect();
        let after = self.form.values(name).filter(|id| !id.is_empty());
        let after: Vec<UserId> = after.map(UserId::from).collect();
        let without = |users: &[UserId], others: &[UserId]| {
            let rest = users.iter().filter(|user| !others.contains(user));
            rest.cloned().collect()
        };
        (without(&after, &before), without(&before, &after))
    }
}

/// The fields that the user changed.
pub(super) struct Expected(Vec<ExpectedField>);

/// A field, with the value that the form displayed and the one that the user wants.
struct ExpectedField {
    name: &'static str,
    displayed: String,
    requested: String,
}

impl Expected {
    /// Rejects an edit if a field has another value than the form displayed. A field that already has the
    /// requested value is no conflict.
    pub(super) fn check(
        &self,
        current: impl Fn(&str) -> String,
    ) -> std::result::Result<(), Rejection> {
        let is_current = |field: &ExpectedField| {
            let current = current(field.name);
            current == field.displayed || current == field.requested
        };
        match self.0.iter().all(is_current) {
            true => Ok(()),
            false => Err(Rejection(CHANGED_MEANWHILE.to_owned())),
        }
    }
}

/// Rejects users who are unknown or may not participate.
pub(super) fn check_users(
    users: &[UserId],
    guests: GuestPolicy,
    context: &DecisionContext<'_>,
) -> Result<()> {
    for id in users {
        match context.users.find(id) {
            Some((user, _)) => user.check_may_participate(guests)?,
            None => {
                return Err(Error::Rejected(
                    "Muster doesn't know this user. Choose someone from the list.".to_owned(),
                ));
            }
        }
    }
    Ok(())
}
