//! The form that sets the secret that signs the requests of a source, because some tools make it after they have the
//! address.

use axum::extract::Path;

use crate::secret::Secret;
use crate::store::SourceAction;
use crate::web::access::AdminSession;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::alert_sources::{find, redirect, source_path};
use crate::web::routes::{Access, Routes};

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.post(Access::Admin, "/settings/alert-sources/{id}/secret", set)
}

async fn set(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let id = find(&signed_in, &id).await?.identity.id;
    let key = form.key(&signed_in.user.id)?;
    let action = SourceAction::SetSecret(Secret::new(form.value("secret")));
    let (store, now) = (signed_in.store(), signed_in.now);
    store.change_alert_source(key, id, action, now).await?;
    tracing::info!(user = %signed_in.user.id, source = id, "Set the secret of a source of alerts");
    Ok(redirect(&source_path(id), ("saved", "secret")))
}
