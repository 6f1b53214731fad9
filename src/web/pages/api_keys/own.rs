//! The keys of a member on the profile.

use crate::domain::AccountKind;
use crate::error::Result;
use crate::web::pages::api_keys::KeyRow;
use crate::web::session::SignedIn;

/// The valid keys that act as a member.
pub(crate) struct OwnKeys {
    pub(crate) rows: Vec<KeyRow>,
}

impl OwnKeys {
    /// Reads the keys of the user; `None` for a guest, who can have none.
    pub(crate) async fn read(signed_in: &SignedIn) -> Result<Option<Self>> {
        if signed_in.user.account_kind != AccountKind::Member {
            return Ok(None);
        }
        let mut keys = signed_in.store().api_keys().await?;
        let user = &signed_in.user.id;
        keys.retain(|key| key.revoked_at.is_none() && key.identity.user() == Some(user));
        let creators = keys.iter().flat_map(|key| &key.created_by);
        let names = signed_in.store().user_names(creators.cloned().collect());
        let names = names.await?;
        let rows = keys.iter().map(|key| KeyRow::new(key, &names, signed_in));
        Ok(Some(Self {
            rows: rows.collect(),
        }))
    }
}
