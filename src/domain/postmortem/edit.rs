//! Edits of a postmortem: its attributes, and its sections one at a time.

use crate::postmortem::{
    LONGEST_HEADING, LONGEST_SECTION, MAX_SECTIONS, Postmortem, PostmortemChange,
    PostmortemDocument, PostmortemStatus, Section, TimelineSelection,
};
use crate::{
    Actor, Change, Decision, Incident, LONGEST_TITLE, Rejection, TimelineEvent, UserId, is_blank,
};

/// A request to change the attributes of a postmortem. `None` leaves one unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditPostmortem {
    /// The new title.
    pub title: Option<String>,
    /// The new owner.
    pub owner: Option<UserId>,
    /// The new status.
    pub status: Option<PostmortemStatus>,
    /// The new selection of timeline entries.
    pub timeline: Option<TimelineSelection>,
}

/// A request to save a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditSection {
    /// The number of the section; `None` to add one at the end.
    pub number: Option<i64>,
    /// The revision that the user saw; 0 for a new section.
    pub expected_revision: i64,
    /// The new heading.
    pub heading: String,
    /// The new text: Markdown with variables.
    pub body: String,
}

/// A new position of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionMove {
    /// One position up.
    Up,
    /// One position down.
    Down,
}

/// Why a section is not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectionError {
    /// Another user has saved or removed the section since it was displayed; with the current one, if there is one.
    Conflict(Option<Box<Section>>),
    /// The request is rejected.
    Rejected(Rejection),
}

impl SectionError {
    /// Creates the conflict with the current version of a section.
    pub(super) fn conflict(current: Option<&Section>) -> Self {
        Self::Conflict(current.cloned().map(Box::new))
    }
}

impl From<Rejection> for SectionError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Incident {
    /// Changes the attributes of the postmortem. `frozen` are the texts of all sections with the values of their
    /// variables, by number: a completed document keeps them.
    pub fn edit_postmortem(
        &self,
        request: EditPostmortem,
        frozen: Vec<(i64, String)>,
        actor: &Actor,
    ) -> Decision {
        let before = self.require_postmortem()?;
        let is_completed = before.status == PostmortemStatus::Completed;
        let mut after = before.clone();
        if let Some(title) = request.title {
            after.title = checked_title(&title)?;
        }
        after.owner = request.owner.unwrap_or(after.owner);
        after.timeline = request.timeline.unwrap_or(after.timeline);
        after.status = request.status.unwrap_or(after.status);
        let keeps_status = after.status == before.status;
        let is_text_changed = after.title != before.title || after.timeline != before.timeline;
        if is_completed && keeps_status && is_text_changed {
            return Err(completed_rejection());
        }
        let mut change = Change::new(self.clone(), actor.at);
        if after.status != before.status {
            after.completed_at = (after.status == PostmortemStatus::Completed).then_some(actor.at);
            change.freeze_sections(before.status, after.status, frozen);
        }
        change.incident.touch_responder(actor);
        change.report_edit(before, &after, actor);
        change.incident.postmortem = Some(after);
        Ok(change)
    }

    /// Saves a section, or adds one.
    ///
    /// # Errors
    /// Returns [`SectionError::Conflict`] if the section has another revision than the expected one.
    pub fn edit_section(
        &self,
        document: &PostmortemDocument,
        request: EditSection,
        actor: &Actor,
    ) -> Result<Change, SectionError> {
        let postmortem = self.require_editable_postmortem()?;
        let (heading, body) = checked_section(&request)?;
        let mut change = Change::new(self.clone(), actor.at);
        let (number, revision) = match request.number {
            Some(number) => match document.section(number) {
                Some(current) if current.heading == heading && current.body == body => {
                    return Ok(change);
                }
                Some(current) if current.revision == request.expected_revision => {
                    (number, current.revision + 1)
                }
                current => return Err(SectionError::conflict(current)),
            },
            None if document.sections.len() >= MAX_SECTIONS => {
                return Err(SectionError::Rejected(too_many_sections()));
            }
            None => (postmortem.last_section + 1, 1),
        };
        if let Some(postmortem) = &mut change.incident.postmortem {
            postmortem.last_section = postmortem.last_section.max(number);
        }
        change.incident.touch_responder(actor);
        change
            .postmortem
            .push(PostmortemChange::SectionSaved(Section {
                number,
                heading,
                body,
                frozen: None,
                revision,
                edited_at: actor.at,
                edited_by: actor.require_user()?.clone(),
            }));
        Ok(change)
    }

    /// Removes a section. Its revisions are kept.
    pub fn remove_section(
        &self,
        document: &PostmortemDocument,
        number: i64,
        actor: &Actor,
    ) -> Decision {
        self.require_editable_postmortem()?;
        let mut change = Change::new(self.clone(), actor.at);
        change.incident.touch_responder(actor);
        if document.section(number).is_some() {
            let removed = PostmortemChange::SectionRemoved { number };
            change.postmortem.push(removed);
        }
        Ok(change)
    }

    /// Moves a section by one position. The first one stays first, and the last one last.
    pub fn move_section(
        &self,
        document: &PostmortemDocument,
        number: i64,
        direction: SectionMove,
        actor: &Actor,
    ) -> Decision {
        self.require_editable_postmortem()?;
        let mut change = Change::new(self.clone(), actor.at);
        let mut order: Vec<_> = document.sections.iter().map(|it| it.number).collect();
        let Some(from) = order.iter().position(|known| *known == number) else {
            return Err(Rejection("This section was removed meanwhile.".to_owned()));
        };
        let to = match direction {
            SectionMove::Up => from.saturating_sub(1),
            SectionMove::Down => (from + 1).min(order.len() - 1),
        };
        if from != to {
            order.swap(from, to);
            change.incident.touch_responder(actor);
            let ordered = PostmortemChange::SectionsOrdered(order);
            change.postmortem.push(ordered);
        }
        Ok(change)
    }

    pub(super) fn require_postmortem(&self) -> Result<&Postmortem, Rejection> {
        self.postmortem
            .as_ref()
            .ok_or_else(|| Rejection(format!("{} has no postmortem yet.", self.id)))
    }

    /// Returns the postmortem if its sections can be edited.
    pub(super) fn require_editable_postmortem(&self) -> Result<&Postmortem, Rejection> {
        let postmortem = self.require_postmortem()?;
        if postmortem.attached_url.is_some() {
            return Err(Rejection(
                "This postmortem is a link to a document elsewhere. Edit it there.".to_owned(),
            ));
        }
        match postmortem.status {
            PostmortemStatus::Draft | PostmortemStatus::InReview => Ok(postmortem),
            PostmortemStatus::Completed => Err(completed_rejection()),
        }
    }
}

impl Change {
    /// Freezes the sections of a document that is completed, and unfreezes those of one that was completed.
    fn freeze_sections(
        &mut self,
        from: PostmortemStatus,
        to: PostmortemStatus,
        frozen: Vec<(i64, String)>,
    ) {
        let is_completed = to == PostmortemStatus::Completed;
        if !is_completed && from != PostmortemStatus::Completed {
            return;
        }
        for (number, text) in frozen {
            let text = is_completed.then_some(text);
            self.postmortem
                .push(PostmortemChange::SectionFrozen { number, text });
        }
    }

    /// Records the changes of the owner and of the status on the timeline.
    fn report_edit(&mut self, before: &Postmortem, after: &Postmortem, actor: &Actor) {
        if before.owner != after.owner {
            let owner = after.owner.clone();
            self.add_postmortem_owner(&owner, actor);
            self.report_postmortem(TimelineEvent::PostmortemAssigned { owner }, actor);
        }
        if before.status != after.status {
            let event = TimelineEvent::PostmortemStatusChanged {
                from: before.status,
                to: after.status,
            };
            self.report_postmortem(event, actor);
        }
    }
}

/// Returns why no more sections can be added.
pub(super) fn too_many_sections() -> Rejection {
    Rejection(format!(
        "This postmortem has {MAX_SECTIONS} sections, the maximum. Remove one first."
    ))
}

fn completed_rejection() -> Rejection {
    Rejection("This postmortem is completed. Set it to Draft or In Review to edit it.".to_owned())
}

fn checked_title(title: &str) -> Result<String, Rejection> {
    let title = title.trim();
    let length = title.chars().count();
    match (is_blank(title), title.contains(['\n', '\r'])) {
        (true, _) => Err(Rejection("Enter a title.".to_owned())),
        (false, true) => Err(Rejection("The title must be one line.".to_owned())),
        (false, false) if length > LONGEST_TITLE => Err(Rejection(format!(
            "The title has {length} characters, and {LONGEST_TITLE} is the maximum."
        ))),
        (false, false) => Ok(title.to_owned()),
    }
}

/// Returns the heading and the text of a section, if they are valid.
fn checked_section(request: &EditSection) -> Result<(String, String), Rejection> {
    let heading = request.heading.trim();
    let body = request.body.replace("\r\n", "\n").trim_end().to_owned();
    let (heading_length, body_length) = (heading.chars().count(), body.chars().count());
    if is_blank(heading) {
        return Err(Rejection("Enter a heading.".to_owned()));
    }
    if heading.contains(['\n', '\r']) {
        return Err(Rejection("The heading must be one line.".to_owned()));
    }
    if heading_length > LONGEST_HEADING {
        return Err(Rejection(format!(
            "The heading has {heading_length} characters, and {LONGEST_HEADING} is the maximum."
        )));
    }
    if body_length > LONGEST_SECTION {
        return Err(Rejection(format!(
            "The text has {body_length} characters, and {LONGEST_SECTION} is the maximum of a section. \
             Split it into several sections."
        )));
    }
    Ok((heading.to_owned(), body))
}
