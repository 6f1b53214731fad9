//! Sends the notification of a rule about incidents that matched before, because an admin chose them.

use crate::domain::IncidentId;
use crate::domain::notification::NotificationRule;
use crate::error::Error;
use crate::store::NotifyNow;
use crate::web::access::AdminSession;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::settings::notification_rules::matches::OFFERED;
use crate::web::pages::settings::notification_rules::{editor_page, unknown_rule};

/// Sends the notifications.
pub(super) async fn submit(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let rule = form.expected("rule").map(serde_json::from_str);
    let Some(rule): Option<NotificationRule> = rule.and_then(Result::ok) else {
        return Err(unknown_rule());
    };
    let numbers = form.values("incident").take(OFFERED);
    let incidents: Vec<IncidentId> = numbers.filter_map(|it| it.parse().ok()).collect();
    if incidents.is_empty() {
        return Err(Error::Rejected("Choose at least one incident.".to_owned()).into());
    }
    let name = rule.name.clone();
    let request = NotifyNow {
        viewer: signed_in.viewer.clone(),
        rule,
        incidents,
        key: form.key(&signed_in.user.id)?,
        now: signed_in.now,
    };
    signed_in.store().notify_now(request).await?;
    Ok(editor_page(&name, "notified"))
}
