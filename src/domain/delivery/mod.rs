//! The deliveries of an incident: the calls to Slack that are queued in the outbox.
//!
//! Each kind is one file here (payload, priority, consequences) and one of the same name in `worker/jobs`
//! (calls, rate limits). `deliveries!` below is the only list of the kinds.

mod fetched;
mod spec;

use serde::{Deserialize, Serialize};

pub use fetched::Fetched;
pub use spec::{
    Coalesce, DeliverySpec, Failure, FailureCertainty, Needs, OrderingKey, Payload, WebhookRef,
};

use crate::{Change, ChannelId, DecisionContext, Incident, MessageTs, UserId};

/// Declares the modules of the kinds, `Delivery`, `DeliveryKind` and `for_each_delivery!`, which calls a macro
/// with the list.
macro_rules! deliveries {
    (($dollar:tt) $($module:ident: $payload:ident,)*) => {
        $(
            // The header of the module documents the payload.
            #[allow(missing_docs)]
            pub mod $module;
            pub use $module::$payload;

            impl From<$payload> for Delivery {
                fn from(payload: $payload) -> Self {
                    Self::$payload(payload)
                }
            }

            impl Payload for $payload {
                const KIND: DeliveryKind = DeliveryKind::$payload;

                fn from_delivery(delivery: &Delivery) -> Option<&Self> {
                    if let Delivery::$payload(payload) = delivery { Some(payload) } else { None }
                }
            }
        )*

        /// A queued call to Slack. Stored as JSON in the column `outbox.payload`.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Delivery {
            $(#[allow(missing_docs)] $payload($payload),)*
        }

        /// The kind of a delivery, used in the outbox, in metrics and in logs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum DeliveryKind {
            $(#[allow(missing_docs)] $payload,)*
        }

        impl DeliveryKind {
            /// All kinds, in the order of their priority.
            pub const ALL: &'static [Self] = &[$(Self::$payload,)*];

            /// Returns the name that the outbox, metrics and logs use.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$payload => stringify!($module),)*
                }
            }

            /// Returns the priority; the lowest is sent first.
            pub const fn priority(self) -> u8 {
                match self {
                    $(Self::$payload => <$payload as DeliverySpec>::PRIORITY,)*
                }
            }
        }

        impl Delivery {
            /// Returns the kind of the delivery.
            pub fn kind(&self) -> DeliveryKind {
                match self {
                    $(Self::$payload(_) => DeliveryKind::$payload,)*
                }
            }

            /// Returns how it coalesces with queued deliveries.
            pub fn coalesce(&self) -> Coalesce {
                match self {
                    $(Self::$payload(_) => <$payload as DeliverySpec>::COALESCE,)*
                }
            }

            /// Returns the ordering key. Deliveries of an incident with the same key are sent in order.
            pub fn ordering_key(&self) -> OrderingKey {
                match self {
                    $(Self::$payload(payload) => payload.ordering_key(),)*
                }
            }

            /// Returns the data that an attempt needs.
            pub fn needs(&self, incident: &Incident) -> Needs {
                match self {
                    $(Self::$payload(payload) => payload.needs(incident),)*
                }
            }

            /// Returns the user that the delivery is about.
            pub fn user(&self) -> Option<&UserId> {
                match self {
                    $(Self::$payload(payload) => payload.user(),)*
                }
            }

            /// Returns the change that follows when the delivery has failed.
            pub fn on_failed(
                &self,
                incident: &Incident,
                failure: &Failure,
                ctx: &DecisionContext<'_>,
            ) -> Change {
                match self {
                    $(Self::$payload(payload) => payload.on_failed(incident, failure, ctx),)*
                }
            }

            /// Returns the change that follows when a user retries the failed delivery.
            pub fn on_retry(&self, incident: &Incident, ctx: &DecisionContext<'_>) -> Change {
                match self {
                    $(Self::$payload(payload) => payload.on_retry(incident, ctx),)*
                }
            }
        }

        /// Calls a macro with `module: Payload` of each delivery kind.
        #[macro_export]
        macro_rules! for_each_delivery {
            ($dollar callback:ident) => {
                $dollar callback! { $($module: $payload,)* }
            };
        }
    };
}

// In the order of PRIORITY: the channel and its members, then what users read, then the announcement, then
// the rest.
deliveries! { ($)
    delete_announcement: DeleteAnnouncement,
    list_old_members: ListOldMembers,
    create_channel: CreateChannel,
    kick_user: KickUser,
    invite_user: InviteUser,
    invite_group: InviteGroup,
    upsert_header: UpsertHeader,
    resolve_user: ResolveUser,
    send_deferred_reply: SendDeferredReply,
    send_private_reply: SendPrivateReply,
    post_activity: PostActivity,
    post_closing_summary: PostClosingSummary,
    send_direct_message: SendDirectMessage,
    upsert_announcement: UpsertAnnouncement,
    post_announcement_reply: PostAnnouncementReply,
    prepare_notification: PrepareNotification,
    expand_user_group: ExpandUserGroup,
    post_notification: PostNotification,
    send_mail: SendMail,
    page_pagerduty: PagePagerduty,
    send_webhook: SendWebhook,
    post_reminder: PostReminder,
    edit_reminder: EditReminder,
    edit_activity_post: EditActivityPost,
    suggest_call: SuggestCall,
    add_pushpin: AddPushpin,
    fetch_message: FetchMessage,
    remove_pushpin: RemovePushpin,
    set_topic: SetTopic,
    rename_channel: RenameChannel,
    pin_header: PinHeader,
    post_old_channel_notice: PostOldChannelNotice,
    archive_old_channel: ArchiveOldChannel,
    send_briefing: SendBriefing,
    sync_bookmarks: SyncBookmarks,
    export_postmortem: ExportPostmortem,
    set_purpose: SetPurpose,
    fetch_permalink: FetchPermalink,
    fetch_user: FetchUser,
    archive_channel: ArchiveChannel,
    repair: Repair,
}

// `ALL` is in the order of the priorities, which are distinct.
const _: () = {
    let mut index = 1;
    while index < DeliveryKind::ALL.len() {
        assert!(DeliveryKind::ALL[index - 1].priority() < DeliveryKind::ALL[index].priority());
        index += 1;
    }
};

/// Where a user made a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The channel; `None` if the request has none, as with a global shortcut.
    pub channel: Option<ChannelId>,
    /// Where a reply can be sent even if the bot is not in that channel. Slack: valid for 30 minutes and 5
    /// responses, docs.slack.dev/interactivity/handling-user-interaction.
    pub response_url: Option<String>,
    /// The thread of the message that the request refers to, if it refers to one.
    #[serde(default)]
    pub thread_ts: Option<MessageTs>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
