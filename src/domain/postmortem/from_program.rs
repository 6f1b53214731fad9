//! Postmortems that programs write or attach. They may do so at any time: a program that copies incidents from
//! another tool does not wait for a resolution.

use crate::link::http_url;
use crate::postmortem::generate::{Content, find_template};
use crate::postmortem::{
    AttachPostmortem, LONGEST_SECTION, MAX_SECTIONS, Postmortem, PostmortemTemplate,
};
use crate::text::length;
use crate::{
    Actor, Change, Decision, DecisionContext, EditDocument, Incident, NamedUrl, Rejection,
    TimelineEvent,
};

/// A request to write the postmortem of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WritePostmortem {
    /// The title; `None` for that of the incident.
    pub title: Option<String>,
    /// The document: Markdown. `None` to render the template.
    pub content: Option<String>,
    /// The name of the template; `None` for the default.
    pub template: Option<String>,
}

impl Incident {
    /// Writes the postmortem: the content, or the sections of a template. A second one is rejected.
    pub fn write_postmortem(
        &self,
        request: WritePostmortem,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        self.check_no_postmortem()?;
        let template = match request.content {
            Some(content) => PostmortemTemplate {
                name: String::new(),
                content: checked_content(content)?,
                incident_type: None,
            },
            None => {
                let settings = ctx.settings.of_incident_type(self.incident_type);
                find_template(&settings, request.template.as_deref())?.clone()
            }
        };
        let content = Content {
            title: request.title,
            sections: template.sections(),
            template: template.name,
            ..Content::default()
        };
        self.with_content(content, actor)
    }

    /// Attaches a postmortem that exists elsewhere. A second one is rejected.
    pub fn attach_postmortem_at_any_time(
        &self,
        request: &AttachPostmortem,
        actor: &Actor,
    ) -> Decision {
        self.check_no_postmortem()?;
        self.attach_document(request, actor)
    }

    /// Edits the title and the URL of the postmortem if it exists elsewhere. An edit without a difference changes
    /// nothing.
    pub fn edit_attached_postmortem(&self, edit: EditDocument, actor: &Actor) -> Decision {
        let (postmortem, from) = self.attached_postmortem()?;
        let to = edit.apply(&from);
        if to == from {
            return Ok(Change::new(self.clone(), actor.at));
        }
        if let Some(problem) = http_url::url_error(&to.url) {
            return Err(Rejection(format!("This {problem}")));
        }
        let mut change = Change::new(self.clone(), actor.at);
        change.incident.touch_responder(actor);
        change.incident.postmortem = Some(Postmortem {
            title: to.title.clone(),
            attached_url: Some(to.url.clone()),
            created_at: actor.at,
            created_by: actor.require_user()?.clone(),
            ..postmortem.clone()
        });
        change.report_postmortem(TimelineEvent::DocumentEdited { from, to }, actor);
        change.bookmark_postmortem();
        Ok(change)
    }

    /// Removes the link to a postmortem that exists elsewhere.
    pub fn detach_postmortem(&self, actor: &Actor) -> Decision {
        let (_, NamedUrl { title, url }) = self.attached_postmortem()?;
        let mut change = Change::new(self.clone(), actor.at);
        change.incident.touch_responder(actor);
        change.incident.postmortem = None;
        change.report_postmortem(TimelineEvent::DocumentRemoved { title, url }, actor);
        change.bookmark_postmortem();
        Ok(change)
    }

    fn attached_postmortem(&self) -> Result<(&Postmortem, NamedUrl), Rejection> {
        let postmortem = self.postmortem.as_ref();
        let postmortem =
            postmortem.ok_or_else(|| Rejection(format!("{} has no postmortem.", self.id)))?;
        let url = postmortem.attached_url.clone().ok_or_else(|| {
            Rejection(format!(
                "The postmortem of {} was written in Muster: its link can't be changed or removed. Edit it on its page.",
                self.id
            ))
        })?;
        let title = postmortem.title.clone();
        Ok((postmortem, NamedUrl { title, url }))
    }

    fn check_no_postmortem(&self) -> Result<(), Rejection> {
        match &self.postmortem {
            None => Ok(()),
            Some(_) => Err(Rejection(format!("{} has a postmortem already.", self.id))),
        }
    }
}

/// Checks that the content fits into the sections of a postmortem.
fn checked_content(content: String) -> Result<String, Rejection> {
    let template = PostmortemTemplate {
        name: String::new(),
        content,
        incident_type: None,
    };
    let count = template.count_headings();
    if count > MAX_SECTIONS {
        return Err(Rejection(format!(
            "The content has {count} sections; {MAX_SECTIONS} is the most."
        )));
    }
    let sections = template.sections();
    let long = sections.iter().map(|it| length(&it.body)).max();
    match long.filter(|long| *long > LONGEST_SECTION) {
        Some(long) => Err(Rejection(format!(
            "A section of the content is {long} characters long; {LONGEST_SECTION} is the most."
        ))),
        None => Ok(template.content),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::postmortem::PostmortemChange;
    use crate::testing::{context, incident_with_channel};

    #[test]
    fn content_becomes_sections() {
        let incident = incident_with_channel("Checkout is slow");
        let alice = Actor::new("U0ALICE0001".into(), incident.declared_at);
        let write = |content: &str| WritePostmortem {
            title: Some("Slow carts".to_owned()),
            content: Some(content.to_owned()),
            template: None,
        };
        let ctx = context(alice.at);
        let request = write("Carts were slow.\n\n## Impact\n\nMany.");
        let change = incident.write_postmortem(request.clone(), &alice, &ctx);
        let change = change.unwrap();
        let saved = change.postmortem.iter().filter_map(|it| {
            let PostmortemChange::SectionSaved(section) = it else {
                return None;
            };
            Some((&*section.heading, &*section.body))
        });
        let saved: Vec<_> = saved.collect();
        assert_eq!(
            saved,
            [("Summary", "Carts were slow."), ("Impact", "Many.")]
        );
        let postmortem = change.incident.postmortem.as_ref().unwrap();
        assert_eq!(postmortem.title, "Slow carts");
        assert!(
            change
                .incident
                .write_postmortem(request, &alice, &ctx)
                .is_err()
        );
        assert!(change.incident.detach_postmortem(&alice).is_err());
        let long = write(&"x".repeat(LONGEST_SECTION + 1));
        assert!(incident.write_postmortem(long, &alice, &ctx).is_err());
        let many = write(&"## A\n".repeat(MAX_SECTIONS + 1));
        assert!(incident.write_postmortem(many, &alice, &ctx).is_err());
    }

    #[test]
    fn attached_postmortem_is_edited_and_detached() {
        let incident = incident_with_channel("Checkout is slow");
        let alice = Actor::new("U0ALICE0001".into(), incident.declared_at);
        let attach = AttachPostmortem {
            title: "Slow carts".to_owned(),
            url: "https://a.example".to_owned(),
        };
        let attached = incident.attach_postmortem_at_any_time(&attach, &alice);
        let attached = attached.unwrap().incident;
        let edit = |url: &str| EditDocument {
            url: Some(url.to_owned()),
            ..EditDocument::default()
        };
        assert!(
            attached
                .edit_attached_postmortem(edit("ftp://b"), &alice)
                .is_err()
        );
        let edited = attached.edit_attached_postmortem(edit("https://b.example"), &alice);
        let edited = edited.unwrap().incident;
        let url = edited.postmortem.as_ref().unwrap().attached_url.as_deref();
        assert_eq!(url, Some("https://b.example"));
        let detached = edited.detach_postmortem(&alice).unwrap().incident;
        assert_eq!(detached.postmortem, None);
    }
}
