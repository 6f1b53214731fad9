//! `/incidents/7/postmortem.md` and `/incidents/7/postmortem.html`: the postmortem as one file, to keep or to send.

use std::sync::LazyLock;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::domain::IncidentId;
use crate::domain::postmortem::{PostmortemFact, PostmortemSource, PostmortemView};
use crate::error::{Error, Result};
use crate::web::error_page::ErrorPage;
use crate::web::layout::PageResult;
use crate::web::markdown::{self, Html};
use crate::web::pages::incident::{IncidentPath, incident_path};
use crate::web::parts::{StatusStrip, channel_url, is_web_address};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(
            Access::SignedIn,
            "/incidents/{id}/postmortem.md",
            as_markdown,
        )
        .get(Access::SignedIn, "/incidents/{id}/postmortem.html", as_html)
}

/// The style sheet of the file.
const STYLE: &str = include_str!("../../templates/postmortem_file.css");

/// The policy of the file, also when it is opened from a disk: nothing but its own style sheet.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
});

/// The style sheet, as part of the file.
struct Style;

impl std::fmt::Display for Style {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(STYLE)
    }
}

impl HtmlSafe for Style {}

#[derive(Template)]
#[template(path = "postmortem_file.html", config = "src/web/askama.toml")]
struct FileTemplate {
    style: Style,
    policy: &'static str,
    title: String,
    facts: Vec<PostmortemFact>,
    strip: StatusStrip,
    attached_url: Option<String>,
    sections: Vec<FileSection>,
    written_at: String,
}

struct FileSection {
    number: i64,
    heading: String,
    body: Html,
}

/// The facts of a postmortem, and the addresses that they name.
struct Document {
    source: PostmortemSource,
    page_url: Option<String>,
    channel_url: Option<String>,
}

impl Document {
    async fn load(signed_in: &SignedIn, id: IncidentId) -> Result<Self> {
        let viewer = signed_in.viewer.clone();
        let source = signed_in.store().postmortem_source(viewer, id).await?;
        let channel = source.incident.channel.as_ref();
        Ok(Self {
            page_url: signed_in.app.config.page_url(&incident_path(id)),
            channel_url: channel.map(|channel| channel_url(&channel.id)),
            source,
        })
    }

    fn view<'a>(&'a self, signed_in: &'a SignedIn) -> PostmortemView<'a> {
        PostmortemView {
            clock: &signed_in.clock,
            page_url: self.page_url.as_deref(),
            channel_url: self.channel_url.as_deref(),
        }
    }
}

async fn as_markdown(signed_in: SignedIn, path: IncidentPath) -> PageResult {
    let document = Document::load(&signed_in, path.id).await?;
    let text = document
        .source
        .markdown_document(&document.view(&signed_in))
        .ok_or_else(|| missing(path.id))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/markdown; charset=utf-8".to_owned(),
        ),
        (header::CONTENT_DISPOSITION, disposition(path.id, "md")),
    ];
    Ok((headers, text).into_response())
}

async fn as_html(signed_in: SignedIn, path: IncidentPath) -> PageResult {
    let document = Document::load(&signed_in, path.id).await?;
    let incident = &document.source.incident;
    let postmortem = incident.postmortem.as_ref();
    let postmortem = postmortem.ok_or_else(|| missing(path.id))?;
    let viewer = signed_in.viewer.clone();
    let statuses = signed_in.store().status_changes(viewer, path.id).await?;
    let attached_url = postmortem.attached_url.clone();
    let view = document.view(&signed_in);
    let template = FileTemplate {
        style: Style,
        policy: &POLICY,
        title: postmortem.title.clone(),
        facts: document.source.postmortem_facts(&view),
        strip: StatusStrip::new(incident, &statuses, signed_in.now),
        attached_url: attached_url.filter(|url| is_web_address(url)),
        sections: sections(&signed_in, &document),
        written_at: signed_in.clock.format_with_zone(signed_in.now),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(path.id, "html")),
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
    ];
    let html = template.render().map_err(Error::internal)?;
    Ok((headers, html).into_response())
}

/// Returns the sections as HTML. In a file, the address of a page needs its host.
fn sections(signed_in: &SignedIn, document: &Document) -> Vec<FileSection> {
    let config = &signed_in.app.config;
    let absolute = |link: &str| match link.starts_with('/') && !link.starts_with("//") {
        true => config.page_url(link).unwrap_or_else(|| link.to_owned()),
        false => link.to_owned(),
    };
    let rendered = document.source.render(&document.view(signed_in));
    let section = |section: crate::domain::postmortem::RenderedSection| FileSection {
        number: section.number,
        heading: section.heading,
        body: markdown::render_section_with(&section.body, absolute),
    };
    rendered.sections.into_iter().map(section).collect()
}

fn disposition(id: IncidentId, extension: &str) -> String {
    format!("attachment; filename=\"{id}-postmortem.{extension}\"")
}

/// Returns the page of a postmortem that does not exist.
fn missing(id: IncidentId) -> ErrorPage {
    let text = format!("{id} has no postmortem yet, so there's nothing to download.");
    let page = ErrorPage::new(StatusCode::NOT_FOUND, "No postmortem", text);
    page.with_way_on(
        format!("{}/postmortem", incident_path(id)),
        "Generate the postmortem",
    )
}
