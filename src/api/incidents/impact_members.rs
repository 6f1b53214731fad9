//! The members of an incident's body that Datadog has had since before there were impacts. They act on the oldest
//! impact.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::error::{ApiError, Mistake};
use crate::api::incidents::create::LONGEST_TEXT;
use crate::api::members::{Time, present};
use crate::api::query::Mistakes;
use crate::domain::{Actor, AddImpact, EditImpact, Incident, IncidentId, Timestamp};
use crate::store::ApiTransaction;

/// The members about customer impact.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(super) struct ImpactMembers {
    /// Whether customers are affected.
    customer_impacted: Option<bool>,
    /// The effect on customers.
    #[schemars(length(max = LONGEST_TEXT))]
    customer_impact_scope: Option<String>,
    /// When the effect began.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Time>")]
    customer_impact_start: Option<Option<Time>>,
    /// When the effect ended; null while it continues.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<Time>")]
    customer_impact_end: Option<Option<Time>>,
}

impl ImpactMembers {
    /// Notes the mistakes that depend on the incident.
    pub(super) fn check(&self, incident: &Incident, mistakes: &mut Mistakes) {
        if self.customer_impacted == Some(false) && incident.is_customer_impacted() {
            mistakes.add(Mistake::in_member(
                "/data/attributes/customer_impacted",
                "can't be false while the incident has impacts. Delete them instead",
            ));
        }
        let is_blank = self.scope().is_none_or(|scope| scope.trim().is_empty());
        if self.customer_impacted == Some(true) && !incident.is_customer_impacted() && is_blank {
            mistakes.add(Mistake::in_member(
                "/data/attributes/customer_impact_scope",
                "is missing, and customer_impacted is true",
            ));
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
        self.customer_impacted != Some(true)
            && self.scope().is_none()
            && self.start().is_none()
            && self.customer_impact_end.is_none()
    }

    fn scope(&self) -> Option<&str> {
        self.customer_impact_scope.as_deref()
    }

    fn start(&self) -> Option<Timestamp> {
        self.customer_impact_start.flatten().map(|it| it.0)
    }

    fn edit(&self) -> EditImpact {
        EditImpact {
            description: self.customer_impact_scope.clone(),
            started_at: self.start(),
            ended_at: self.customer_impact_end.map(|end| end.map(|it| it.0)),
        }
    }

    fn addition(&self, actor: &Actor) -> AddImpact {
        AddImpact {
            description: self.customer_impact_scope.clone().unwrap_or_default(),
            started_at: self.start().unwrap_or(actor.at),
            ended_at: self.customer_impact_end.flatten().map(|it| it.0),
        }
    }
}
