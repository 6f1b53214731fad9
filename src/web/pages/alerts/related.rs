//! The alerts that look related to an incident: on its page, and `POST /incidents/7/attach-alerts`.

use axum::response::{IntoResponse, Redirect};

use crate::domain::Incident;
use crate::domain::text::truncate;
use crate::error::Result;
use crate::store::ChangeTarget;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::actions::Buttons;
use crate::web::pages::incident::{IncidentPath, incident_path};
use crate::web::parts::ActionButton;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The longest title of a group, in characters.
const LONGEST_TITLE: usize = 120;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.post(
        Access::SignedIn,
        "/incidents/{id}/attach-alerts",
        attach_alerts,
    )
}

/// The alerts that look related to an open incident.
pub(crate) struct RelatedBlock {
    pub(crate) sentence: &'static str,
    pub(crate) count: u32,
    pub(crate) titles: String,
    pub(crate) attach: ActionButton,
}

impl RelatedBlock {
    /// Returns the block of an incident; `None` if no alert looks related.
    pub(crate) async fn read(
        signed_in: &SignedIn,
        incident: &Incident,
        buttons: &Buttons<'_>,
    ) -> Result<Option<Self>> {
        if !incident.status.is_open() {
            return Ok(None);
        }
        let related = signed_in.store().related_alerts(incident.id).await?;
        let titles = related.titles.iter();
        let titles: Vec<_> = titles.map(|title| truncate(title, LONGEST_TITLE)).collect();
        let path = format!("{}/attach-alerts", incident_path(incident.id));
        Ok((!related.groups.is_empty()).then(|| Self {
            sentence: match related.count {
                1 => "alert looks related",
                _ => "alerts look related",
            },
            count: related.count,
            titles: titles.join(", "),
            attach: buttons.button_to(path, 0, "Attach"),
        }))
    }
}

async fn attach_alerts(signed_in: SignedIn, path: IncidentPath, form: Form) -> PageResult {
    let target = ChangeTarget {
        viewer: signed_in.viewer.clone(),
        id: path.id,
        key: form.key(&signed_in.user.id)?,
        now: signed_in.now,
    };
    let store = signed_in.store();
    store
        .attach_related_alerts(target, signed_in.actor())
        .await?;
    Ok(Redirect::to(&incident_path(path.id)).into_response())
}
