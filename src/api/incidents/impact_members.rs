//! The members of an incident's body that Datadog has had since before there were impacts. They act on the oldest
//! impact.

use crate::api::error::ApiError;
use crate::api::query::Mistakes;
use crate::domain::{Actor, AddImpact, EditImpact, Incident, IncidentId, Timestamp};
use crate::store::ApiTransaction;

/// The members about customer impact.
#[derive(Clone, Debug)]
pub(super) struct ImpactMembers {
    /// Whether customers are affected.
    pub(super) is_impacted: Option<bool>,
    /// The effect on customers.
    pub(super) scope: Option<String>,
    /// When the effect began.
    pub(super) start: Option<Timestamp>,
    /// When the effect ended; `Some(None)` while it continues.
    pub(super) end: Option<Option<Timestamp>>,
}

impl ImpactMembers {
    /// Notes the mistakes that depend on the incident.
    pub(super) fn check(&self, incident: &Incident, mistakes: &mut Mistakes) {
        if self.is_impacted == Some(false) && incident.is_customer_impacted() {
            let detail = "can't be false while the incident has impacts. Delete them instead";
            mistakes.add_attribute("customer_impacted", detail);
        }
        let scope = self.scope.as_deref();
        let is_blank = scope.is_none_or(|scope| scope.trim().is_empty());
        if self.is_impacted == Some(true) && !incident.is_customer_impacted() && is_blank {
            let detail = "is missing, and customer_impacted is true";
            mistakes.add_attribute("customer_impact_scope", detail);
        }
    }

    /// Changes the oldest impact. Adds one if there is none.
    pub(super) fn apply(
        &self,
        tx: &ApiTransaction<'_>,
        id: IncidentId,
        actor: &Actor,
    ) -> Result<(), ApiError> {
        if self.is_unchanged() {
            return Ok(());
        }
        tx.change(id, |incident, _| {
            let oldest = incident.impacts.iter().min_by_key(|it| it.number);
            let change = match oldest.map(|impact| impact.number) {
                Some(number) => incident.edit_impact(number, self.edit(), actor)?,
                None => incident.add_impact(self.addition(actor), actor)?,
            };
            Ok(change)
        })?;
        Ok(())
    }

    /// Returns whether the body mentions no impact.
    fn is_unchanged(&self) -> bool {
        self.is_impacted != Some(true)
            && self.scope.is_none()
            && self.start.is_none()
            && self.end.is_none()
    }

    fn edit(&self) -> EditImpact {
        EditImpact {
            description: self.scope.clone(),
            started_at: self.start,
            ended_at: self.end,
        }
    }

    fn addition(&self, actor: &Actor) -> AddImpact {
        AddImpact {
            description: self.scope.clone().unwrap_or_default(),
            started_at: self.start.unwrap_or(actor.at),
            ended_at: self.end.flatten(),
        }
    }
}
