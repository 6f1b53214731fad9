//! The buttons of a group: **Add** and **Ignore**. **Declare Incident** leads to the form.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Redirect};

use crate::domain::IncidentId;
use crate::error::Error;
use crate::store::{ChangeTarget, IgnoreGroup};
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::alerts::PATH;
use crate::web::pages::incident::incident_path;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .post(Access::SignedIn, "/alert-groups/{id}/add", add)
        .post(Access::SignedIn, "/alert-groups/{id}/ignore", ignore)
}

/// The choice that adds a rule, for admins.
const ALWAYS: &str = "always";

type GroupPath = Result<Path<i64>, PathRejection>;

async fn add(signed_in: SignedIn, path: GroupPath, form: Form) -> PageResult {
    let group = visible_group(&signed_in, path).await?;
    let incident = form.value("incident").parse().map(IncidentId);
    let incident = incident.map_err(|_| Error::Rejected("Choose an incident.".to_owned()))?;
    let target = ChangeTarget {
        viewer: signed_in.viewer.clone(),
        id: incident,
        key: form.key(&signed_in.user.id)?,
        now: signed_in.now,
    };
    let store = signed_in.store();
    store
        .add_alerts_to_incident(target, signed_in.actor(), group)
        .await?;
    Ok(Redirect::to(&incident_path(incident)).into_response())
}

async fn ignore(signed_in: SignedIn, path: GroupPath, form: Form) -> PageResult {
    let group = visible_group(&signed_in, path).await?;
    let duration = match form.value("hours").parse() {
        Ok(hours @ 1..=24) => Some(chrono::Duration::hours(hours)),
        Ok(_) | Err(_) => None,
    };
    let (app, actor) = (&signed_in.app, signed_in.actor());
    let is_always = form.value("hours") == ALWAYS;
    if is_always {
        app.check_may_add_alert_rules(&actor).await?;
    }
    let key = form.key(&signed_in.user.id)?;
    let request = IgnoreGroup {
        group,
        user: signed_in.user.id.clone(),
        duration,
        now: signed_in.now,
    };
    let ignoring = signed_in.store().ignore_alert_group(key.clone(), request);
    ignoring.await?;
    if is_always {
        let key = key.step("rule");
        app.ignore_alerts_always(key, &actor, group).await?;
    }
    Ok(Redirect::to(PATH).into_response())
}

/// Returns the group in the path, if the user may see it.
async fn visible_group(signed_in: &SignedIn, path: GroupPath) -> Result<i64, ErrorPage> {
    let Path(group) = path.map_err(|_| ErrorPage::unknown_path())?;
    let viewer = signed_in.viewer.clone();
    let store = signed_in.store();
    store.check_visible_alert_group(viewer, group).await?;
    Ok(group)
}
