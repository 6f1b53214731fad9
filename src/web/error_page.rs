//! Converts errors into pages: what happened, what was stored, and the way on. Internal errors are logged
//! here, in one place.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::error::{Error, new_reference};
use crate::web::layout::{Layout, Theme, html};
use crate::web::target;

/// An error as a page. It is rendered with the theme of the request in [`super::routes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorPage {
    status: StatusCode,
    heading: String,
    text: String,
    way_on: WayOn,
}

/// The link of an error page.
#[derive(Clone, Debug, PartialEq, Eq)]
struct WayOn {
    path: String,
    label: String,
}

#[derive(Template)]
#[template(path = "error.html", config = "src/web/askama.toml")]
struct ErrorTemplate<'a> {
    layout: Layout,
    page: &'a ErrorPage,
}

impl ErrorPage {
    /// Creates a page that leads to the list of incidents.
    pub(crate) fn new(status: StatusCode, heading: &str, text: impl Into<String>) -> Self {
        Self {
            status,
            heading: heading.to_owned(),
            text: text.into(),
            way_on: WayOn {
                path: target::START.to_owned(),
                label: "All incidents".to_owned(),
            },
        }
    }

    /// Returns the page with another link.
    pub(crate) fn with_way_on(mut self, path: impl Into<String>, label: &str) -> Self {
        self.way_on = WayOn {
            path: path.into(),
            label: label.to_owned(),
        };
        self
    }

    /// The page of a path that does not exist.
    pub(crate) fn unknown_path() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Page not found",
            "There's no page at this address. Check it for typos.",
        )
    }

    /// The page of a position in the list of incidents that does not exist.
    pub(crate) fn unknown_list_page(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Page not found", reason)
    }

    /// The page of a feed without a valid token.
    pub(crate) fn unknown_feed() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Feed not found",
            "The address of this feed is no longer valid. Create a new one on your profile page.",
        )
        .with_way_on("/me#feed".to_owned(), "Profile")
    }

    /// The page of a link in a mail that this store did not make.
    pub(crate) fn unknown_subscription() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Link not valid",
            "This link doesn't belong to a mail of this Muster, so nothing was changed. Copy the whole link from \
             the mail.",
        )
    }

    /// The page of a path that exists for another method.
    pub(crate) fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed",
            "This address doesn't accept such a request. Nothing was changed.",
        )
    }

    /// The page of a form that another site submitted.
    pub(crate) fn foreign_form() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Request from another site",
            "Your browser says that this form was sent from another site, so nothing was changed. \
             Behind a proxy, check that it passes the Host header on and that PUBLIC_URL is right.",
        )
    }

    /// The page of a form that a user submitted who is not signed in.
    pub(crate) fn sign_in_required(path: &str) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Signed out",
            "You're not signed in any more, so nothing was changed. Go back to copy what you typed, then \
             sign in and send it again.",
        )
        .with_way_on(path, "Sign in")
    }

    /// The page of a guest who opens what is for members.
    pub(crate) fn members_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "For members",
            "This page is for members of the workspace, and you're a guest.",
        )
    }

    /// The page of a user who is no admin of the workspace.
    pub(crate) fn admins_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "For workspace admins",
            "Only workspace admins can change settings. Nothing was changed. Ask one of them, or your Muster \
             admin, who can use muster settings in a terminal.",
        )
        .with_way_on("/settings", "All settings")
    }

    /// The page of a user while Slack does not confirm that they are an admin of the workspace.
    pub(crate) fn rights_unknown() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Slack didn't answer",
            "Slack didn't confirm that you're a workspace admin. Nothing was changed. Go back to keep what you \
             typed, and send it again in a moment.",
        )
        .with_way_on("/settings", "All settings")
    }

    /// The page of a sign-in link that cannot be used.
    pub(crate) fn spent_link(command: &str) -> Self {
        Self::new(
            StatusCode::GONE,
            "Link expired",
            format!(
                "A sign-in link works once, for 10 minutes. This one was used or is too old. Type \
                 {command} web in Slack to get another."
            ),
        )
        .with_way_on("/sign-in", "How to sign in")
    }

    /// The page of a body that is too large.
    pub(crate) fn too_large(max_size: usize) -> Self {
        let max_size = max_size / 1024;
        let text = format!(
            "This form holds more than {max_size} kB. Nothing was changed. Shorten its texts."
        );
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Form too large", text)
    }

    /// The response to a page that follows changes while too many do.
    pub(crate) fn too_many_streams() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many open pages",
            "This page isn't updated by itself, because too many are. Close some, or reload it.",
        )
    }

    /// The page of a body that did not arrive.
    pub(crate) fn incomplete() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "Form incomplete",
            "The form didn't arrive completely. Nothing was changed. Go back and send it again.",
        )
    }

    /// Renders the page.
    pub(super) fn render(&self, theme: Theme) -> Response {
        let template = ErrorTemplate {
            layout: Layout::anonymous(theme),
            page: self,
        };
        match template.render() {
            Ok(body) => html(self.status, body),
            Err(error) => {
                tracing::error!("An error page could not be rendered: {error}");
                self.status.into_response()
            }
        }
    }
}

impl From<Error> for ErrorPage {
    fn from(error: Error) -> Self {
        match error {
            Error::Rejected(reason) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Not changed", reason)
            }
            Error::InvalidForm(errors) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Not changed",
                errors.to_string(),
            ),
            Error::IncidentRequired => Error::NotFound("incident").into(),
            Error::NotFound(what) => Self::new(
                StatusCode::NOT_FOUND,
                "Page not found",
                format!("There's no such {what}, or you can't see it."),
            ),
            Error::Conflict => Self::new(
                StatusCode::CONFLICT,
                "Changed meanwhile",
                "Someone else changed this since you opened the page. Nothing of yours was stored. Go back, \
                 copy what you typed and reload the page.",
            ),
            Error::Unauthorized => Self::sign_in_required("/sign-in"),
            Error::StoreUnavailable(reason) => store_unavailable(&reason),
            Error::Internal(cause) => internal_error(cause.as_ref()),
        }
    }
}

fn store_unavailable(reason: &str) -> ErrorPage {
    let reference = new_reference();
    tracing::error!(reference, "Nothing of a request was stored: {reason}");
    ErrorPage::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "Not stored",
        format!(
            "The database didn't accept the change. Nothing was stored. Try again in a moment; if it fails \
             again, tell your Muster admin the reference {reference}."
        ),
    )
}

fn internal_error(cause: &(dyn std::error::Error + Send + Sync)) -> ErrorPage {
    let reference = new_reference();
    tracing::error!(reference, "A request failed: {cause}");
    ErrorPage::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something broke",
        format!(
            "This is a bug in Muster. Nothing was changed. Tell your Muster admin the reference {reference}."
        ),
    )
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
