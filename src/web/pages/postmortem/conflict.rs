//! The page of a conflict: another user saved the same section since the form was displayed. It shows both texts, and
//! one with the changes of both.

use askama::Template;
use axum::http::StatusCode;

use crate::domain::postmortem::{
    DiffLine, MergedText, Revision, Section as Stored, line_diff, merge,
};
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::postmortem::PostmortemPage;
use crate::web::pages::postmortem::head::PostmortemHead;
use crate::web::pages::postmortem::section_form::{Entered, form_path};
use crate::web::parts::Time;

#[derive(Template)]
#[template(path = "postmortem_conflict.html", config = "src/web/askama.toml")]
struct ConflictTemplate {
    layout: Layout,
    head: PostmortemHead,
    /// Who saved the section last, and when; `None` if it was removed.
    saved: Option<(String, Time)>,
    /// The page of the section, and the path that its form is sent to.
    page: String,
    path: String,
    theirs: Side,
    mine: Side,
    /// The values that the forms send.
    entered: Entered,
    merged_heading: String,
    merged: MergedText,
    expected: i64,
    keys: [String; 2],
}

/// One of both texts.
#[derive(Default)]
struct Side {
    heading: String,
    lines: Vec<SideLine>,
}

struct SideLine {
    text: String,
    /// Whether the other text lacks it.
    is_own: bool,
}

/// Shows both texts of a section.
pub(super) async fn show(page: &PostmortemPage, number: i64, entered: &Entered) -> PageResult {
    let stored = page.source.document.section(number);
    let base = base(page, number, entered.expected_revision).await?;
    let (merged_heading, merged) = merge_both(base, stored, entered);
    let (theirs, mine) = sides(stored, entered);
    let title = match stored {
        Some(stored) => format!("{} saved this section too", page.name(&stored.edited_by)),
        None => "This section was removed".to_owned(),
    };
    let anchor = stored.map_or_else(String::new, |it| format!("#section-{}", it.number));
    let saved = stored.map(|it| {
        let time = page.signed_in.time(it.edited_at);
        (page.name(&it.edited_by), time)
    });
    page_with_status(
        StatusCode::CONFLICT,
        &ConflictTemplate {
            layout: page.signed_in.layout(Section::Incidents),
            head: PostmortemHead::titled(page, title).await?,
            saved,
            page: format!("{}{anchor}", page.path()),
            path: form_path(page, stored.map(|it| it.number)),
            theirs,
            mine,
            entered: entered.clone(),
            merged_heading,
            merged,
            expected: stored.map_or(0, |it| it.revision),
            keys: [new_key(), new_key()],
        },
    )
}

/// Returns the revision that the form displayed.
async fn base(
    page: &PostmortemPage,
    number: i64,
    revision: i64,
) -> crate::error::Result<Option<Revision>> {
    let viewer = page.signed_in.viewer.clone();
    let (store, id) = (page.signed_in.store(), page.incident().id);
    let revisions = store.section_revisions(viewer, id, number).await?;
    Ok(revisions.into_iter().find(|it| it.revision == revision))
}

/// Returns the heading and the text with the changes of both.
fn merge_both(
    base: Option<Revision>,
    stored: Option<&Stored>,
    entered: &Entered,
) -> (String, MergedText) {
    let Some(stored) = stored else {
        let text = entered.body.clone();
        return (entered.heading.clone(), MergedText { text, overlaps: 0 });
    };
    let (heading, body) = base.map(|it| (it.heading, it.body)).unwrap_or_default();
    let merged_heading = match entered.heading == heading {
        true => stored.heading.clone(),
        false => entered.heading.clone(),
    };
    (
        merged_heading,
        merge(&body, &stored.body, entered.body.trim_end()),
    )
}

fn sides(stored: Option<&Stored>, entered: &Entered) -> (Side, Side) {
    let theirs = stored.map_or("", |it| it.body.as_str());
    let diff = line_diff(theirs, entered.body.trim_end());
    let (mut left, mut right) = (Side::default(), Side::default());
    for part in diff {
        let (of_theirs, of_mine) = match part {
            DiffLine::Same(text) => (Some((text.clone(), false)), Some((text, false))),
            DiffLine::Removed(text) => (Some((text, true)), None),
            DiffLine::Added(text) => (None, Some((text, true))),
        };
        let side_line = |(text, is_own)| SideLine { text, is_own };
        left.lines.extend(of_theirs.map(side_line));
        right.lines.extend(of_mine.map(side_line));
    }
    left.heading = stored.map_or_else(String::new, |it| it.heading.clone());
    right.heading.clone_from(&entered.heading);
    (left, right)
}

/// Returns why a button of a section did nothing.
pub(super) fn reason(page: &PostmortemPage, number: i64) -> String {
    match page.source.document.section(number) {
        Some(section) => format!(
            "{} saved “{}” {}, after you opened the page. Nothing was changed. Check the text, then try again.",
            page.name(&section.edited_by),
            section.heading,
            page.signed_in.clock.display(section.edited_at)
        ),
        None => {
            "This section was changed or removed after you opened the page. Nothing was changed."
                .to_owned()
        }
    }
}
