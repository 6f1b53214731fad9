//! Links: documents, the chat and the video call.

use crate::domain::link::http_url::{url_error, with_scheme};
use crate::domain::text::length;
use crate::domain::{AddLink, Incident, LONGEST_NAME, LinkKind, LinkRef};
use crate::error::{Error, Result};
use crate::web::pages::actions::FormRequest;
use crate::web::pages::actions::submission::Submission;
use crate::web::parts::{ActionForm, FormField};

/// An action on a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkAction {
    /// Adds a document, or sets the chat or the video call.
    Add(LinkKind),
    /// Removes a document.
    RemoveDocument,
    /// Removes the chat.
    RemoveChat,
    /// Removes the video call.
    RemoveCall,
}

const URL: &str = "url";
const NAME: &str = "name";

/// Returns the form of a link.
pub(super) fn form(request: &FormRequest<'_>, action: LinkAction) -> Option<ActionForm> {
    let LinkAction::Add(kind) = action else {
        return None;
    };
    let label = match kind {
        LinkKind::Document => "Address of the document",
        LinkKind::Chat => "Address of the chat",
        LinkKind::Call => "Address of the video call",
    };
    let stored = stored_url(request.incident, kind);
    let mut fields = vec![FormField::single_line(URL, label, stored)];
    if kind == LinkKind::Document {
        let name = FormField::single_line(NAME, "Name", "");
        fields.push(name.with_hint("Empty: the address."));
    }
    Some(request.with_fields("Save", fields))
}

fn stored_url(incident: &Incident, kind: LinkKind) -> String {
    let stored = match kind {
        LinkKind::Document => None,
        LinkKind::Chat => incident.chat_url.clone(),
        LinkKind::Call => incident.call_url.clone(),
    };
    stored.unwrap_or_default()
}

pub(super) async fn apply(submission: &Submission<'_>, action: LinkAction) -> Result<()> {
    match action {
        LinkAction::Add(kind) => add(submission, kind).await,
        LinkAction::RemoveChat => remove(submission, LinkRef::Chat).await,
        LinkAction::RemoveCall => remove(submission, LinkRef::Call).await,
        LinkAction::RemoveDocument => {
            let number = submission.number()?;
            remove(submission, LinkRef::Document(number)).await
        }
    }
}

async fn add(submission: &Submission<'_>, kind: LinkKind) -> Result<()> {
    let url = with_scheme(submission.form.value(URL));
    if let Some(why) = url_error(&url) {
        return Err(Error::Rejected(format!("This {why}")));
    }
    let name = submission.form.value(NAME);
    let long = length(name);
    if long > LONGEST_NAME {
        return Err(Error::Rejected(format!(
            "This name is {long} characters long; {LONGEST_NAME} is the most. Please shorten it."
        )));
    }
    let request = AddLink::new(kind, &url, name);
    let expected = submission.expected(&[URL]);
    submission
        .change(move |incident, actor, _| {
            expected.check(|_| stored_url(incident, kind))?;
            Ok(incident.add_link(request, actor)?)
        })
        .await
}

async fn remove(submission: &Submission<'_>, link: LinkRef) -> Result<()> {
    submission
        .change(move |incident, actor, _| Ok(incident.remove_link(link, actor)?))
        .await
}
