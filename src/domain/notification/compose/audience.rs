//! The audience of a notification: the users of its recipients, and which recipients may not see the incident.

use crate::notification::Recipient;
use crate::{Incident, UserId, Visibility};

/// The users and the other recipients that a notification leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// The users, each once, without the members of user groups.
    pub users: Vec<UserId>,
    /// The addresses, channels, user groups and services.
    pub others: Vec<Recipient>,
}

impl Incident {
    /// Returns the users and the other recipients that these recipients lead to now.
    pub fn audience(&self, recipients: &[Recipient]) -> Audience {
        let mut audience = Audience::default();
        for recipient in recipients {
            match self.users_of(recipient) {
                Some(users) => {
                    for user in users {
                        if !audience.users.contains(user) {
                            audience.users.push(user.clone());
                        }
                    }
                }
                None => audience.others.push(recipient.clone()),
            }
        }
        audience
    }

    /// Returns the users of a recipient; `None` if it is no user, role or list of users.
    fn users_of<'a>(&'a self, recipient: &'a Recipient) -> Option<Vec<&'a UserId>> {
        match recipient {
            Recipient::User(user) => Some(vec![user]),
            Recipient::Commander => Some(self.commander.iter().collect()),
            Recipient::Responders => Some(self.responder_ids().collect()),
            Recipient::Role(role) => {
                let holders = self.roles.iter();
                let holders = holders.filter(|it| it.role.eq_ignore_ascii_case(role));
                Some(holders.map(|it| &it.user).collect())
            }
            Recipient::Address(_)
            | Recipient::Group(_)
            | Recipient::IncidentChannel
            | Recipient::Webhook(_)
            | Recipient::PagerDuty(_) => None,
        }
    }

    /// Returns the roles of these recipients that no user has.
    pub fn vacant_roles<'a>(&self, recipients: &'a [Recipient]) -> Vec<&'a Recipient> {
        let is_vacant = |recipient: &&Recipient| {
            self.users_of(recipient)
                .is_some_and(|users| users.is_empty())
        };
        recipients.iter().filter(is_vacant).collect()
    }

    /// Returns the recipients that lead to users, channels or addresses that may not see the incident. A public one
    /// has none.
    pub fn outsiders<'a>(&self, recipients: &'a [Recipient]) -> Vec<&'a Recipient> {
        let is_outsider = |recipient: &&Recipient| match recipient {
            Recipient::User(user) => self.responder_ids().all(|responder| responder != user),
            Recipient::Commander
            | Recipient::Responders
            | Recipient::Role(_)
            | Recipient::IncidentChannel => false,
            Recipient::Address(_)
            | Recipient::Group(_)
            | Recipient::Webhook(_)
            | Recipient::PagerDuty(_) => true,
        };
        match self.visibility {
            Visibility::Public => Vec::new(),
            Visibility::Private => recipients.iter().filter(is_outsider).collect(),
        }
    }
}
