//! Users who are notified by hand become responders, if the setting `notified_become_responders` says so.

use crate::delivery::{FetchUser, InviteUser, PostActivity, UpsertHeader};
use crate::people::role::RoleChange;
use crate::{
    Activity, Actor, Change, ChannelState, DecisionContext, TimelineEntry, TimelineEvent, UserId,
};

impl Change {
    /// Adds users to the responders and invites them to the incident's channel. Those who take part already, and
    /// those who may not, are left out.
    pub(crate) fn add_notified_responders<'a>(
        &mut self,
        users: impl IntoIterator<Item = &'a UserId>,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) {
        if !ctx.settings.notified_become_responders {
            return;
        }
        let guests = ctx.settings.guest_policy();
        let is_open = self.incident.channel_state == ChannelState::Open;
        let mut has_joined = false;
        for user in users {
            let takes_part = self.incident.responder_ids().any(|known| known == user);
            let known = ctx.users.find(user);
            let may_join = known.is_none_or(|(it, _)| it.check_may_participate(guests).is_ok());
            if takes_part || !may_join {
                continue;
            }
            has_joined = true;
            self.incident.add_responder(user, ctx.now);
            let change = RoleChange::Joined { user: user.clone() };
            let event = TimelineEvent::RolesChanged { change };
            self.add_entry(TimelineEntry::by_actor(actor, event.clone()));
            self.enqueue(FetchUser { user: user.clone() });
            if is_open {
                self.enqueue(InviteUser { user: user.clone() });
                let activity = Activity::by_actor(actor, event);
                self.enqueue(PostActivity { activity });
            }
        }
        if has_joined && is_open {
            self.enqueue(UpsertHeader);
        }
    }
}
