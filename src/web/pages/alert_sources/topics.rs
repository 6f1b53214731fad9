//! The form that confirms the subscription of an SNS topic, or removes the request.

use axum::extract::Path;

use crate::domain::alert::AlertSource;
use crate::error::Error;
use crate::store::SourceAction;
use crate::web::access::AdminSession;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::alert_sources::detail::show_error;
use crate::web::pages::alert_sources::{find, redirect, source_path};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.post(Access::Admin, "/settings/alert-sources/{id}/topics", change)
}

async fn change(
    AdminSession(signed_in): AdminSession,
    Path(id): Path<String>,
    form: Form,
) -> PageResult {
    let source = find(&signed_in, &id).await?;
    let topic = form.value("topic").to_owned();
    let (action, saved) = match form.value("action") {
        "confirm" => (SourceAction::AcceptTopic(topic.clone()), "confirmed"),
        _ => (SourceAction::RejectTopic(topic.clone()), "rejected"),
    };
    let key = form.key(&signed_in.user.id)?;
    // SNS confirms a subscription as often as it is requested, so a repeated form does no harm.
    if matches!(action, SourceAction::AcceptTopic(_))
        && let Err(reason) = confirm(&signed_in, &source, &topic).await?
    {
        return show_error(&signed_in, &source, reason).await;
    }
    let (store, id) = (signed_in.store(), source.identity.id);
    store
        .change_alert_source(key, id, action, signed_in.now)
        .await?;
    tracing::info!(user = %signed_in.user.id, source = id, "An SNS subscription was {saved}");
    Ok(redirect(&source_path(id), ("saved", saved)))
}

/// Confirms the subscription of a topic at SNS, unless that is done already.
async fn confirm(
    signed_in: &SignedIn,
    source: &AlertSource,
    topic: &str,
) -> Result<Result<(), String>, Error> {
    let confirmations = signed_in.store().sns_confirmations(source.identity.id);
    let confirmations = confirmations.await?;
    let pending = confirmations.iter().find(|it| it.topic == topic);
    Ok(match pending {
        Some(pending) => {
            let confirming = signed_in.app.sns.confirm(&pending.subscribe_url);
            confirming.await.map_err(|error| error.to_string())
        }
        None if source.topics.iter().any(|it| it == topic) => Ok(()),
        None => Err("This topic has no request to confirm a subscription.".to_owned()),
    })
}
