//! The values of the variables in a notification that a user writes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::webhook::Webhook;
use crate::domain::{
    Incident, IncidentId, Settings, TemplateValues, User, UserClock, UserContact, UserId,
};
use crate::error::Result;
use crate::web::pages::incident::incident_path;
use crate::web::parts::channel_url;
use crate::web::session::SignedIn;

/// Everything that the values are made from, besides the incident.
#[derive(Clone)]
pub(super) struct ValueSource {
    pub(super) settings: Arc<Settings>,
    pub(super) users: Vec<User>,
    pub(super) webhooks: Vec<Webhook>,
    contacts: HashMap<UserId, UserContact>,
    clock: UserClock,
    page_url: Option<String>,
}

impl ValueSource {
    pub(super) async fn load(signed_in: &SignedIn, id: IncidentId) -> Result<Self> {
        let store = signed_in.store();
        let users = store.users().await?;
        let contact = |user: &User| {
            let contact = UserContact {
                name: user.name.clone(),
                handle: user.handle.clone(),
                mail_address: String::new(),
            };
            (user.id.clone(), contact)
        };
        Ok(Self {
            settings: store.settings().await?,
            contacts: users.iter().map(contact).collect(),
            users,
            webhooks: store.webhooks().await?,
            clock: signed_in.clock,
            page_url: signed_in.app.config.page_url(&incident_path(id)),
        })
    }

    /// Calls `fill_in` with the values.
    pub(super) fn fill_in<T>(
        &self,
        incident: &Incident,
        fill_in: impl FnOnce(&TemplateValues<'_>) -> T,
    ) -> T {
        let channel = incident.channel.as_ref();
        let channel_url = channel.map(|channel| channel_url(&channel.id));
        fill_in(&TemplateValues {
            incident,
            settings: &self.settings,
            contacts: &self.contacts,
            clock: &self.clock,
            page_url: self.page_url.as_deref(),
            channel_url: channel_url.as_deref(),
            changes: &[],
        })
    }

    /// Returns the name of a user, or their ID if they have not been fetched.
    pub(super) fn user_name(&self, user: &UserId) -> String {
        let contact = self.contacts.get(user);
        contact.map_or_else(|| user.to_string(), |contact| contact.name.clone())
    }
}
