//! The addresses that get no more mails of a rule, on the page of the rule.

use crate::domain::User;
use crate::domain::notification::{NotificationRule, UnsubscribedAddress, UnsubscribedMails};
use crate::error::{Error, Result};
use crate::web::access::AdminSession;
use crate::web::form::{Form, new_key};
use crate::web::layout::PageResult;
use crate::web::pages::settings::notification_rules::editor_page;
use crate::web::parts::Time;
use crate::web::session::SignedIn;

/// An address in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnsubscribedRow {
    pub(super) id: i64,
    /// The user with this address, or else the address.
    pub(super) name: String,
    pub(super) mails: String,
    pub(super) since: Time,
    pub(super) key: String,
}

impl UnsubscribedRow {
    /// Returns the addresses that get no more mails of a rule; none for a new rule.
    pub(super) async fn load(
        signed_in: &SignedIn,
        rule: Option<&NotificationRule>,
        users: &[User],
    ) -> Result<Vec<Self>> {
        let Some(rule) = rule else {
            return Ok(Vec::new());
        };
        let addresses = signed_in.store().unsubscribed_addresses(rule.name.clone());
        let addresses = addresses.await?.into_iter();
        let rows = addresses.map(|address| Self {
            id: address.id,
            name: recipient_name(&address, users),
            mails: match address.mails {
                UnsubscribedMails::OfRule => "no mails".to_owned(),
                UnsubscribedMails::AboutIncident(incident) => format!("no mails about {incident}"),
                UnsubscribedMails::AboutPrivateIncident => {
                    "no mails about a private incident".to_owned()
                }
            },
            since: signed_in.time(address.since),
            key: new_key(),
        });
        Ok(rows.collect())
    }
}

/// Returns the name of the user with this address. An address that is known from Slack is not shown to others.
fn recipient_name(unsubscribed: &UnsubscribedAddress, users: &[User]) -> String {
    let address = &unsubscribed.address;
    let has_address = |user: &&User| {
        let known = user.email.as_ref();
        known.is_some_and(|known| known.as_str().eq_ignore_ascii_case(address.as_str()))
    };
    let user = users.iter().find(has_address);
    user.map_or_else(|| address.to_string(), |user| user.name.clone())
}

/// Lets an address get the mails again.
pub(super) async fn subscribe(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let Ok(id) = form.value("id").parse() else {
        let problem = "This form names no address. Reload the page and send it again.";
        return Err(Error::Rejected(problem.to_owned()).into());
    };
    let key = form.key(&signed_in.user.id)?;
    let now = signed_in.now;
    signed_in.store().subscribe_again(key, id, now).await?;
    Ok(editor_page(form.value("rule"), "subscribed"))
}
