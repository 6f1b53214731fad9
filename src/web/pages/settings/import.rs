//! `/settings/import`: changes settings by a settings file. The first submission shows what the file would change
//! and stores nothing; the second one applies it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use serde_json::Value;

use crate::domain::{ChangeSettings, SettingChange, Settings};
use crate::error::Error;
use crate::settings_toml::{self, value_to_toml};
use crate::web::access::AdminSession;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/settings/import";

/// The field with the settings that the preview was made from.
const DISPLAYED: &str = "settings";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Admin, PATH, show)
        .post(Access::Admin, PATH, submit)
}

#[derive(Template)]
#[template(path = "settings_import.html", config = "src/web/askama.toml")]
struct ImportTemplate {
    layout: Layout,
    text: String,
    state: State,
    /// The settings in the file with their current values, as JSON.
    displayed: String,
    key: String,
}

enum State {
    Empty,
    /// Why the file cannot be imported.
    Rejected(Vec<String>),
    /// The changes that the file would make.
    Preview(Vec<Change>),
    /// The settings changed since the preview; what the file would change now.
    Overtaken(Vec<Change>),
}

impl State {
    fn changes(&self) -> &[Change] {
        match self {
            Self::Empty | Self::Rejected(_) => &[],
            Self::Preview(changes) | Self::Overtaken(changes) => changes,
        }
    }
}

struct Change {
    key: &'static str,
    from: String,
    to: String,
}

impl From<SettingChange> for Change {
    fn from(change: SettingChange) -> Self {
        Self {
            key: change.key,
            from: value_to_toml(&change.from),
            to: value_to_toml(&change.to),
        }
    }
}

type Values = Vec<(String, Value)>;

async fn show(AdminSession(signed_in): AdminSession) -> PageResult {
    render(&signed_in, String::new(), State::Empty, &Vec::new())
}

async fn submit(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let text = file_text(&form);
    let settings = signed_in.store().settings().await?;
    let values = match settings_toml::parse_settings(&text) {
        Ok(values) => values,
        Err(error) => {
            let problem = format!("This isn't valid TOML: {error}");
            return render(
                &signed_in,
                text,
                State::Rejected(vec![problem]),
                &Vec::new(),
            );
        }
    };
    let imported = match settings.with_values(values.clone()) {
        Ok(imported) => imported,
        Err(errors) => {
            let problems = errors.iter().map(ToString::to_string).collect();
            return render(&signed_in, text, State::Rejected(problems), &Vec::new());
        }
    };
    let displayed = displayed_values(&settings, &values);
    // A text that was edited since its preview is previewed again.
    let is_previewed = form.expected("text") == Some(text.as_str());
    if form.value("apply").is_empty() || !is_previewed {
        let state = State::Preview(changes(&settings, &imported));
        return render(&signed_in, text, state, &displayed);
    }
    match apply(&signed_in, &form, values).await {
        Ok(()) => Ok(Redirect::to("/settings?saved=import").into_response()),
        Err(Error::Conflict) => {
            let state = State::Overtaken(changes(&settings, &imported));
            render(&signed_in, text, state, &displayed)
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the uploaded file, or else the pasted text.
fn file_text(form: &Form) -> String {
    let mut texts = ["file", "text"].into_iter().map(|name| form.value(name));
    let text = texts.find(|text| !text.is_empty());
    text.unwrap_or_default().to_owned()
}

fn changes(settings: &Settings, imported: &Settings) -> Vec<Change> {
    let changes = settings.diff(imported).into_iter();
    changes.map(Change::from).collect()
}

/// Returns the current values of the settings in the file.
fn displayed_values(settings: &Settings, file: &Values) -> Values {
    let values = settings.values().into_iter();
    let in_file = values.filter(|(setting, _)| file.iter().any(|(key, _)| key == setting.key));
    in_file
        .map(|(setting, value)| (setting.key.to_owned(), value))
        .collect()
}

async fn apply(signed_in: &SignedIn, form: &Form, values: Values) -> Result<(), Error> {
    let key = form.key(&signed_in.user.id)?;
    let displayed = form.expected(DISPLAYED).map(serde_json::from_str);
    let request = ChangeSettings {
        values,
        displayed: displayed.and_then(Result::ok).unwrap_or_default(),
    };
    let actor = signed_in.actor();
    let outcome = signed_in.app.change_settings(key, request, &actor).await?;
    let problems = |errors: Vec<_>| {
        let problems: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Error::Rejected(problems.join(" "))
    };
    outcome.map(drop).map_err(problems)
}

fn render(signed_in: &SignedIn, text: String, state: State, displayed: &Values) -> PageResult {
    let status = match state {
        State::Empty | State::Preview(_) => StatusCode::OK,
        State::Rejected(_) => StatusCode::UNPROCESSABLE_ENTITY,
        State::Overtaken(_) => StatusCode::CONFLICT,
    };
    let template = ImportTemplate {
        layout: signed_in.layout(Section::Settings),
        text,
        state,
        displayed: serde_json::to_string(displayed).map_err(Error::internal)?,
        key: new_key(),
    };
    page_with_status(status, &template)
}
