//! The preview of a postmortem template: what it would contain if it were generated now.

use std::collections::HashMap;
use std::sync::Arc;

use crate::postmortem::{
    Postmortem, PostmortemDocument, PostmortemSource, PostmortemStatus, PostmortemTemplate,
    PostmortemView, RenderedPostmortem, Section, TimelineSelection,
};
use crate::{Incident, Settings, UserContact, UserId};

impl PostmortemTemplate {
    /// Returns the headings of its sections.
    pub fn headings(&self) -> Vec<String> {
        let sections = self.sections().into_iter();
        sections.map(|section| section.heading).collect()
    }

    /// Returns the postmortem that would be generated from the template with these facts.
    pub fn preview(
        &self,
        mut source: PostmortemSource,
        view: &PostmortemView<'_>,
    ) -> RenderedPostmortem {
        let incident = &source.incident;
        let (commander, now) = (incident.commander.clone(), view.clock.now());
        let author = commander.or_else(|| incident.declared_by.clone());
        let author = author.unwrap_or_default();
        let section = |(section, number): (super::template::TemplateSection, i64)| Section {
            number,
            heading: section.heading,
            body: section.body,
            frozen: None,
            revision: 1,
            edited_at: now,
            edited_by: author.clone(),
        };
        let sections: Vec<_> = self.sections().into_iter().zip(1..).map(section).collect();
        source.incident.postmortem = Some(Postmortem {
            title: format!("{} {}", incident.id, incident.display_title()),
            owner: author.clone(),
            status: PostmortemStatus::Draft,
            timeline: TimelineSelection::default(),
            template: self.name.clone(),
            created_at: now,
            created_by: author.clone(),
            completed_at: None,
            attached_url: None,
            last_section: i64::try_from(sections.len()).unwrap_or(i64::MAX),
        });
        source.document = PostmortemDocument {
            sections,
            exports: Vec::new(),
        };
        source.render(view)
    }
}

impl PostmortemSource {
    /// Returns the facts of an incident that has no timeline, such as an example.
    pub fn without_timeline(
        incident: Incident,
        settings: Arc<Settings>,
        contacts: HashMap<UserId, UserContact>,
    ) -> Self {
        Self {
            incident,
            settings,
            document: PostmortemDocument::default(),
            contacts,
            entries: Vec::new(),
            notifications: Vec::new(),
            similar: Vec::new(),
        }
    }
}
