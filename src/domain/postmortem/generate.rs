//! Generates a postmortem, or attaches one that exists elsewhere.

use crate::link::http_url;
use crate::postmortem::template::TemplateSection;
use crate::postmortem::{
    Postmortem, PostmortemChange, PostmortemStatus, PostmortemTemplate, Section, TimelineSelection,
};
use crate::{
    Actor, Change, Decision, DecisionContext, Incident, Rejection, Settings, TimelineEvent,
    Timestamp, UserId,
};

/// The longest URL, in characters.
const LONGEST_URL: usize = 2_000;

/// A request to generate the postmortem of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratePostmortem {
    /// The name of the template; `None` for the default.
    pub template: Option<String>,
    /// The timeline entries that it contains.
    pub timeline: TimelineSelection,
    /// The owner; `None` for the Incident Commander.
    pub owner: Option<UserId>,
}

/// The content of a new postmortem.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    /// The title; `None` for that of the incident.
    pub(super) title: Option<String>,
    pub(super) sections: Vec<TemplateSection>,
    /// The name of the template; empty without one.
    pub(super) template: String,
    pub(super) timeline: TimelineSelection,
    /// The owner; `None` for the Incident Commander.
    pub(super) owner: Option<UserId>,
}

/// A request to attach a postmortem that exists elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachPostmortem {
    /// The title; may be empty.
    pub title: String,
    /// The URL: `http` or `https`.
    pub url: String,
}

impl Incident {
    /// Returns why the incident can't get a postmortem now, as a sentence; `None` if it can.
    pub fn postmortem_obstacle(&self, settings: &Settings) -> Option<String> {
        let is_early = self.status.is_open() && !settings.postmortem_any_time;
        match (&self.postmortem, is_early) {
            (Some(_), _) => Some(format!("{} has a postmortem already.", self.id)),
            (None, true) => Some(format!(
                "{} is {}. Its postmortem can be generated when it's RESOLVED.",
                self.id,
                self.status.label()
            )),
            (None, false) => None,
        }
    }

    /// Generates the postmortem from a template, with variables in its sections. A second one is rejected, so that
    /// nothing that was written is overwritten.
    pub fn generate_postmortem(
        &self,
        request: GeneratePostmortem,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        self.check_postmortem_possible(ctx.settings)?;
        let settings = ctx.settings.of_incident_type(self.incident_type);
        let template = find_template(&settings, request.template.as_deref())?;
        let content = Content {
            title: None,
            sections: template.sections(),
            template: template.name.clone(),
            timeline: request.timeline,
            owner: request.owner,
        };
        self.with_content(content, actor)
    }

    /// Returns the change that stores a new postmortem with sections.
    pub(super) fn with_content(&self, content: Content, actor: &Actor) -> Decision {
        let author = actor.require_user()?;
        let sections = content.sections.into_iter();
        let sections: Vec<_> = sections
            .zip(1..)
            .map(|(section, number)| first_revision(section, number, author, actor.at))
            .collect();
        let title = content.title.filter(|title| !title.trim().is_empty());
        let postmortem = Postmortem {
            title: title.unwrap_or_else(|| format!("{} {}", self.id, self.display_title())),
            owner: content
                .owner
                .unwrap_or_else(|| self.default_postmortem_owner(author)),
            status: PostmortemStatus::Draft,
            timeline: content.timeline,
            template: content.template,
            created_at: actor.at,
            created_by: author.clone(),
            completed_at: None,
            attached_url: None,
            last_section: sections.last().map_or(0, |section| section.number),
        };
        let event = TimelineEvent::PostmortemGenerated {
            owner: postmortem.owner.clone(),
        };
        let mut change = self.with_postmortem(postmortem, event, actor);
        let saved = sections.into_iter().map(PostmortemChange::SectionSaved);
        change.postmortem.extend(saved);
        Ok(change)
    }

    /// Attaches a postmortem that exists elsewhere.
    pub fn attach_postmortem(
        &self,
        request: AttachPostmortem,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        self.check_postmortem_possible(ctx.settings)?;
        self.attach_document(&request, actor)
    }

    pub(super) fn attach_document(&self, request: &AttachPostmortem, actor: &Actor) -> Decision {
        let author = actor.require_user()?;
        let url = request.url.trim();
        if let Some(problem) = http_url::url_error(url) {
            return Err(Rejection(format!("This {problem}")));
        }
        if url.chars().count() > LONGEST_URL {
            return Err(Rejection(format!(
                "The URL has more than {LONGEST_URL} characters."
            )));
        }
        let title = match request.title.trim() {
            "" => format!("{} {}", self.id, self.display_title()),
            title => title.to_owned(),
        };
        let event = TimelineEvent::PostmortemAttached {
            title: title.clone(),
            url: url.to_owned(),
        };
        let postmortem = Postmortem {
            title,
            owner: self.default_postmortem_owner(author),
            status: PostmortemStatus::Draft,
            timeline: TimelineSelection::default(),
            template: String::new(),
            created_at: actor.at,
            created_by: author.clone(),
            completed_at: None,
            attached_url: Some(url.to_owned()),
            last_section: 0,
        };
        Ok(self.with_postmortem(postmortem, event, actor))
    }

    /// Returns the user who owns a postmortem without a requested owner: the commander, or the author if the
    /// incident has none.
    pub fn default_postmortem_owner(&self, author: &UserId) -> UserId {
        self.commander.as_ref().unwrap_or(author).clone()
    }

    fn check_postmortem_possible(&self, settings: &Settings) -> Result<(), Rejection> {
        let obstacle = self.postmortem_obstacle(settings);
        obstacle.map_or(Ok(()), |obstacle| Err(Rejection(obstacle)))
    }

    /// Returns the change that stores a new postmortem and reports it in the channel.
    fn with_postmortem(
        &self,
        postmortem: Postmortem,
        event: TimelineEvent,
        actor: &Actor,
    ) -> Change {
        let mut change = Change::new(self.clone(), actor.at);
        change.incident.touch_responder(actor);
        change.add_postmortem_owner(&postmortem.owner, actor);
        change.incident.postmortem = Some(postmortem);
        change.report_postmortem(event, actor);
        change.bookmark_postmortem();
        change
    }
}

/// Returns the template with this name, or the default one.
pub(super) fn find_template<'s>(
    settings: &'s Settings,
    name: Option<&str>,
) -> Result<&'s PostmortemTemplate, Rejection> {
    let template = match name {
        Some(name) => settings.postmortem_template(name),
        None => settings.postmortem_templates.first(),
    };
    template.ok_or_else(|| {
        Rejection(match name {
            Some(name) => {
                format!("There's no postmortem template “{name}”. It may have been renamed.")
            }
            None => {
                "There's no postmortem template. An admin can add one in the settings.".to_owned()
            }
        })
    })
}

fn first_revision(
    section: TemplateSection,
    number: i64,
    author: &UserId,
    edited_at: Timestamp,
) -> Section {
    Section {
        number,
        heading: section.heading,
        body: section.body,
        frozen: None,
        revision: 1,
        edited_at,
        edited_by: author.clone(),
    }
}
