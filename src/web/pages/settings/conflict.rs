//! The page of a conflict: another user changed the same settings since the form was displayed. It shows both
//! values.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::{ChangeSettings, SettingGroup};
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::settings::field::readable_value;
use crate::web::pages::settings::submission::Submission;
use crate::web::session::SignedIn;

#[derive(Template)]
#[template(path = "settings_conflict.html", config = "src/web/askama.toml")]
struct ConflictTemplate {
    layout: Layout,
    group: SettingGroup,
    /// The settings that both users changed.
    conflicts: Vec<Conflict>,
    /// The form with the user's values, based on the current ones.
    fields: Vec<HiddenField>,
    key: String,
}

struct Conflict {
    label: &'static str,
    theirs: String,
    mine: String,
}

struct HiddenField {
    name: &'static str,
    expected: String,
    values: Vec<String>,
}

/// Shows both values of each setting that both users changed.
pub(super) async fn show(
    signed_in: &SignedIn,
    group: SettingGroup,
    submission: &Submission,
) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let request = ChangeSettings {
        values: submission.values.clone(),
        displayed: submission.displayed.clone(),
    };
    let keys = request.conflicts(&settings);
    let mut conflicts = Vec::new();
    let mut fields = Vec::new();
    for (setting, current) in settings.values() {
        let mine = request.values.iter().find(|(key, _)| key == setting.key);
        let Some((_, mine)) = mine else {
            continue;
        };
        if keys.contains(&setting.key) {
            conflicts.push(Conflict {
                label: setting.label,
                theirs: readable_value(setting, &current),
                mine: readable_value(setting, mine),
            });
        }
        fields.push(HiddenField {
            name: setting.key,
            expected: current.to_string(),
            values: submission.entered(setting.key).cloned().unwrap_or_default(),
        });
    }
    let template = ConflictTemplate {
        layout: signed_in.layout(Section::Settings),
        group,
        conflicts,
        fields,
        key: new_key(),
    };
    page_with_status(StatusCode::CONFLICT, &template)
}
