//! Resolves mentions and names to users. It uses the user cache only, so that the reply does not wait for
//! a call to Slack.

use muster_commands::slash::mention::{Mention, UserRef};

use crate::app::App;
use crate::domain::{GuestPolicy, User, UserId, UserMatch, match_user};
use crate::error::{Error, Result};
use crate::slack::request_context::RequestContext;

/// Resolves a mention and checks that the user may participate.
pub(crate) async fn resolve_mention(
    app: &App,
    mention: &Mention,
    guests: GuestPolicy,
) -> Result<UserId> {
    let id = match_mention(app, mention).await?;
    may_participate(app, &id, guests).await?;
    Ok(id)
}

/// Resolves a mention without checking that the user may participate.
async fn match_mention(app: &App, mention: &Mention) -> Result<UserId> {
    match mention {
        Mention::Id(id) => Ok(id.clone()),
        Mention::Name(name) => {
            let users = app.store.users().await?;
            match match_user(name, &users) {
                UserMatch::One(user) => Ok(user.id.clone()),
                UserMatch::Several(users) => Err(Error::Rejected(format!(
                    "Several people are called “{name}”: {}. Type one of these, or pick from the list \
                     Slack shows when you type @.",
                    format_users(&users)
                ))),
                UserMatch::NotFound(near) if near.is_empty() => Err(Error::Rejected(format!(
                    "I can't find “{name}”. Pick them from the list Slack shows when you type @."
                ))),
                UserMatch::NotFound(near) => Err(Error::Rejected(format!(
                    "I can't find “{name}”. Did you mean {}? Or pick from the list Slack shows when you \
                     type @.",
                    format_users(&near)
                ))),
            }
        }
    }
}

/// Resolves a mention or `me`, and checks that a mentioned user may participate.
pub(crate) async fn resolve_user_ref(
    ctx: &RequestContext,
    user: &UserRef,
    guests: GuestPolicy,
) -> Result<UserId> {
    match user {
        UserRef::Me => Ok(ctx.user().clone()),
        UserRef::Mentioned(mention) => resolve_mention(&ctx.app, mention, guests).await,
    }
}

/// Resolves a mention or `me`, including users who may not participate any more.
pub(crate) async fn resolve_any_user(ctx: &RequestContext, user: &UserRef) -> Result<UserId> {
    match user {
        UserRef::Me => Ok(ctx.user().clone()),
        UserRef::Mentioned(mention) => match_mention(&ctx.app, mention).await,
    }
}

/// Returns whether the user is not in the user cache.
pub(crate) async fn is_unresolved(app: &App, id: &UserId) -> Result<bool> {
    Ok(app.store.user(id.clone()).await?.is_none())
}

/// Checks that the user may participate, according to the user cache. Returns `true` if the user is
/// unresolved and must be fetched after the commit.
pub(crate) async fn may_participate(app: &App, id: &UserId, guests: GuestPolicy) -> Result<bool> {
    let known = app.store.user(id.clone()).await?;
    may_cached_user_participate(known.map(|(user, _)| user), guests, identity_of(app, id))
}

/// Returns whether the user is the bot itself.
pub(crate) fn identity_of(app: &App, id: &UserId) -> Identity {
    if app.state.is_own_user(id) {
        Identity::Bot
    } else {
        Identity::Other
    }
}

/// Whether a user is the bot itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The bot.
    Bot,
    /// Any other user.
    Other,
}

/// Checks that a user, if cached, may participate. Returns `true` if the user is unresolved.
pub(crate) fn may_cached_user_participate(
    known: Option<User>,
    guests: GuestPolicy,
    identity: Identity,
) -> Result<bool> {
    if identity == Identity::Bot {
        return Err(Error::Rejected(
            "I can't be assigned. Pick a person.".to_owned(),
        ));
    }
    match known {
        Some(user) => {
            user.check_may_participate(guests)?;
            Ok(false)
        }
        None => Ok(true),
    }
}

/// Formats users as they can be typed, each with their name.
fn format_users(users: &[&User]) -> String {
    let one = |user: &&User| match (&user.handle, &user.name) {
        (handle, name) if handle.is_empty() => format!("@{name}"),
        (handle, name) if handle.to_lowercase() == name.to_lowercase() => format!("@{handle}"),
        (handle, name) => format!("@{handle} ({name})"),
    };
    let users: Vec<String> = users.iter().map(one).collect();
    users.join(", ")
}
