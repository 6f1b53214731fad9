//! The Slack user groups and channels whose members join the channel of an incident because of its fields.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::delivery::InviteGroup;
use crate::field::{FieldOption, FieldValues, SERVICES, TEAMS};
use crate::{Change, ChannelId, Incident, IncidentKind, Settings, Visibility};

/// The longest name of a group in the settings.
const LONGEST_NAME: usize = 100;

/// A Slack user group or channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SlackGroup {
    /// The user group with this ID, such as `S0PAYMENTS1`.
    UserGroup(String),
    /// The user group with this handle, without `@`.
    Handle(String),
    /// The channel with this ID.
    Channel(ChannelId),
    /// The public channel with this name, without `#`.
    ChannelName(String),
}

impl fmt::Display for SlackGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserGroup(id) => f.write_str(id),
            Self::Handle(handle) => write!(f, "@{handle}"),
            Self::Channel(id) => id.fmt(f),
            Self::ChannelName(name) => write!(f, "#{name}"),
        }
    }
}

impl From<SlackGroup> for String {
    fn from(group: SlackGroup) -> Self {
        group.to_string()
    }
}

impl TryFrom<String> for SlackGroup {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for SlackGroup {
    type Err = String;

    /// Parses an ID, `@handle` or `#channel`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_id = |letters: &[char]| {
            let rest = text.strip_prefix(letters).unwrap_or_default();
            let is_capital = |sign: u8| sign.is_ascii_uppercase() || sign.is_ascii_digit();
            rest.len() >= 8 && rest.bytes().all(is_capital)
        };
        let is_name = |name: &str| {
            let is_separator = |sign: char| sign.is_whitespace() || "@#<>,".contains(sign);
            !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(is_separator)
        };
        match (text.strip_prefix('@'), text.strip_prefix('#')) {
            (Some(handle), _) if is_name(handle) => Ok(Self::Handle(handle.to_lowercase())),
            (_, Some(name)) if is_name(name) => Ok(Self::ChannelName(name.to_lowercase())),
            _ if is_id(&['S']) => Ok(Self::UserGroup(text.to_owned())),
            _ if is_id(&['C', 'G']) => Ok(Self::Channel(text.into())),
            _ => {
                Err("must be a user group or a channel, such as @payments or #payments".to_owned())
            }
        }
    }
}

impl Settings {
    /// Returns the groups of the values, and those of the teams that own them.
    fn groups_of(&self, values: &FieldValues) -> Vec<SlackGroup> {
        let mut groups = Vec::new();
        for (name, value) in values {
            let Some(field) = self.field(name) else {
                continue;
            };
            let is_selected = |option: &&FieldOption| value.contains(&option.name);
            for option in self.field_options(field).iter().filter(is_selected) {
                let mut teams = self.teams.iter();
                let team = teams.find(|team| team.is_called(&option.team));
                let own = [Some(option), team].into_iter().flatten();
                groups.extend(own.filter_map(|option| option.slack.parse::<SlackGroup>().ok()));
            }
        }
        let mut distinct: Vec<SlackGroup> = Vec::new();
        for group in groups {
            if !distinct.contains(&group) {
                distinct.push(group);
            }
        }
        distinct
    }
}

impl Incident {
    /// Returns whether the groups of its fields join its channel. Those of a test stay out of it, and only a user
    /// adds others to a private incident.
    pub fn invites_groups(&self) -> bool {
        self.kind == IncidentKind::Real && self.visibility == Visibility::Public
    }

    /// Returns the Services and Teams that have values, as label and value.
    pub fn services_and_teams(&self) -> Vec<(&'static str, String)> {
        let fields = [(SERVICES, "Services"), (TEAMS, "Teams")];
        let fields = fields.into_iter();
        fields
            .filter_map(|(name, label)| Some((label, self.fields.get(name)?.to_line())))
            .collect()
    }
}

impl Change {
    /// Enqueues the invitation of the groups of the incident that `before` did not have.
    pub(crate) fn enqueue_groups(&mut self, before: &FieldValues, settings: &Settings) {
        if !self.incident.invites_groups() {
            return;
        }
        let known = settings.groups_of(before);
        let groups = settings.groups_of(&self.incident.fields);
        for group in groups.into_iter().filter(|group| !known.contains(group)) {
            self.enqueue(InviteGroup { group });
        }
    }
}
