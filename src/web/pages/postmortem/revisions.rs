//! `/incidents/7/postmortem/sections/3/revisions`: the revisions of a section, each with its difference to the one
//! before. A removed section keeps its revisions, and each can be restored.

use askama::Template;
use axum::extract::Path;

use crate::domain::postmortem::{DiffLine, Revision, line_diff};
use crate::error::Error;
use crate::web::error_page::ErrorPage;
use crate::web::layout::{Layout, PageResult, Section, page as render_page};
use crate::web::pages::actions::Buttons;
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::postmortem::PostmortemPage;
use crate::web::pages::postmortem::head::PostmortemHead;
use crate::web::pages::postmortem::section_actions::{EXPECTED, SectionAction, action_path};
use crate::web::parts::{ActionButton, Time};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// How many common lines are shown around a difference.
const CONTEXT: usize = 2;

pub(super) fn add_routes(routes: Routes) -> Routes {
    let path = "/incidents/{id}/postmortem/sections/{number}/revisions";
    routes.get(Access::SignedIn, path, show)
}

/// Returns the path of the revisions of a section.
pub(super) fn revisions_path(page: &PostmortemPage, number: i64) -> String {
    format!("{}/sections/{number}/revisions", page.path())
}

#[derive(Template)]
#[template(path = "postmortem_revisions.html", config = "src/web/askama.toml")]
struct RevisionsTemplate {
    layout: Layout,
    head: PostmortemHead,
    back: String,
    is_removed: bool,
    revisions: Vec<RevisionRow>,
}

/// A revision.
struct RevisionRow {
    number: i64,
    author: String,
    time: Time,
    is_current: bool,
    /// The heading, if it is another one than before.
    heading: Option<String>,
    lines: Vec<DiffRow>,
    restore: Option<ActionButton>,
}

/// A row of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DiffRow {
    Text(DiffLine),
    /// Common lines that are left out.
    Gap(usize),
}

async fn show(
    signed_in: SignedIn,
    path: IncidentPath,
    Path((_, number)): Path<(String, String)>,
) -> PageResult {
    let number = number.parse().map_err(|_| ErrorPage::unknown_path())?;
    let page = PostmortemPage::load(signed_in, path.id).await?;
    let viewer = page.signed_in.viewer.clone();
    let revisions = page
        .signed_in
        .store()
        .section_revisions(viewer, path.id, number);
    let revisions = revisions.await?;
    let Some(newest) = revisions.first() else {
        return Err(Error::NotFound("section").into());
    };
    let is_removed = page.source.document.section(number).is_none();
    let title = format!("Revisions of {}", newest.heading);
    let anchor = match is_removed {
        true => String::new(),
        false => format!("#section-{number}"),
    };
    render_page(&RevisionsTemplate {
        layout: page.signed_in.layout(Section::Incidents),
        head: PostmortemHead::titled(&page, title).await?,
        back: format!("{}{anchor}", page.path()),
        is_removed,
        revisions: rows(&page, &revisions),
    })
}

/// Returns the rows of the revisions, which are sorted from the newest to the oldest.
fn rows(page: &PostmortemPage, revisions: &[Revision]) -> Vec<RevisionRow> {
    let newest = revisions.first().map_or(0, |it| it.revision);
    let section = revisions.first().map_or(0, |it| it.section);
    let is_removed = page.source.document.section(section).is_none();
    let earlier = revisions.iter().skip(1).map(Some).chain([None]);
    let pairs = revisions.iter().zip(earlier);
    let row = |(revision, before): (&Revision, Option<&Revision>)| {
        let is_current = revision.revision == newest && !is_removed;
        let is_same = |it: &Revision| it.heading == revision.heading;
        let body = before.map_or("", |it| it.body.as_str());
        RevisionRow {
            number: revision.revision,
            author: page.name(&revision.edited_by),
            time: page.signed_in.time(revision.edited_at),
            is_current,
            heading: (!before.is_some_and(is_same)).then(|| revision.heading.clone()),
            lines: around_differences(line_diff(body, &revision.body)),
            restore: (page.is_editable() && !is_current)
                .then(|| restore_button(page, revision, newest)),
        }
    };
    pairs.map(row).collect()
}

fn restore_button(page: &PostmortemPage, revision: &Revision, newest: i64) -> ActionButton {
    let buttons = Buttons {
        incident: page.incident(),
        back: page.path(),
    };
    let restore = SectionAction::Restore;
    let path = action_path(page.incident().id, revision.section, restore);
    let button = buttons.button_to(path, revision.revision, restore.label());
    ActionButton {
        full_label: format!("Restore revision {}", revision.revision),
        ..button.expecting(EXPECTED, &newest.to_string())
    }
}

/// Returns the lines near a difference, and gaps in place of the others.
fn around_differences(lines: Vec<DiffLine>) -> Vec<DiffRow> {
    let is_common = |it: &DiffLine| matches!(it, DiffLine::Same(_));
    let differing: Vec<usize> = (0..lines.len())
        .filter(|it| !is_common(&lines[*it]))
        .collect();
    let is_near = |at: usize| {
        let next = differing.partition_point(|it| *it < at);
        let after = differing.get(next);
        let before = next.checked_sub(1).and_then(|it| differing.get(it));
        after
            .into_iter()
            .chain(before)
            .any(|it| it.abs_diff(at) <= CONTEXT)
    };
    let mut rows = Vec::new();
    for (at, text) in lines.into_iter().enumerate() {
        match rows.last_mut() {
            _ if is_near(at) => rows.push(DiffRow::Text(text)),
            Some(DiffRow::Gap(count)) => *count += 1,
            Some(DiffRow::Text(_)) | None => rows.push(DiffRow::Gap(1)),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_far_from_a_difference_are_left_out() {
        let before: Vec<_> = (1..=20).map(|it| it.to_string()).collect();
        let mut after = before.clone();
        after[9] = "ten".to_owned();
        let diff = line_diff(&before.join("\n"), &after.join("\n"));
        let rows = around_differences(diff);
        assert_eq!(rows.first(), Some(&DiffRow::Gap(7)));
        assert_eq!(rows.len(), 8);
        assert_eq!(rows.last(), Some(&DiffRow::Gap(8)));
        let same = around_differences(line_diff("a\nb", "a\nb"));
        assert_eq!(same, [DiffRow::Gap(2)]);
    }
}
