//! `/unsubscribe/{token}`: ends the subscription of an address to the mails of a rule. The link is in these mails, so
//! the page needs no session, and shows nothing about an incident besides its number.
//!
//! Opening the page changes nothing, because mail scanners fetch links. Mail providers send the form by themselves when
//! a reader presses their button: RFC 8058. The response is the page itself, because they don't follow redirects.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use crate::app::App;
use crate::domain::UserClock;
use crate::domain::notification::{MailSubscription, StoppedMails};
use crate::web::error_page::ErrorPage;
use crate::web::form::Form;
use crate::web::layout::{Layout, PageResult, Theme, page};
use crate::web::parts::Time;
use crate::web::routes::{Access, Routes};

/// The path.
const PATH: &str = "/unsubscribe/{token}";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::Public, PATH, show)
        .post(Access::Public, PATH, submit)
}

#[derive(Template)]
#[template(path = "unsubscribe.html", config = "src/web/askama.toml")]
struct UnsubscribeTemplate {
    layout: Layout,
    token: String,
    subscription: MailSubscription,
    state: PageState,
}

/// The state of the subscription, as the page says it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PageState {
    /// The address gets the mails.
    Subscribed,
    /// These mails were stopped just now.
    Stopped(StoppedMails),
    /// These mails were stopped before.
    StoppedBefore(StoppedMails, Time),
    /// The rule was deleted.
    RuleDeleted,
}

impl PageState {
    fn before(subscription: &MailSubscription, clock: &UserClock) -> Self {
        match subscription.stopped {
            _ if subscription.is_deleted => Self::RuleDeleted,
            Some((mails, since)) => Self::StoppedBefore(mails, Time::new(since, clock)),
            None => Self::Subscribed,
        }
    }

    fn heading(&self) -> &'static str {
        match self {
            Self::Subscribed => "Unsubscribe",
            Self::Stopped(_) => "Unsubscribed",
            Self::StoppedBefore(..) | Self::RuleDeleted => "Already unsubscribed",
        }
    }

    /// Returns whether the address still gets mails of the rule.
    fn offers_rule(&self) -> bool {
        match self {
            Self::Subscribed
            | Self::Stopped(StoppedMails::AboutIncident)
            | Self::StoppedBefore(StoppedMails::AboutIncident, _) => true,
            Self::Stopped(StoppedMails::OfRule)
            | Self::StoppedBefore(StoppedMails::OfRule, _)
            | Self::RuleDeleted => false,
        }
    }
}

impl UnsubscribeTemplate {
    /// Returns the mails in words: “mails of the rule “Executives” about IR-7”.
    fn mails(&self, mails: &StoppedMails) -> String {
        let MailSubscription { rule, incident, .. } = &self.subscription;
        match mails {
            StoppedMails::OfRule => format!("mails of the rule “{rule}”"),
            StoppedMails::AboutIncident => format!("mails of the rule “{rule}” about {incident}"),
        }
    }
}

async fn show(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> PageResult {
    let subscription = find(&app, &token).await?;
    page(&UnsubscribeTemplate {
        layout: Layout::anonymous(Theme::of_request(&headers)),
        token,
        state: PageState::before(&subscription, &UserClock::new(app.clock.now(), "")),
        subscription,
    })
}

async fn submit(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    form: Form,
) -> PageResult {
    let before = find(&app, &token).await?;
    let clock = UserClock::new(app.clock.now(), "");
    let state = match stopped_mails(&form) {
        Some(mails) if !before.is_deleted => match before.stopped_since(mails) {
            Some(since) => PageState::StoppedBefore(mails, Time::new(since, &clock)),
            None => {
                let now = app.clock.now();
                app.store.unsubscribe(&token, mails, now).await?;
                PageState::Stopped(mails)
            }
        },
        Some(_) | None => PageState::before(&before, &clock),
    };
    page(&UnsubscribeTemplate {
        layout: Layout::anonymous(Theme::of_request(&headers)),
        token,
        subscription: before,
        state,
    })
}

async fn find(app: &App, token: &str) -> Result<MailSubscription, ErrorPage> {
    let subscription = app.store.subscription_of_token(token).await?;
    subscription.ok_or_else(ErrorPage::unknown_subscription)
}

/// Returns the mails that a button of the page stops, or that of a mail provider, whose form is fixed: RFC 8058,
/// section 3.2. Any other form stops nothing.
fn stopped_mails(form: &Form) -> Option<StoppedMails> {
    match (form.value("stop"), form.value("List-Unsubscribe")) {
        ("incident", _) => Some(StoppedMails::AboutIncident),
        ("rule", _) | (_, "One-Click") => Some(StoppedMails::OfRule),
        (_, _) => None,
    }
}
