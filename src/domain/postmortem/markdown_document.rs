//! A postmortem as one Markdown document: its title, its facts, its sections.

use crate::UserId;
use crate::Visibility;
use crate::notification::ContactLookup;
use crate::postmortem::{Postmortem, PostmortemSource, PostmortemView, RenderedPostmortem};
use crate::text::markdown::{escape_inline, format_url};

/// A fact about a postmortem, for the line under its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemFact {
    /// The label.
    pub label: &'static str,
    /// The value, in plain text.
    pub value: String,
    /// The address that the value leads to; `None` without one.
    pub url: Option<String>,
}

impl PostmortemSource {
    /// Returns the facts about the postmortem: its incident, owner, status and dates. Times have their year, because
    /// a document is read for years.
    pub fn postmortem_facts(&self, view: &PostmortemView<'_>) -> Vec<PostmortemFact> {
        let Some(postmortem) = &self.incident.postmortem else {
            return Vec::new();
        };
        let incident = &self.incident;
        let fact = |label, value| PostmortemFact {
            label,
            value,
            url: None,
        };
        let time = |label, at: Option<_>| at.map(|at| fact(label, view.clock.format_with_zone(at)));
        let visibility = match incident.visibility {
            Visibility::Public => None,
            Visibility::Private => Some(fact("Visibility", "private".to_owned())),
        };
        let named = PostmortemFact {
            url: view.page_url.map(str::to_owned),
            ..fact("Incident", incident.id.to_string())
        };
        let facts = [
            Some(named),
            Some(fact("Owner", self.user_label(&postmortem.owner))),
            Some(fact("Status", postmortem.status.label().to_owned())),
            visibility,
            time("Declared", Some(incident.declared_at)),
            time("Resolved", incident.resolved_at),
            time("Completed", postmortem.completed_at),
        ];
        facts.into_iter().flatten().collect()
    }

    /// Returns the postmortem as one Markdown document; `None` if the incident has none. One that is attached is a
    /// link.
    pub fn markdown_document(&self, view: &PostmortemView<'_>) -> Option<String> {
        let postmortem = self.incident.postmortem.as_ref()?;
        let facts = self.postmortem_facts(view);
        let facts: Vec<_> = facts.iter().map(fact_as_markdown).collect();
        let parts = [
            format!("# {}", escape_inline(&postmortem.title)),
            facts.join(" · "),
        ];
        let content = self.content(postmortem, view);
        let parts: Vec<_> = parts.into_iter().chain(content).collect();
        Some(format!("{}\n", parts.join("\n\n")))
    }

    /// Returns what follows the facts, in paragraphs.
    fn content(&self, postmortem: &Postmortem, view: &PostmortemView<'_>) -> Vec<String> {
        match &postmortem.attached_url {
            Some(url) => vec![format_url(url)],
            None => self.render(view).section_texts(),
        }
    }

    fn user_label(&self, user: &UserId) -> String {
        let contact = self.contacts.contact(user).unwrap_or_default();
        match contact.label() {
            "" => user.to_string(),
            label => label.to_owned(),
        }
    }
}

impl RenderedPostmortem {
    /// Returns the headings and the texts of the sections, in paragraphs of Markdown.
    fn section_texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for section in &self.sections {
            texts.push(format!("## {}", escape_inline(&section.heading)));
            let body = closed_body(section.body.trim_end());
            texts.extend(Some(body).filter(|body| !body.is_empty()));
        }
        texts
    }
}

fn fact_as_markdown(fact: &PostmortemFact) -> String {
    let (label, value) = (fact.label, escape_inline(&fact.value));
    match &fact.url {
        Some(url) => format!("**{label}:** [{value}](<{url}>)"),
        None => format!("**{label}:** {value}"),
    }
}

/// The start of a line that opens HTML which does not end with a blank line, so that it would contain the next
/// sections. CommonMark: spec.commonmark.org/0.31.2/#html-blocks.
const OPEN_ENDED_HTML: [&str; 6] = ["<!", "<?", "<script", "<pre", "<style", "<textarea"];

/// Returns the text of a section so that it ends with the section: code that is not closed is closed, and HTML is
/// text, as on the page.
fn closed_body(body: &str) -> String {
    let mut closed = Vec::new();
    let mut fence: Option<Fence<'_>> = None;
    for row in body.lines() {
        let start = row.trim_start_matches(' ');
        let is_html = || {
            let lower = start.to_ascii_lowercase();
            OPEN_ENDED_HTML.iter().any(|it| lower.starts_with(it))
        };
        match &fence {
            Some(open) if open.is_closed_by(row) => fence = None,
            Some(_) => {}
            None if is_html() => {
                let indent = &row[..row.len() - start.len()];
                closed.push(format!("{indent}\\{start}"));
                continue;
            }
            None => fence = Fence::opened_by(row),
        }
        closed.push(row.to_owned());
    }
    closed.extend(fence.map(|fence| format!("{}{}", fence.indent, fence.marker)));
    closed.join("\n")
}

/// The start of a fenced code block. CommonMark: spec.commonmark.org/0.31.2/#fenced-code-blocks.
#[derive(Clone, Copy)]
struct Fence<'t> {
    indent: &'t str,
    /// Three or more backticks or tildes.
    marker: &'t str,
}

impl<'t> Fence<'t> {
    fn opened_by(row: &'t str) -> Option<Self> {
        let (fence, rest) = Self::split(row)?;
        let is_inline_code = fence.marker.starts_with('`') && rest.contains('`');
        (!is_inline_code).then_some(fence)
    }

    fn is_closed_by(&self, row: &str) -> bool {
        Fence::split(row).is_some_and(|(fence, rest)| {
            fence.marker.starts_with(self.marker) && rest.trim().is_empty()
        })
    }

    fn split(row: &'t str) -> Option<(Self, &'t str)> {
        let start = row.trim_start_matches(' ');
        let sign = start
            .chars()
            .next()
            .filter(|sign| ['`', '~'].contains(sign))?;
        let rest = start.trim_start_matches(sign);
        let fence = Self {
            indent: &row[..row.len() - start.len()],
            marker: &start[..start.len() - rest.len()],
        };
        let is_fence = fence.indent.len() <= 3 && fence.marker.len() >= 3;
        is_fence.then_some((fence, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_section_ends_with_the_section() {
        for (body, closed) in [
            ("", ""),
            ("a\n\n* b", "a\n\n* b"),
            ("```\na", "```\na\n```"),
            ("  ````sh\n```\na", "  ````sh\n```\na\n  ````"),
            ("~~~\na\n~~~", "~~~\na\n~~~"),
            ("```\n~~~\n```\n<!-- a", "```\n~~~\n```\n\\<!-- a"),
            ("```\n<!-- a\n```", "```\n<!-- a\n```"),
            ("``` a`b\nc", "``` a`b\nc"),
            (" <Script>\na", " \\<Script>\na"),
            ("a <b>c</b>", "a <b>c</b>"),
        ] {
            assert_eq!(closed_body(body), closed, "{body}");
        }
    }
}
