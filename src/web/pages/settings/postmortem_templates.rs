//! `/settings/postmortem-templates/…`: the postmortem templates. The first one is the default.

use serde_json::{Value, json};

use crate::domain::postmortem::{PostmortemSource, PostmortemTemplate, PostmortemView};
use crate::domain::{Settings, TemplateAttribute, TemplateError};
use crate::error::{Error, Result};
use crate::web::access::AdminSession;
use crate::web::error_page::ErrorPage;
use crate::web::form::{Form, new_key};
use crate::web::layout::PageResult;
use crate::web::markdown::render_section;
use crate::web::pages::settings::template_editor::{
    self, EditedTemplate, Editor, EditorField, FieldControl, Preview, PreviewIncident, PreviewPart,
    TemplateKind, contacts,
};
use crate::web::parts::TypeField;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The key of the setting.
pub(super) const KEY: &str = "postmortem_templates";

/// The path that makes a template the default.
const MAKE_DEFAULT: &str = "/settings/postmortem-templates/default";

pub(super) fn add_routes(routes: Routes) -> Routes {
    template_editor::add_routes::<PostmortemTemplate>(routes).post(
        Access::Admin,
        MAKE_DEFAULT,
        make_default,
    )
}

/// A postmortem template in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TemplateRow {
    pub(super) name: String,
    pub(super) content: String,
    /// The headings of its sections.
    pub(super) sections: String,
    pub(super) is_default: bool,
    /// The address of its form.
    pub(super) edit: String,
    /// The address of the form of a copy.
    pub(super) copy: String,
    /// The template, as JSON.
    pub(super) expected: String,
    pub(super) key: String,
}

impl TemplateRow {
    /// Returns the templates, the default first.
    pub(super) fn list(settings: &Settings) -> Result<Vec<Self>> {
        let templates = settings.postmortem_templates.iter().enumerate();
        let kind = PostmortemTemplate::KIND;
        let row = |(index, template): (usize, &PostmortemTemplate)| {
            Ok(Self {
                name: template.name.clone(),
                content: template.content.clone(),
                sections: template.headings().join(" · "),
                is_default: index == 0,
                edit: kind.address("name", &template.name),
                copy: kind.address("copy", &template.name),
                expected: serde_json::to_string(template).map_err(Error::internal)?,
                key: new_key(),
            })
        };
        templates.map(row).collect()
    }
}

/// Makes a template the default: the first one.
async fn make_default(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let kind = PostmortemTemplate::KIND;
    let settings = signed_in.store().settings().await?;
    let stored = Editor::<PostmortemTemplate>::read(&form).into_stored();
    let stored = stored.ok_or_else(|| kind.unknown())?;
    let templates = &settings.postmortem_templates;
    // Another text of the template is no conflict.
    let current = template_editor::find::<PostmortemTemplate>(&settings, &stored.name);
    let position = templates.iter().position(|known| Some(known) == current);
    let position = position.ok_or_else(|| kind.unknown())?;
    if position == 0 {
        return Ok(kind.list_page("saved"));
    }
    let mut ordered = templates.clone();
    ordered[..=position].rotate_right(1);
    let values = PostmortemTemplate::values(&settings, &ordered, None);
    let stored =
        template_editor::store::<PostmortemTemplate>(&signed_in, &form, &settings, values).await;
    stored.map_err(ErrorPage::from)?;
    Ok(kind.list_page("saved"))
}

impl EditedTemplate for PostmortemTemplate {
    const KIND: TemplateKind = TemplateKind {
        name: "postmortem template",
        text: "content",
        unaffected: "Postmortems that were generated from it stay as they are.",
        edit: "/settings/postmortem-templates/edit",
        delete: "/settings/postmortem-templates/delete",
        group: "postmortems",
        sample: None,
    };

    fn templates(settings: &Settings) -> &[Self] {
        &settings.postmortem_templates
    }

    fn values(_: &Settings, templates: &[Self], _: Option<(&str, &str)>) -> Vec<(String, Value)> {
        vec![(KEY.to_owned(), json!(templates))]
    }

    fn first(_: &Settings) -> Self {
        Self::default()
    }

    fn read(form: &Form) -> Self {
        Self {
            name: form.value("name").to_owned(),
            content: form.value("content").to_owned(),
            incident_type: TypeField::read(form),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn incident_type(&self) -> Option<i64> {
        self.incident_type
    }

    fn with_name(self, name: String) -> Self {
        Self { name, ..self }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.content]
    }

    fn texts_mut(&mut self) -> Vec<&mut String> {
        vec![&mut self.content]
    }

    fn errors(settings: &Settings, templates: &[Self]) -> Vec<TemplateError> {
        settings.postmortem_template_errors(templates)
    }

    fn variables(settings: &Settings) -> Vec<(String, String)> {
        settings.postmortem_variables()
    }

    fn fields(&self, _: &Settings) -> Vec<EditorField> {
        vec![
            EditorField::name(&self.name),
            EditorField {
                name: "content",
                label: "Content",
                attribute: TemplateAttribute::Body,
                value: self.content.clone(),
                control: FieldControl::Text { rows: 28 },
                hint: "Markdown. Each ## heading starts a section. Type two opening braces to see the variables.",
            },
        ]
    }

    fn compared(&self) -> Vec<(&'static str, String)> {
        vec![("Content", self.content.clone())]
    }

    async fn preview(&self, signed_in: &SignedIn, incident: PreviewIncident) -> Result<Preview> {
        let source = source(signed_in, &incident).await?;
        let view = PostmortemView {
            clock: &signed_in.clock,
            page_url: Some(&incident.page_url),
            channel_url: incident.channel_url.as_deref(),
        };
        let rendered = PostmortemTemplate::preview(self, source, &view);
        let sections = rendered.sections.into_iter();
        let sections = sections.map(|section| PreviewPart {
            heading: section.heading,
            body: render_section(&section.body),
        });
        let sections = sections.collect();
        Ok(incident.preview(rendered.title, sections))
    }
}

/// Returns the facts of the incident of a preview.
async fn source(signed_in: &SignedIn, selected: &PreviewIncident) -> Result<PostmortemSource> {
    if let Some(id) = selected.id {
        let viewer = signed_in.viewer.clone();
        return signed_in.store().postmortem_source(viewer, id).await;
    }
    Ok(PostmortemSource::without_timeline(
        selected.incident.clone(),
        signed_in.store().settings().await?,
        contacts(signed_in).await?,
    ))
}
