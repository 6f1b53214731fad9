//! `/datadog incident timeline`: shows the timeline page by page in an ephemeral message.

use muster_commands::timeline::{self, Page, PageCursor};

use crate::error::Result;
use crate::slack::blocks::lists::timeline_list;
use crate::slack::client::Message;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::user_clock;

/// Shows the newest entries.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let id = ctx.incident().await?.id;
    let message = page_message(ctx, Page::first(id)).await?;
    Ok(Reply::Ephemeral(message))
}

/// Returns the page from whose **Edit** a modal was opened, as it is now; `None` if it was opened elsewhere.
pub(crate) async fn updated_list(
    ctx: &RequestContext,
    list: Option<&str>,
) -> Result<Option<Message>> {
    match list.and_then(timeline::parse) {
        Some(page) => Ok(Some(page_message(ctx, page).await?)),
        None => Ok(None),
    }
}

/// Returns the first page with the settings of the list from which an impact was edited or removed: it begins
/// with the entry about that. `None` if the modal was opened elsewhere.
pub(crate) async fn updated_first_page(
    ctx: &RequestContext,
    list: Option<&str>,
) -> Result<Option<Message>> {
    match list.and_then(timeline::parse) {
        Some(page) => Ok(Some(first_page(ctx, page).await?)),
        None => Ok(None),
    }
}

/// Returns the first page with the settings of another one.
pub(crate) async fn first_page(ctx: &RequestContext, page: Page) -> Result<Message> {
    page_message(ctx, page.with_cursor(PageCursor::First)).await
}

/// Returns a page as visible to the user.
pub(crate) async fn page_message(ctx: &RequestContext, page: Page) -> Result<Message> {
    let load = |page| {
        let viewer = ctx.viewer.clone();
        ctx.store()
            .timeline_page(viewer, page, timeline_list::PAGE_SIZE)
    };
    let mut page = page;
    let mut entries = load(page).await?;
    if entries.entries.is_empty() && page.cursor != PageCursor::First {
        // All entries of the page have been removed.
        page = page.with_cursor(PageCursor::First);
        entries = load(page).await?;
    }
    let clock = user_clock(ctx).await?;
    Ok(timeline_list::list(page, &entries, &ctx.actor, &clock))
}
