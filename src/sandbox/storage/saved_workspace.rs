//! The saved part of a workspace: users, channels, canvases, Home views, mails and the progress of the guide.
//!
//! Open modals, response URLs and trigger IDs are short-lived and are not saved.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use crate::canvas::StoredCanvas;
use crate::ids::{ChannelId, UserId};
use crate::mail::Mail;
use crate::workspace::Workspace;
use crate::workspace::channels::Channel;
use crate::workspace::users::User;
use crate::workspace::views::View;

/// The version of the format.
const VERSION: u32 = 1;

/// The content of the file.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedWorkspace {
    version: u32,
    /// How far the clock was moved forward.
    pub(super) advanced_seconds: i64,
    serial: u64,
    last_ts: i64,
    users: BTreeMap<UserId, User>,
    channels: BTreeMap<ChannelId, Channel>,
    home_views: Vec<View>,
    completed_steps: BTreeSet<String>,
    #[serde(default)]
    mails: Vec<Mail>,
    #[serde(default)]
    canvases: Vec<StoredCanvas>,
}

/// The version, which is read first because other versions may have another format.
#[derive(Deserialize)]
struct VersionOnly {
    version: u32,
}

impl SavedWorkspace {
    /// Copies the saved part of a workspace.
    pub(super) fn from_workspace(workspace: &Workspace, advanced_seconds: i64) -> Self {
        Self {
            version: VERSION,
            advanced_seconds,
            serial: workspace.serial,
            last_ts: workspace.last_ts,
            users: workspace.users.clone(),
            channels: workspace.channels.clone(),
            home_views: workspace.published_home_views(),
            completed_steps: workspace.guide.done.clone(),
            mails: workspace.mailbox.mails.clone(),
            canvases: workspace.canvases.clone(),
        }
    }

    /// Parses the file. The error says what is wrong without quoting the content.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let VersionOnly { version } = serde_json::from_slice(bytes).map_err(json_problem)?;
        if version != VERSION {
            return Err(format!("its version {version} is unknown"));
        }
        let saved: Self = serde_json::from_slice(bytes).map_err(json_problem)?;
        if saved.is_consistent() {
            Ok(saved)
        } else {
            Err("users or channels are missing".to_owned())
        }
    }

    /// Returns whether the workspace has a full member and #general, and all IDs match their keys.
    fn is_consistent(&self) -> bool {
        let mut users = self.users.values();
        let mut channels = self.channels.values();
        users.any(|user| user.kind.is_full_member())
            && channels.any(|channel| channel.is_general)
            && self.users.iter().all(|(id, user)| *id == user.id)
            && self.channels.iter().all(|(id, it)| *id == it.id)
    }

    /// Replaces the content of a new workspace.
    pub(super) fn restore_into(self, workspace: &mut Workspace) {
        workspace.users = self.users;
        workspace.channels = self.channels;
        workspace.serial = workspace.serial.max(self.serial);
        workspace.last_ts = self.last_ts;
        workspace.guide.done = self.completed_steps;
        workspace.mailbox.mails = self.mails;
        workspace.canvases = self.canvases;
        workspace.restore_home_views(self.home_views);
        // The manifest may have changed.
        workspace.add_bot_user();
    }
}

/// Returns why the JSON could not be parsed. The message of the error could contain texts of users.
fn json_problem(error: serde_json::Error) -> &'static str {
    match error.classify() {
        Category::Eof => "it ends too early",
        Category::Data => "it has an unexpected format",
        Category::Syntax | Category::Io => "it is not JSON",
    }
}
