//! `/help`: the handbook.

use askama::Template;
use axum::extract::Path;

use crate::handbook::{TOPICS, Topic};
use crate::web::error_page::ErrorPage;
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::markdown::{self, Html};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::SignedIn, "/help", index)
        .get(Access::SignedIn, "/help/{topic}", topic)
}

#[derive(Template)]
#[template(path = "help.html", config = "src/web/askama.toml")]
struct IndexTemplate {
    layout: Layout,
    topics: &'static [Topic],
}

#[derive(Template)]
#[template(path = "help_topic.html", config = "src/web/askama.toml")]
struct TopicTemplate {
    layout: Layout,
    topics: &'static [Topic],
    topic: &'static Topic,
    text: Html,
}

async fn index(signed_in: SignedIn) -> PageResult {
    page(&IndexTemplate {
        layout: signed_in.layout(Section::Help),
        topics: TOPICS,
    })
}

async fn topic(signed_in: SignedIn, Path(name): Path<String>) -> PageResult {
    let known = TOPICS.iter().find(|topic| topic.name == name);
    let topic = known.ok_or_else(|| {
        ErrorPage::unknown_path().with_way_on("/help", "All pages of the handbook")
    })?;
    page(&TopicTemplate {
        layout: signed_in.layout(Section::Help),
        topics: TOPICS,
        topic,
        text: markdown::render(topic.text, topic_address),
    })
}

/// Returns the address of a link in the handbook. A link to another page of it names its file.
fn topic_address(link: &str) -> String {
    let (file, anchor) = match link.split_once('#') {
        Some((file, anchor)) => (file, format!("#{anchor}")),
        None => (link, String::new()),
    };
    let name = file.strip_suffix(".md").unwrap_or_default();
    match TOPICS.iter().any(|topic| topic.name == name) {
        true => format!("/help/{name}{anchor}"),
        // The README is no page.
        false if file.ends_with(".md") => "/help".to_owned(),
        false => link.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_between_pages_leads_to_the_page() {
        assert_eq!(topic_address("settings.md"), "/help/settings");
        assert_eq!(
            topic_address("architecture.md#folders"),
            "/help/architecture#folders"
        );
        assert_eq!(topic_address("#top"), "#top");
        assert_eq!(topic_address("../../README.md#walk-through"), "/help");
        assert_eq!(topic_address("https://rustup.rs"), "https://rustup.rs");
    }
}
