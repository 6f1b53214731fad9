//! The guide at the top of the page: a checklist of steps that are marked as done when the sandbox observes them.
//!
//! The host defines the steps, so that the sandbox stays independent of the app.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;

/// An introduction to the app for users who see the page for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// One sentence about the app.
    pub about: &'static str,
    /// The steps. They can be completed in any order.
    pub steps: Vec<GuideStep>,
}

/// A step of the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuideStep {
    /// Identifies the step in the saved progress.
    pub id: &'static str,
    /// The title, in plain text.
    pub title: &'static str,
    /// How to complete the step, in mrkdwn. `{command}` is replaced by the app's first slash command.
    pub hint: &'static str,
    /// When the step is done.
    pub done_when: StepCondition,
}

/// The observation that completes a step. An app channel is one that the app created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepCondition {
    /// The app creates a channel.
    ChannelCreated,
    /// A member of an app channel opens it on the page.
    ChannelOpened,
    /// A user joins an app channel without an invitation.
    ChannelJoined,
    /// A user clicks a button with this action ID.
    ButtonClick(&'static str),
    /// A user moves the clock forward.
    TimeAdvanced,
    /// The topic of an app channel contains this text.
    TopicContains(&'static str),
}

/// An event that may complete a step.
pub(crate) enum Observation<'a> {
    ChannelCreated(&'a ChannelId),
    ChannelOpened(&'a ChannelId, &'a UserId),
    ChannelJoined(&'a ChannelId, &'a UserId),
    ButtonClick(&'a str),
    TimeAdvanced,
    TopicChanged(&'a ChannelId, &'a str),
}

/// The guide of the page and the IDs of the completed steps.
#[derive(Default)]
pub(crate) struct GuideProgress {
    pub(crate) guide: Option<Guide>,
    pub(crate) done: BTreeSet<String>,
}

impl Workspace {
    /// Returns the guide and its progress as JSON, or null without a guide.
    pub(crate) fn guide_json(&self) -> Value {
        let Some(guide) = &self.guide.guide else {
            return Value::Null;
        };
        let command = self.app.commands.first();
        let command = command.map_or("", |command| command.command.as_str());
        let steps = guide.steps.iter().map(|step| {
            json!({
                "id": step.id, "title": step.title, "hint": step.hint.replace("{command}", command),
                "done": self.guide.done.contains(step.id),
            })
        });
        json!({"about": guide.about, "steps": steps.collect::<Vec<_>>()})
    }

    /// Marks the steps that the observation completes. Returns whether there were any.
    pub(crate) fn observe(&mut self, observation: &Observation) -> bool {
        let Some(guide) = &self.guide.guide else {
            return false;
        };
        let completed: Vec<String> = guide
            .steps
            .iter()
            .filter(|step| !self.guide.done.contains(step.id))
            .filter(|step| self.is_completed(&step.done_when, observation))
            .map(|step| step.id.to_owned())
            .collect();
        let has_completed = !completed.is_empty();
        self.guide.done.extend(completed);
        has_completed
    }

    fn is_completed(&self, condition: &StepCondition, observation: &Observation) -> bool {
        match (condition, observation) {
            (StepCondition::ChannelCreated, Observation::ChannelCreated(channel)) => {
                self.is_app_channel(channel)
            }
            (StepCondition::ChannelOpened, Observation::ChannelOpened(channel, who)) => {
                let is_member = |channel: &ChannelId| {
                    self.channels
                        .get(channel)
                        .is_some_and(|channel| channel.has_member(who))
                };
                self.is_app_channel(channel) && is_member(channel)
            }
            (StepCondition::ChannelJoined, Observation::ChannelJoined(channel, who)) => {
                self.is_app_channel(channel) && **who != self.app.bot_user
            }
            (StepCondition::ButtonClick(expected), Observation::ButtonClick(action_id)) => {
                expected == action_id
            }
            (StepCondition::TimeAdvanced, Observation::TimeAdvanced) => true,
            (StepCondition::TopicContains(expected), Observation::TopicChanged(channel, topic)) => {
                self.is_app_channel(channel) && topic.contains(expected)
            }
            (
                StepCondition::ChannelCreated
                | StepCondition::ChannelOpened
                | StepCondition::ChannelJoined
                | StepCondition::ButtonClick(_)
                | StepCondition::TimeAdvanced
                | StepCondition::TopicContains(_),
                _,
            ) => false,
        }
    }

    fn is_app_channel(&self, channel: &ChannelId) -> bool {
        self.channels
            .get(channel)
            .is_some_and(|channel| !channel.is_im() && channel.creator == self.app.bot_user)
    }
}
