//! Restores the text of an earlier revision of a section.

use crate::postmortem::edit::too_many_sections;
use crate::postmortem::{
    MAX_SECTIONS, PostmortemChange, PostmortemDocument, Revision, Section, SectionError,
};
use crate::{Actor, Change, Incident, Rejection, Timestamp};

/// A request to restore the text of an earlier revision of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreSection {
    /// The number of the section.
    pub section: i64,
    /// The revision with the text.
    pub revision: i64,
    /// The newest revision that the user saw.
    pub expected_revision: i64,
}

/// A section that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedSection {
    /// Its number.
    pub number: i64,
    /// Its heading.
    pub heading: String,
    /// The number of its newest revision.
    pub revision: i64,
    /// When it was removed.
    pub removed_at: Timestamp,
}

impl Incident {
    /// Saves the text of an earlier revision as a new one. A removed section is restored in its place. `revisions`
    /// are those of the section.
    ///
    /// # Errors
    /// Returns [`SectionError::Conflict`] if the section has a newer revision than the expected one.
    pub fn restore_section(
        &self,
        document: &PostmortemDocument,
        revisions: &[Revision],
        request: RestoreSection,
        actor: &Actor,
    ) -> Result<Change, SectionError> {
        self.require_editable_postmortem()?;
        let mut known = revisions.iter();
        let Some(requested) = known.find(|it| it.revision == request.revision) else {
            let text = "This section has no such revision.";
            return Err(SectionError::Rejected(Rejection(text.to_owned())));
        };
        let newest = revisions.iter().map(|it| it.revision).max().unwrap_or(0);
        let current = document.section(request.section);
        let mut change = Change::new(self.clone(), actor.at);
        match current {
            Some(current)
                if current.heading == requested.heading && current.body == requested.body =>
            {
                return Ok(change);
            }
            current if newest != request.expected_revision => {
                return Err(SectionError::conflict(current));
            }
            None if document.sections.len() >= MAX_SECTIONS => {
                return Err(SectionError::Rejected(too_many_sections()));
            }
            Some(_) | None => {}
        }
        change.incident.touch_responder(actor);
        change
            .postmortem
            .push(PostmortemChange::SectionSaved(Section {
                number: request.section,
                heading: requested.heading.clone(),
                body: requested.body.clone(),
                frozen: None,
                revision: newest + 1,
                edited_at: actor.at,
                edited_by: actor.require_user()?.clone(),
            }));
        Ok(change)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::UserId;
    use crate::postmortem::GeneratePostmortem;
    use crate::testing::{context, incident_with_channel};

    fn revision(revision: i64, body: &str, actor: &Actor) -> Revision {
        Revision {
            section: 1,
            revision,
            heading: "Summary".to_owned(),
            body: body.to_owned(),
            edited_at: actor.at,
            edited_by: actor.user.clone().unwrap_or_default(),
        }
    }

    fn document(current: &Revision) -> PostmortemDocument {
        PostmortemDocument {
            sections: vec![Section {
                number: current.section,
                heading: current.heading.clone(),
                body: current.body.clone(),
                frozen: None,
                revision: current.revision,
                edited_at: current.edited_at,
                edited_by: current.edited_by.clone(),
            }],
            ..PostmortemDocument::default()
        }
    }

    /// Restores the first of two revisions. Returns the number and the text of the new one.
    fn restored(
        document: &PostmortemDocument,
        expected_revision: i64,
    ) -> Result<Option<(i64, String)>, SectionError> {
        let mut incident = incident_with_channel("Checkout is slow");
        incident.status = crate::Status::Resolved;
        let actor = Actor::new(UserId::from("U0BOB000001"), incident.declared_at);
        let request = GeneratePostmortem::default();
        let ctx = context(actor.at);
        let generated = incident.generate_postmortem(request, &actor, &ctx);
        let incident = generated.unwrap().incident;
        let revisions = [2, 1].map(|it| revision(it, &format!("Text {it}"), &actor));
        let request = RestoreSection {
            section: 1,
            revision: 1,
            expected_revision,
        };
        let change = incident.restore_section(document, &revisions, request, &actor)?;
        Ok(change.postmortem.first().map(|it| {
            let PostmortemChange::SectionSaved(section) = it else {
                panic!("not saved: {it:?}");
            };
            (section.revision, section.body.clone())
        }))
    }

    #[test]
    fn earlier_text_becomes_the_newest_revision() {
        let actor = Actor::new(
            UserId::from("U0BOB000001"),
            Timestamp::from_epoch_seconds(0),
        );
        let current = document(&revision(2, "Text 2", &actor));
        let expected = Some((3, "Text 1".to_owned()));
        assert_eq!(restored(&current, 2), Ok(expected.clone()));
        assert_eq!(
            restored(&PostmortemDocument::default(), 2),
            Ok(expected),
            "a removed section"
        );
        let conflict = SectionError::conflict(current.sections.first());
        assert_eq!(restored(&current, 1), Err(conflict));
        let same = document(&revision(3, "Text 1", &actor));
        assert_eq!(restored(&same, 2), Ok(None));
    }
}
