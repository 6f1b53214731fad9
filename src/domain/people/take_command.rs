//! Taking command of an incident that has no commander.

use crate::{Actor, Decision, DecisionContext, Incident, Rejection, Update, User};

impl Incident {
    /// Makes the actor the commander. An incident that has one keeps it: the button may be older than its last
    /// handover.
    pub fn take_command(&self, actor: &Actor, ctx: &DecisionContext<'_>) -> Decision {
        let user = actor.require_user()?;
        if let Some(known) = ctx.user(user) {
            known.check_may_participate(ctx.settings.guest_policy())?;
        }
        if let Some(commander) = self.commander.as_ref().filter(|it| *it != user) {
            let name = ctx.user(commander).map(|it: User| it.name);
            let name = name.unwrap_or_else(|| "Another user".to_owned());
            return Err(Rejection(format!(
                "{name} is already the commander of {}. Nothing was changed.",
                self.id
            )));
        }
        let update = Update {
            commander: Some(Some(user.clone())),
            ..Update::default()
        };
        self.update(update, actor, ctx)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::testing::{alice_at, context, incident_with_channel};
    use crate::{FieldChange, Source, TimelineEvent};

    #[test]
    fn first_user_takes_command_and_the_second_is_rejected() {
        let mut incident = incident_with_channel("Checkout");
        incident.commander = None;
        let (alice, now) = (alice_at(incident.declared_at), incident.declared_at);
        let change = incident.take_command(&alice, &context(now)).unwrap();
        assert_eq!(change.incident.commander, alice.user);
        let changes = vec![FieldChange::Commander {
            from: None,
            to: alice.user.clone(),
        }];
        assert_eq!(change.entries[0].event, TimelineEvent::Updated { changes });

        let again = change.incident.take_command(&alice, &context(now)).unwrap();
        assert!(again.entries.is_empty());
        for actor in [
            Actor::new("U0BOB000001".into(), now),
            Actor::muster(now, Source::Api),
        ] {
            assert!(change.incident.take_command(&actor, &context(now)).is_err());
        }
    }
}
