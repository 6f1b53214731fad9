//! `/settings/import` and `/settings/import/values`: change settings by a settings file, or the values of a field by a
//! CSV file. The first submission shows what the file would change and stores nothing; the second one applies it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::{ChangeSettings, Settings};
use crate::error::Error;
use crate::web::access::AdminSession;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::settings::import_format::{Change, Format, ReadFile, Values};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The field with the settings that the preview was made from.
const DISPLAYED: &str = "settings";

pub(super) fn add_routes(routes: Routes) -> Routes {
    let (settings, values) = (Format::Toml.path(), Format::Csv.path());
    routes
        .get(Access::Admin, settings, show_settings)
        .post(Access::Admin, settings, submit_settings)
        .get(Access::Admin, values, show_values)
        .post(Access::Admin, values, submit_values)
}

#[derive(Template)]
#[template(path = "settings_import.html", config = "src/web/askama.toml")]
struct ImportTemplate {
    layout: Layout,
    format: Format,
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
    Preview(ReadFile),
    /// The settings changed since the preview; the changes that the file would make now.
    Overtaken(ReadFile),
}

impl State {
    fn file(&self) -> Option<&ReadFile> {
        match self {
            Self::Empty | Self::Rejected(_) => None,
            Self::Preview(file) | Self::Overtaken(file) => Some(file),
        }
    }

    fn changes(&self) -> &[Change] {
        self.file().map_or(&[], |file| &file.changes)
    }
}

async fn show_settings(AdminSession(signed_in): AdminSession) -> PageResult {
    Upload::new(Format::Toml, String::new()).render(&signed_in, State::Empty)
}

async fn show_values(AdminSession(signed_in): AdminSession) -> PageResult {
    Upload::new(Format::Csv, String::new()).render(&signed_in, State::Empty)
}

async fn submit_settings(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    submit(&signed_in, Format::Toml, &form).await
}

async fn submit_values(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    submit(&signed_in, Format::Csv, &form).await
}

async fn submit(signed_in: &SignedIn, format: Format, form: &Form) -> PageResult {
    let mut upload = Upload::new(format, file_text(form));
    let settings = signed_in.store().settings().await?;
    let mut file = match format.read(&settings, &upload.text) {
        Ok(file) => file,
        Err(problems) => return upload.render(signed_in, State::Rejected(problems)),
    };
    // The preview asks what the other forms of settings ask on a page of its own.
    if let Ok(after) = settings.with_values(file.values.clone()) {
        let questions = settings.rule_questions(&after).into_iter();
        file.notes
            .extend(questions.map(|question| question.to_string()));
    }
    upload.displayed = displayed_values(&settings, &file.values);
    // A text that was edited since its preview is previewed again.
    let is_previewed = form.expected("text") == Some(upload.text.as_str());
    if form.value("apply").is_empty() || !is_previewed {
        return upload.render(signed_in, State::Preview(file));
    }
    match apply(signed_in, form, file.values.clone()).await {
        Ok(()) => Ok(Redirect::to(format.way_on()).into_response()),
        Err(Error::Conflict) => upload.render(signed_in, State::Overtaken(file)),
        Err(error) => Err(error.into()),
    }
}

/// Returns the uploaded file, or else the pasted text.
fn file_text(form: &Form) -> String {
    let mut texts = ["file", "text"].into_iter().map(|name| form.value(name));
    let text = texts.find(|text| !text.is_empty());
    text.unwrap_or_default().to_owned()
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

/// The text of a file, and what the page displays of the settings in it.
struct Upload {
    format: Format,
    text: String,
    displayed: Values,
}

impl Upload {
    fn new(format: Format, text: String) -> Self {
        Self {
            format,
            text,
            displayed: Values::new(),
        }
    }

    fn render(self, signed_in: &SignedIn, state: State) -> PageResult {
        let status = match state {
            State::Empty | State::Preview(_) => StatusCode::OK,
            State::Rejected(_) => StatusCode::UNPROCESSABLE_ENTITY,
            State::Overtaken(_) => StatusCode::CONFLICT,
        };
        let template = ImportTemplate {
            layout: signed_in.layout(Section::Settings),
            format: self.format,
            text: self.text,
            state,
            displayed: serde_json::to_string(&self.displayed).map_err(Error::internal)?,
            key: new_key(),
        };
        page_with_status(status, &template)
    }
}
