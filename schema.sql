-- The database schema, version 1. `src/store/db/migrations.rs` holds the version number. A migration copies rows
-- by column name, so a new column of an existing table needs a default or must be nullable.
-- Timestamps are UTC text of fixed width with milliseconds: 2026-11-23T14:05:09.120Z.
-- Enum checks use OR: SQLite materialises IN (…) with more than two values on every insert.
-- Incidents, timeline entries, alerts and failed deliveries are never deleted. Idempotency keys and done deliveries are
-- deleted when they expire. Responders and role assignments are deleted when they end; the timeline records them.

-- One row: this database and its state.
CREATE TABLE instance (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    store_id   TEXT NOT NULL,              -- random; in the metadata of each message, to recognise own messages
    last_write_check_at TEXT NOT NULL,         -- empty until the first write check
    home_revision INTEGER NOT NULL DEFAULT 0,  -- incremented by each change that a Home view shows
    unsubscribe_key TEXT NOT NULL DEFAULT ''   -- random; authenticates the links in mails that end a subscription
) STRICT;

CREATE TABLE incidents (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,  -- the visible number: 7 in IR-7
    title            TEXT NOT NULL,
    severity         TEXT NOT NULL CHECK (severity = 'UNKNOWN' OR severity GLOB 'SEV-[0-9]'
                                          OR severity = 'SEV-10'),
    status           TEXT NOT NULL CHECK (status = 'active' OR status = 'stable' OR status = 'resolved'
                                          OR status = 'completed'),
    commander        TEXT,                               -- Slack user ID, as in all user columns; null if there is none
    declared_by      TEXT,                               -- null if Muster declared it
    detection_method TEXT NOT NULL CHECK (detection_method = 'customer' OR detection_method = 'employee'
                                          OR detection_method = 'monitor' OR detection_method = 'other'
                                          OR detection_method = 'unknown'),
    summary          TEXT NOT NULL,
    root_cause       TEXT NOT NULL,
    customer_impact  TEXT NOT NULL CHECK (customer_impact = 'yes' OR customer_impact = 'no'
                                          OR customer_impact = 'unknown'),  -- as declared
    declared_at      TEXT NOT NULL,
    detected_at      TEXT NOT NULL,
    resolved_at      TEXT,                               -- null while the incident is open
    channel_state    TEXT NOT NULL CHECK (channel_state = 'pending' OR channel_state = 'open'
                                          OR channel_state = 'failed' OR channel_state = 'archived'
                                          OR channel_state = 'deleted'),
    channel_id       TEXT,                               -- null until the channel is created
    channel_name     TEXT,
    requested_channel_name TEXT,                         -- the name last requested from Slack; null if a user renamed the channel
    header_ts        TEXT,                               -- the pinned header; null until it is posted
    announcement_channel TEXT,                           -- the announcement; null until it is posted
    announcement_ts  TEXT,
    chat_url         TEXT,                               -- the chat outside Slack; null if there is none
    call_url         TEXT,                               -- the video call; null if there is none
    subscribers      TEXT NOT NULL DEFAULT '[]',         -- JSON list of user IDs, in the order of subscription
    last_update_text TEXT,                               -- the latest status update; null if there is none
    last_update_by   TEXT,                               -- its author
    last_update_at   TEXT,
    next_update_at   TEXT,                               -- when it promised the next one; null if it did not
    pending_direct_messages TEXT NOT NULL DEFAULT '[]',  -- JSON list of domain::PendingDirectMessage; sent when the channel is created or has failed
    reminder_posts   TEXT NOT NULL DEFAULT '[]',         -- JSON list of domain::ReminderPost; reminders that were not answered yet
    visibility       TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'private')),
    kind             TEXT NOT NULL DEFAULT 'real' CHECK (kind = 'real' OR kind = 'test'
                                                         OR kind = 'announced test'),
    incident_type    INTEGER NOT NULL DEFAULT 1,         -- incident_types.number
    creation_key     TEXT,                               -- the idempotency key of the program that created it
    last_removed_impact INTEGER NOT NULL DEFAULT 0,      -- the highest number of a removed impact; numbers are not used again
    last_removed_task INTEGER NOT NULL DEFAULT 0,        -- the same for tasks
    last_notification INTEGER NOT NULL DEFAULT 0,        -- the number of the latest notification
    impact_state     TEXT NOT NULL DEFAULT 'none' CHECK (impact_state = 'ongoing' OR impact_state = 'over'
                                                         OR impact_state = 'none'),  -- derived from impacts
    last_activity_at TEXT NOT NULL DEFAULT '',           -- when the last timeline entry was recorded; derived
    postmortem_state TEXT NOT NULL DEFAULT 'not_started',  -- domain::postmortem::PostmortemState; derived from postmortems
    postmortem_owner TEXT,                               -- null until there is a postmortem; derived
    last_activity_by TEXT,                               -- the user who caused it; null if Muster recorded it by itself; derived
    deleted_at       TEXT,                               -- null unless the incident was deleted
    imported_at      TEXT,                               -- null if the incident was declared here
    severity_rank    INTEGER NOT NULL                    -- sort key of lists: 0 for SEV-0 … 10 for SEV-10, 11 for UNKNOWN
                     GENERATED ALWAYS AS (iif(severity = 'UNKNOWN', 11, CAST(substr(severity, 5) AS INTEGER)))
) STRICT;

CREATE UNIQUE INDEX incidents_by_channel ON incidents (channel_id) WHERE channel_id IS NOT NULL;
-- The order of lists: active before stable, highest severity first, newest first.
CREATE INDEX incidents_open ON incidents (status, severity_rank, id DESC) WHERE status IN ('active', 'stable');
-- Closed incidents, the last resolved first.
CREATE INDEX incidents_resolved ON incidents (resolved_at, id) WHERE resolved_at IS NOT NULL;
-- Numbers of incidents per status, and the private ones among them.
CREATE INDEX incidents_by_status ON incidents (status) WHERE kind = 'real';
CREATE INDEX incidents_private ON incidents (status, id) WHERE visibility = 'private';
-- Orders of the filtered list, and the values by which few incidents are selected.
-- The columns after `id` are those that facets count.
CREATE INDEX incidents_declared ON incidents (declared_at, id, status, severity, detection_method, impact_state,
                                              visibility, kind, channel_state, channel_id, commander);
CREATE INDEX incidents_active ON incidents (last_activity_at, id);
CREATE INDEX incidents_of_severity ON incidents (severity, declared_at, id, status, detection_method, impact_state,
                                                 visibility, kind, channel_state, channel_id, commander);
CREATE INDEX incidents_resolved_of_severity ON incidents (severity, resolved_at, id) WHERE resolved_at IS NOT NULL;
CREATE INDEX incidents_of_commander ON incidents (commander, declared_at, id);
CREATE INDEX incidents_of_declarer ON incidents (declared_by, declared_at, id);
CREATE INDEX incidents_of_method ON incidents (detection_method, declared_at, id);
-- The first column is constant: without statistics SQLite prefers an index that it can search by equality.
CREATE INDEX incidents_of_visibility ON incidents (visibility, declared_at, id) WHERE visibility = 'private';
CREATE INDEX incidents_with_impact ON incidents (impact_state, declared_at, id) WHERE impact_state = 'ongoing';
CREATE INDEX incidents_completed ON incidents (status, declared_at, id) WHERE status = 'completed';
CREATE INDEX incidents_tests ON incidents (kind, declared_at, id) WHERE kind <> 'real';
-- The list of postmortems. A postmortem that is not started is up to the commander.
CREATE INDEX incidents_of_postmortem_state ON incidents (postmortem_state, resolved_at, id)
 WHERE resolved_at IS NOT NULL;
CREATE INDEX incidents_with_postmortem ON incidents (declared_at, id) WHERE postmortem_state <> 'not_started';
CREATE INDEX incidents_of_postmortem_owner ON incidents (coalesce(postmortem_owner, commander), resolved_at, id)
 WHERE resolved_at IS NOT NULL;

-- Full-text search in incidents; rowid is the incident's number. Only src/store/db/full_text writes and reads it.
-- Trigrams find parts of words, in any script. No text is stored twice.
CREATE VIRTUAL TABLE incident_text USING fts5 (title, summary, root_cause, channel_name,
    content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1');
-- The same for the entries on timelines; rowid is the incident's number times 2^31, plus timeline.id.
CREATE VIRTUAL TABLE timeline_text USING fts5 (text,
    content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1');
-- Changed texts that the index does not contain yet.
CREATE TABLE unindexed_texts (
    incident_id INTEGER NOT NULL,
    entry_id    INTEGER NOT NULL,                        -- timeline.id; 0 for the texts of the incident itself
    PRIMARY KEY (incident_id, entry_id)
) STRICT, WITHOUT ROWID;

-- Channels that an incident left when its visibility changed.
CREATE TABLE old_channels (
    channel_id  TEXT PRIMARY KEY,
    incident_id INTEGER NOT NULL REFERENCES incidents (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE impacts (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,                        -- per incident, from 1
    description TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    ended_at    TEXT,                                    -- null while the impact continues
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE responders (
    incident_id    INTEGER NOT NULL REFERENCES incidents (id),
    user_id        TEXT NOT NULL,
    position       INTEGER NOT NULL,                     -- order of joining
    joined_at      TEXT NOT NULL,
    last_active_at TEXT,                                 -- null until the first activity
    PRIMARY KEY (incident_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX responders_by_user ON responders (user_id, incident_id);

-- The roles other than commander.
CREATE TABLE role_assignments (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    role        TEXT NOT NULL,                           -- name of the role when it was assigned
    user_id     TEXT NOT NULL,
    position    INTEGER NOT NULL,                        -- order of assignment
    assigned_at TEXT NOT NULL,
    PRIMARY KEY (incident_id, role, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE signals (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    position    INTEGER NOT NULL,                        -- order in the declaration
    name        TEXT NOT NULL DEFAULT '',                -- the words next to the link
    url         TEXT NOT NULL,
    PRIMARY KEY (incident_id, position)
) STRICT, WITHOUT ROWID;

-- Values of the fields that the settings define: Services, Teams and custom fields.
CREATE TABLE field_values (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    field       TEXT NOT NULL,                           -- name of the field; its definition may be removed
    position    INTEGER NOT NULL,                        -- order of the values of the field, from 1
    type        TEXT NOT NULL,                           -- domain::FieldKind of the value
    value       TEXT NOT NULL,
    PRIMARY KEY (incident_id, field, position)
) STRICT, WITHOUT ROWID;

-- Incidents by the value of a field. Texts are left out: they are long, and no list filters by them.
CREATE INDEX field_values_by_value ON field_values (field, value, incident_id) WHERE type <> 'text';

CREATE TABLE tasks (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,                        -- per incident, from 1
    kind        TEXT NOT NULL CHECK (kind IN ('task', 'follow_up')),
    description TEXT NOT NULL,
    due_at      TEXT,                                    -- null without a deadline
    done_at     TEXT,                                    -- null while the task is open
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_by_state ON tasks (done_at, due_at, incident_id, number);

CREATE TABLE task_assignees (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,
    user_id     TEXT NOT NULL,
    position    INTEGER NOT NULL,                        -- order of assignment
    PRIMARY KEY (incident_id, number, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_assignees_by_user ON task_assignees (user_id);

-- Assignees of tasks as programs named them, also those who are no users of Slack.
CREATE TABLE task_handles (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,
    position    INTEGER NOT NULL,                        -- in the order of the request
    assignee    TEXT NOT NULL,                           -- JSON: a handle, or an object with a name
    user_id     TEXT,                                    -- null if it names no user of Slack
    PRIMARY KEY (incident_id, number, position)
) STRICT, WITHOUT ROWID;

-- The first direct message to a user about an incident. Later ones are replies in its thread.
CREATE TABLE direct_message_threads (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    user_id     TEXT NOT NULL,
    ts          TEXT NOT NULL,                           -- the message's timestamp
    can_unsubscribe INTEGER NOT NULL CHECK (can_unsubscribe IN (0, 1)),  -- 1 if a message of it has the button
    PRIMARY KEY (incident_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,                        -- per incident, from 1
    title       TEXT NOT NULL,
    url         TEXT NOT NULL,
    removed_at  TEXT,                                    -- null until the document is removed
    modified_at TEXT,                                    -- when it was added or last edited; null if not recorded
    modified_by TEXT,                                    -- user ID; null if not recorded
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

-- Links to channels and issues in other tools, which programs store.
CREATE TABLE integration_metadata (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,                        -- per incident, from 1
    kind        TEXT NOT NULL,                           -- domain::IntegrationKind
    metadata    TEXT NOT NULL,                           -- JSON, in Datadog's shape of the kind
    is_edited   INTEGER NOT NULL CHECK (is_edited IN (0, 1)),
    created_at  TEXT NOT NULL,
    created_by  TEXT,                                    -- user ID; null if it was no user
    modified_at TEXT NOT NULL,
    modified_by TEXT,                                    -- user ID; null if it was no user
    removed_at  TEXT,                                    -- null until it is removed
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

-- Notifications that users or rules sent.
CREATE TABLE notifications (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,                        -- per incident, from 1
    author      TEXT,                                    -- user ID; null if a rule sent it
    rule        TEXT,                                    -- name of the rule; null if a user sent it
    template    TEXT,                                    -- name of the message template; null if none was used
    subject     TEXT,                                    -- null until the text is rendered
    body        TEXT,                                    -- Markdown; null until the text is rendered
    recipients  TEXT NOT NULL,                           -- JSON list of domain::notification::Recipient, as chosen
    changes     TEXT NOT NULL,                           -- JSON list of sentences: what a rule reports
    sent_at     TEXT NOT NULL,
    PRIMARY KEY (incident_id, number),
    CHECK ((author IS NULL) <> (rule IS NULL))
) STRICT, WITHOUT ROWID;

-- Drafts of notifications.
CREATE TABLE notification_drafts (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id  INTEGER NOT NULL REFERENCES incidents (id),
    author       TEXT NOT NULL,                          -- user ID
    recipients   TEXT NOT NULL,                          -- as typed
    template     TEXT NOT NULL,                          -- name of the message template; empty if none was used
    subject      TEXT NOT NULL,                          -- as typed
    body         TEXT NOT NULL,                          -- as typed, Markdown
    made_subject TEXT NOT NULL,                          -- as the template made it
    made_body    TEXT NOT NULL,
    updated_at   TEXT NOT NULL
) STRICT;
CREATE INDEX notification_drafts_of_incident ON notification_drafts (incident_id);

-- The single addresses of notifications, and what became of them.
CREATE TABLE notification_targets (
    incident_id  INTEGER NOT NULL,
    notification INTEGER NOT NULL,
    position     INTEGER NOT NULL,                       -- per notification, from 1
    recipient    TEXT NOT NULL,                          -- domain::notification::Recipient that led to it, as JSON
    user_id      TEXT,                                   -- the notified user; null for an address or a channel
    destination  TEXT NOT NULL,                          -- domain::notification::Destination as JSON
    state        TEXT NOT NULL,                          -- domain::notification::TargetState
    detail       TEXT NOT NULL,                          -- why it failed, or the receiver's answer; may be empty
    delivery_id  INTEGER,                                -- outbox.id that can be retried; null unless it failed
    changed_at   TEXT NOT NULL,
    PRIMARY KEY (incident_id, notification, position),
    UNIQUE (incident_id, notification, destination),
    FOREIGN KEY (incident_id, notification) REFERENCES notifications (incident_id, number)
) STRICT, WITHOUT ROWID;

-- The deliveries to a webhook, the newest last.
CREATE INDEX notification_targets_by_destination ON notification_targets (destination COLLATE NOCASE, changed_at);

-- The postmortem of an incident.
CREATE TABLE postmortems (
    incident_id  INTEGER PRIMARY KEY REFERENCES incidents (id),
    title        TEXT NOT NULL,
    owner        TEXT NOT NULL,                          -- user ID
    status       TEXT NOT NULL,                          -- domain::postmortem::PostmortemStatus
    timeline     TEXT NOT NULL,                          -- domain::postmortem::TimelineSelection
    template     TEXT NOT NULL,                          -- name of the template; empty if it was attached
    created_at   TEXT NOT NULL,
    created_by   TEXT NOT NULL,                          -- user ID
    completed_at TEXT,                                   -- null unless the status is 'completed'
    attached_url TEXT,                                   -- of a document elsewhere; null if it has sections
    last_section INTEGER NOT NULL                        -- highest number of a section, or 0
) STRICT;

-- The sections of postmortems.
CREATE TABLE postmortem_sections (
    incident_id INTEGER NOT NULL REFERENCES postmortems (incident_id),
    number      INTEGER NOT NULL,                        -- per postmortem, from 1
    position    INTEGER NOT NULL,                        -- in the order of the document; gaps are possible
    heading     TEXT NOT NULL,
    body        TEXT NOT NULL,                           -- Markdown with variables
    frozen      TEXT,                                    -- the text when it was completed; null before
    revision    INTEGER NOT NULL,                        -- of the current text, from 1
    edited_at   TEXT NOT NULL,
    edited_by   TEXT NOT NULL,                           -- user ID
    removed_at  TEXT,                                    -- null until the section is removed
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

-- All versions of the sections, the current ones included.
CREATE TABLE postmortem_revisions (
    incident_id INTEGER NOT NULL,
    section     INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    heading     TEXT NOT NULL,
    body        TEXT NOT NULL,                           -- Markdown with variables
    edited_at   TEXT NOT NULL,
    edited_by   TEXT NOT NULL,                           -- user ID
    PRIMARY KEY (incident_id, section, revision),
    FOREIGN KEY (incident_id, section) REFERENCES postmortem_sections (incident_id, number)
) STRICT, WITHOUT ROWID;

-- The latest export of a postmortem to each tool.
CREATE TABLE postmortem_exports (
    incident_id  INTEGER NOT NULL REFERENCES postmortems (incident_id),
    target       TEXT NOT NULL,                          -- domain::postmortem::ExportTarget
    state        TEXT NOT NULL,                          -- domain::postmortem::ExportState
    receipt      TEXT,                                   -- domain::postmortem::ExportReceipt as JSON; null until it is done once
    detail       TEXT NOT NULL,                          -- why it failed, or a remark; may be empty
    delivery_id  INTEGER,                                -- outbox.id that can be retried; null unless it failed
    changed_at   TEXT NOT NULL,
    requested_by TEXT NOT NULL,                          -- user ID
    PRIMARY KEY (incident_id, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id     INTEGER NOT NULL REFERENCES incidents (id),
    kind            TEXT NOT NULL CHECK (kind = 'update' OR kind = 'status_update' OR kind = 'note' OR kind = 'message'
                                         OR kind = 'impact' OR kind = 'task' OR kind = 'document'
                                         OR kind = 'responder' OR kind = 'notification' OR kind = 'integration'),
    author          TEXT,                                -- user ID; null if the author is an app, Muster or Slack
    author_app      TEXT,                                -- name of the app; null if the author is no app
    event           TEXT NOT NULL,                       -- domain::TimelineEvent as JSON
    happened_at     TEXT NOT NULL,
    recorded_at     TEXT NOT NULL,
    recorded_by     TEXT,                                -- user ID; null if Muster recorded the entry by itself
    source          TEXT NOT NULL DEFAULT 'slack',       -- domain::Source: the transport by which it was added
    important       INTEGER NOT NULL DEFAULT 0 CHECK (important IN (0, 1)),
    flagged_at      TEXT,                                -- when it was marked as important; null unless it is
    removed_at      TEXT,                                -- null while the entry is on the timeline
    removed_by      TEXT,                                -- user ID; null if the Slack message was deleted
    message_channel TEXT,                                -- the quoted Slack message; null if the entry quotes none
    message_ts      TEXT,
    permalink       TEXT,
    message_edited_ts TEXT,                              -- Slack's timestamp of the last applied edit; null if there is none
    post_delivery   INTEGER,                             -- outbox.id of the post that reports the entry; null if there is none
    post_channel    TEXT,                                -- the channel of that post; null until it is posted
    post_ts         TEXT
) STRICT;

-- Pages of a timeline: all entries, and the important ones.
CREATE INDEX timeline_of_incident ON timeline (incident_id, happened_at, id) WHERE removed_at IS NULL;
-- Changes of the status and the severity: an incident has few of them among many entries.
CREATE INDEX timeline_status_changes ON timeline (incident_id, happened_at, id)
 WHERE kind = 'update' AND removed_at IS NULL
       AND (instr(event, '"field":"status"') > 0 OR instr(event, '"field":"severity"') > 0);
CREATE INDEX timeline_important ON timeline (incident_id, happened_at, id) WHERE removed_at IS NULL AND important = 1;
-- Important messages that were deleted in Slack.
CREATE INDEX timeline_deleted ON timeline (incident_id, happened_at, id)
 WHERE removed_at IS NOT NULL AND removed_by IS NULL AND important = 1 AND kind = 'message';
-- Entries whose post is queued, and the entries of a post.
CREATE INDEX timeline_of_delivery ON timeline (post_delivery) WHERE post_delivery IS NOT NULL AND post_ts IS NULL;
CREATE INDEX timeline_of_post ON timeline (post_channel, post_ts) WHERE post_ts IS NOT NULL;
CREATE UNIQUE INDEX timeline_of_message ON timeline (message_channel, message_ts, incident_id) WHERE message_ts IS NOT NULL;

-- Earlier versions of edited timeline entries.
CREATE TABLE timeline_edits (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id       INTEGER NOT NULL REFERENCES timeline (id),
    previous_event TEXT NOT NULL,                        -- domain::TimelineEvent as JSON
    edited_at      TEXT NOT NULL,
    happened_at    TEXT,                                 -- before the edit; null if the edit did not change it
    edited_by      TEXT                                  -- user ID; null if the Slack message was edited, or by Muster
) STRICT;

CREATE INDEX timeline_edits_of_entry ON timeline_edits (entry_id);

-- Pushpin reactions in incident channels, by message and user.
CREATE TABLE pushpin_reactions (
    channel    TEXT NOT NULL,
    ts         TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    is_present INTEGER NOT NULL CHECK (is_present IN (0, 1)),  -- 0 after the user removed the reaction
    event_ts   TEXT NOT NULL,                            -- Slack's event_ts; older events are ignored
    PRIMARY KEY (channel, ts, user_id)
) STRICT, WITHOUT ROWID;

-- The channel ID of each value of INCIDENTS_CHANNEL, so that renaming the channel does not lose it.
CREATE TABLE announcements_channels (
    name    TEXT PRIMARY KEY,                            -- value of the variable
    channel TEXT NOT NULL                                -- Slack channel ID
) STRICT, WITHOUT ROWID;

-- The user cache.
CREATE TABLE users (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    handle       TEXT NOT NULL DEFAULT '',               -- the name in mentions; empty if unknown
    time_zone    TEXT NOT NULL,                          -- Europe/Paris; empty if Slack reports none
    email        TEXT NOT NULL DEFAULT '',               -- empty if unknown, such as without the scope users:read.email
    account_kind TEXT NOT NULL CHECK (account_kind = 'member' OR account_kind = 'guest' OR account_kind = 'bot'
                                      OR account_kind = 'deactivated'),
    fetched_at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Sessions of browsers. They end when they expire, by request, and when the account is deactivated.
CREATE TABLE web_sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,      -- names a session on the profile page
    token_hash   TEXT NOT NULL UNIQUE,                   -- SHA-256 of the cookie's value, in hex
    user_id      TEXT NOT NULL,
    browser      TEXT NOT NULL,                          -- 'Firefox on Linux'; empty if unknown
    created_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL                           -- updated at most every five minutes
) STRICT;

CREATE INDEX web_sessions_of_user ON web_sessions (user_id);

-- Links that sign a user in once. Deleted some time after they expire.
CREATE TABLE sign_in_links (
    token_hash TEXT PRIMARY KEY,                         -- SHA-256 of the token in the link, in hex
    user_id    TEXT NOT NULL,
    target     TEXT NOT NULL,                            -- path of the page that the link leads to
    created_at TEXT NOT NULL,
    spent_at   TEXT                                      -- null until the user signs in with it
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_links_of_user ON sign_in_links (user_id);

-- Tokens in the addresses of feeds. A user has one at most.
CREATE TABLE feed_tokens (
    user_id    TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,                     -- SHA-256 of the token, in hex
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys of the HTTP API. They are never deleted, so that the list shows who had access.
CREATE TABLE api_keys (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    key_id      TEXT NOT NULL UNIQUE,                    -- the first half, which names the key; it is no secret
    secret_hash TEXT NOT NULL,                           -- SHA-256 of the second half, in hex
    scopes      TEXT NOT NULL,                           -- names of domain::api_key::Scope, separated by spaces
    user_id     TEXT,                                    -- the user on whose behalf it acts; null if it acts as Muster
    created_at  TEXT NOT NULL,
    created_by  TEXT,                                    -- user ID; null if the operator created it
    last_used_at TEXT,                                   -- updated at most once a minute; null until the first use
    revoked_at  TEXT                                     -- null while it is valid
) STRICT;

-- Answers to requests of the HTTP API with an idempotency key. Deleted after a day.
CREATE TABLE api_answers (
    key         TEXT PRIMARY KEY,                        -- the program's idempotency key after the ID of its API key
    digest      TEXT NOT NULL,                           -- SHA-256 of method, path and body, in hex
    status      INTEGER NOT NULL,                        -- the HTTP status
    body        TEXT NOT NULL,                           -- JSON; empty if there is none
    entity_tag  TEXT NOT NULL,                           -- empty if there is none
    answered_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX api_answers_by_age ON api_answers (answered_at);

-- Types of incidents. Number 1 exists from the start. Deleted types stay, because settings and incidents name them.
CREATE TABLE incident_types (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    description   TEXT,                                  -- null if none was given
    is_default    INTEGER NOT NULL CHECK (is_default = 0 OR is_default = 1),
    configuration TEXT NOT NULL,                         -- JSON object: what was set, by Datadog's names
    created_at    TEXT NOT NULL,
    created_by    TEXT,                                  -- user ID; null if Muster created it
    modified_at   TEXT NOT NULL,
    modified_by   TEXT,
    deleted_at    TEXT                                   -- null unless it was deleted
) STRICT;

CREATE INDEX incident_types_default ON incident_types (is_default) WHERE is_default = 1;

-- Items of settings as resources of the HTTP API. The items themselves are in the table settings.
CREATE TABLE setting_resources (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,     -- in the resource's ID
    kind          TEXT NOT NULL,                         -- domain::api::SettingResourceKind
    name          TEXT NOT NULL,                         -- of the item; follows when it is renamed
    incident_type INTEGER NOT NULL,                      -- incident_types.number
    attributes    TEXT NOT NULL,                         -- JSON object: attributes as a program sent them
    created_at    TEXT NOT NULL,
    created_by    TEXT,                                  -- user ID; null if Muster created it, or someone on the pages
    modified_at   TEXT NOT NULL,
    modified_by   TEXT,
    deleted_at    TEXT                                   -- null unless the item was deleted
) STRICT;

CREATE UNIQUE INDEX setting_resources_by_name ON setting_resources (kind, name) WHERE deleted_at IS NULL;
-- Sources of alerts. They are never deleted, because alerts refer to them.
CREATE TABLE alert_sources (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,                           -- domain::alert::SourceKind
    name        TEXT NOT NULL,
    token_hash  TEXT NOT NULL UNIQUE,                    -- SHA-256 of the token, in hex
    secret      TEXT NOT NULL DEFAULT '',                -- signs its requests; empty if they are not signed
    topics      TEXT NOT NULL DEFAULT '[]',              -- JSON list: ARNs of the SNS topics that it accepts
    accepts_raw_delivery INTEGER NOT NULL DEFAULT 0 CHECK (accepts_raw_delivery IN (0, 1)),  -- of SNS, without a signature
    mapping     TEXT,                                    -- domain::alert::FieldMapping as JSON; null for our own shape
    created_at  TEXT NOT NULL,
    created_by  TEXT,                                    -- user ID; null if the operator created it
    last_received_at TEXT,                               -- of its last request; null until the first
    last_body   INTEGER NOT NULL DEFAULT 0,              -- the number of its last body
    revoked_at  TEXT                                     -- null while it is valid
) STRICT;

-- Alerts: one row for each cycle from firing to resolved.
CREATE TABLE alerts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id   INTEGER NOT NULL REFERENCES alert_sources (id),
    key         TEXT NOT NULL,                           -- identifies the alert in its source
    occurrence  TEXT,                                    -- the source's ID of the cycle; null if it has none
    status      TEXT NOT NULL CHECK (status IN ('firing', 'resolved')),
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    severity    TEXT NOT NULL,                           -- as the source names it; may be empty
    labels      TEXT NOT NULL,                           -- JSON object
    links       TEXT NOT NULL,                           -- JSON list of domain::alert::AlertLink
    image       TEXT,
    sender_group TEXT,                                   -- the source's ID for alerts that belong together
    reported_started_at TEXT,                            -- by the source's clock, as reported last
    reported_ended_at TEXT,
    started_at  TEXT NOT NULL,                           -- when it was received, if the source's clock is off
    ended_at    TEXT,                                    -- null while it is open
    is_clock_off INTEGER NOT NULL CHECK (is_clock_off IN (0, 1)),
    acknowledged_at TEXT,
    received_at TEXT NOT NULL,
    last_received_at TEXT NOT NULL,
    count       INTEGER NOT NULL                         -- reports that it fires
) STRICT;

-- An alert that fires is one alert, no matter how often its source reports it.
CREATE UNIQUE INDEX alerts_open ON alerts (source_id, key) WHERE ended_at IS NULL;
CREATE INDEX alerts_of_key ON alerts (source_id, key, id);

-- IDs of deliveries, by which a repeated one is recognized. Deleted after 30 days.
CREATE TABLE alert_deliveries (
    source_id   INTEGER NOT NULL REFERENCES alert_sources (id),
    delivery_id TEXT NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (source_id, delivery_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX alert_deliveries_by_age ON alert_deliveries (received_at);

-- The last bodies of each source, without its token. A new body replaces an old one. Deleted after 30 days.
CREATE TABLE alert_bodies (
    source_id   INTEGER NOT NULL REFERENCES alert_sources (id),
    slot        INTEGER NOT NULL,                        -- the number of the body modulo the number of stored ones
    number      INTEGER NOT NULL,                        -- per source, from 1
    received_at TEXT NOT NULL,
    body        BLOB NOT NULL,                           -- its beginning, if it is long
    size        INTEGER NOT NULL,                        -- in bytes, of the whole body
    is_accepted INTEGER NOT NULL CHECK (is_accepted IN (0, 1)),
    outcome     TEXT NOT NULL,                           -- a sentence
    PRIMARY KEY (source_id, slot)
) STRICT;

CREATE INDEX alert_bodies_by_age ON alert_bodies (received_at);

-- Changes that tools report, such as deployments. Deleted after 30 days.
CREATE TABLE change_events (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id   INTEGER NOT NULL REFERENCES alert_sources (id),
    summary     TEXT NOT NULL,
    origin      TEXT NOT NULL,                           -- the system that was changed; may be empty
    details     TEXT NOT NULL,                           -- JSON object
    links       TEXT NOT NULL,                           -- JSON list of domain::alert::AlertLink
    happened_at TEXT NOT NULL,                           -- when it was received, if the source's clock is off
    received_at TEXT NOT NULL
) STRICT;

CREATE INDEX change_events_by_time ON change_events (happened_at);
CREATE INDEX change_events_by_age ON change_events (received_at);

-- Subscriptions of SNS topics that an admin has not confirmed.
CREATE TABLE sns_confirmations (
    source_id     INTEGER NOT NULL REFERENCES alert_sources (id),
    topic         TEXT NOT NULL,                         -- ARN
    subscribe_url TEXT NOT NULL,                         -- AWS confirms the subscription when this URL is requested
    received_at   TEXT NOT NULL,
    PRIMARY KEY (source_id, topic)
) STRICT, WITHOUT ROWID;

-- Groups of alerts: the alerts of one problem under a rule.
CREATE TABLE alert_groups (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    rule          TEXT NOT NULL,                         -- name of the rule when the group began
    key           TEXT NOT NULL,                         -- domain::alert::rule::group_key
    title         TEXT NOT NULL,                         -- as the rule makes it from the first alert
    service       TEXT NOT NULL,                         -- the same; empty if there is none
    fields        TEXT NOT NULL,                         -- JSON object: values of other fields, the same
    stage         TEXT NOT NULL,                         -- domain::alert::group::GroupStage
    is_private    INTEGER NOT NULL DEFAULT 0 CHECK (is_private IN (0, 1)),  -- 1 if the rule made private incidents when the group began
    is_about_the_monitor INTEGER NOT NULL CHECK (is_about_the_monitor IN (0, 1)),  -- 1 if an alert says that its monitor has no data
    omitted       INTEGER NOT NULL DEFAULT 0,            -- alerts that the source left out of its last request
    opened_at     TEXT NOT NULL,
    last_alert_at TEXT NOT NULL,
    acts_at       TEXT,                                  -- when the rule acts; null if it does not hold back
    acted_at      TEXT,                                  -- when a card was enqueued or an incident declared; null until then, and in a storm
    declared_at   TEXT,                                  -- when the rule declared an incident; null if it did not
    storm_id      INTEGER REFERENCES alert_storms (id),  -- null if it is in none
    incident_id   INTEGER REFERENCES incidents (id),     -- null until it belongs to an incident
    is_added      INTEGER NOT NULL CHECK (is_added IN (0, 1)),  -- 1 if the incident was declared before and not from the group
    handled_by    TEXT,                                  -- ID of the user who declared, added or ignored; null if no user did
    ignored_until TEXT,
    resolution_reported_at TEXT,                         -- when all alerts were reported as resolved; null since one fired
    reopening_offered_at TEXT                              -- when reopening was offered; null if it was not
) STRICT;

CREATE INDEX alert_groups_by_key ON alert_groups (rule, key, id);
CREATE INDEX alert_groups_acted ON alert_groups (rule, acted_at) WHERE acted_at IS NOT NULL;
CREATE INDEX alert_groups_declared ON alert_groups (declared_at) WHERE declared_at IS NOT NULL;
CREATE INDEX alert_groups_suggested ON alert_groups (id) WHERE stage = 'suggested';
CREATE INDEX alert_groups_of_storm ON alert_groups (storm_id) WHERE storm_id IS NOT NULL;
CREATE INDEX alert_groups_open ON alert_groups (last_alert_at) WHERE incident_id IS NULL;
CREATE INDEX alert_groups_of_incident ON alert_groups (incident_id) WHERE incident_id IS NOT NULL;

-- Groups that looked related to an incident when a user declared it.
CREATE TABLE related_alert_groups (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    group_id    INTEGER NOT NULL REFERENCES alert_groups (id),
    PRIMARY KEY (incident_id, group_id)
) STRICT, WITHOUT ROWID;

-- The alerts of groups.
CREATE TABLE alert_group_members (
    alert_id       INTEGER PRIMARY KEY REFERENCES alerts (id),
    group_id       INTEGER NOT NULL REFERENCES alert_groups (id),
    is_firing      INTEGER NOT NULL CHECK (is_firing IN (0, 1)),
    flapping_until TEXT,                                 -- until when it does not count as resolved; null if it does not flap
    title_hash     INTEGER NOT NULL DEFAULT 0,           -- of the title with which it fired
    longest_gap    INTEGER NOT NULL DEFAULT 0,           -- seconds between two reports that it fires
    last_seen_at   TEXT NOT NULL,
    stale_at       TEXT                                  -- null if its source need not report again
) STRICT;

CREATE INDEX alert_group_members_of_group ON alert_group_members (group_id, is_firing, stale_at);
CREATE INDEX alert_group_members_flapping ON alert_group_members (group_id, is_firing, flapping_until)
 WHERE flapping_until IS NOT NULL;
CREATE INDEX alert_group_members_by_title ON alert_group_members (group_id, title_hash);

-- Storms: more groups under a rule than its limit.
CREATE TABLE alert_storms (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    rule          TEXT NOT NULL,
    since         TEXT NOT NULL,
    last_group_at TEXT NOT NULL
) STRICT;

CREATE INDEX alert_storms_of_rule ON alert_storms (rule, id);

-- Messages about groups outside the channels of incidents: cards, and replies to them. They belong to no incident, so
-- they are no deliveries; like a Home view, a card is published in its current state.
CREATE TABLE alert_messages (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id     INTEGER REFERENCES alert_groups (id),   -- null for the card of a storm
    storm_id     INTEGER REFERENCES alert_storms (id),   -- null for a group
    reply        TEXT,                                   -- text of a reply to the card; null for the card
    channel_name TEXT,                                   -- as the rule names it; null for the announcements channel
    channel      TEXT,                                   -- where it was posted; null until then
    ts           TEXT,
    revision     INTEGER NOT NULL DEFAULT 1,             -- incremented by each change that it shows
    due_at       TEXT,                                   -- null while it shows the current state
    enqueued_at  TEXT NOT NULL,
    edited_at    TEXT,                                   -- when it was posted or edited last
    attempts     INTEGER NOT NULL DEFAULT 0,             -- since the last success
    uncertain_since TEXT,                                -- start of the first post that may have succeeded; null if there is none
    last_error   TEXT NOT NULL DEFAULT '',
    CHECK ((group_id IS NULL) <> (storm_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX alert_messages_of_group ON alert_messages (group_id) WHERE reply IS NULL AND group_id IS NOT NULL;
CREATE UNIQUE INDEX alert_messages_of_storm ON alert_messages (storm_id) WHERE storm_id IS NOT NULL;
CREATE INDEX alert_messages_due ON alert_messages (due_at) WHERE due_at IS NOT NULL;

-- Incidents that the operator imported from another tool, so that a repeated import adds only new ones.
CREATE TABLE imports (
    source      TEXT NOT NULL,                           -- domain::ImportSource
    external_id TEXT NOT NULL,                           -- the ID of the incident in the other tool
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    PRIMARY KEY (source, external_id)
) STRICT, WITHOUT ROWID;

-- Sign-ins with Slack that a browser has begun. Deleted when it returns from Slack, or when they expire.
CREATE TABLE sign_in_attempts (
    cookie_hash TEXT PRIMARY KEY,                        -- SHA-256 of the cookie's value, in hex
    state_hash  TEXT NOT NULL,                           -- SHA-256 of the state that Slack returns, in hex
    nonce_hash  TEXT NOT NULL,                           -- SHA-256 of the nonce in the ID token, in hex
    target      TEXT NOT NULL,                           -- path of the page that the sign-in leads to
    created_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Team settings that differ from their defaults: domain::Settings.
CREATE TABLE settings (
    key        TEXT PRIMARY KEY,
    revision   TEXT NOT NULL,                            -- random; a change of the value sets another one
    value      TEXT NOT NULL,                            -- JSON
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Names that notification rules had. The link in a mail leads to the rule by the name that it had then.
CREATE TABLE rule_renames (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    rule       TEXT NOT NULL,                            -- the name that ended
    new_name   TEXT,                                     -- null if the rule was deleted
    changed_at TEXT NOT NULL
) STRICT;

CREATE INDEX rule_renames_of_rule ON rule_renames (rule, id);

-- Addresses that get no more mails of a notification rule.
CREATE TABLE unsubscribed_addresses (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    rule        TEXT NOT NULL,                           -- its current name
    address     TEXT NOT NULL COLLATE NOCASE,
    incident_id INTEGER REFERENCES incidents (id),       -- null: about all incidents
    since       TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX unsubscribed_from_rule ON unsubscribed_addresses (rule, address) WHERE incident_id IS NULL;
CREATE UNIQUE INDEX unsubscribed_from_incident ON unsubscribed_addresses (rule, address, incident_id)
 WHERE incident_id IS NOT NULL;

-- Saved views of the list of incidents.
CREATE TABLE saved_views (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    owner      TEXT NOT NULL,                            -- user ID
    is_shared  INTEGER NOT NULL CHECK (is_shared IN (0, 1)),  -- 1: all users see the view
    name       TEXT NOT NULL,
    query      TEXT NOT NULL,                            -- query string of the list
    created_at TEXT NOT NULL,
    UNIQUE (owner, name)
) STRICT;

CREATE INDEX saved_views_shared ON saved_views (name) WHERE is_shared = 1;

-- The clipboards: links that a user collects for an incident. Only their owner sees and deletes them.
CREATE TABLE clipboard_items (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    owner    TEXT NOT NULL,                              -- user ID
    url      TEXT NOT NULL,
    title    TEXT NOT NULL,
    position INTEGER NOT NULL,                           -- within the clipboard; the highest is listed first
    added_at TEXT NOT NULL,                              -- when the URL was added last
    UNIQUE (owner, url)
) STRICT;

-- Outgoing webhooks and PagerDuty services. Their secrets are needed to sign, so they are stored as they are.
CREATE TABLE webhooks (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    name            TEXT NOT NULL UNIQUE COLLATE NOCASE,  -- by which recipients address it: @webhook-name
    kind            TEXT NOT NULL CHECK (kind = 'webhook' OR kind = 'pagerduty'),
    url             TEXT NOT NULL,                       -- empty for PagerDuty
    secret          TEXT NOT NULL,                       -- whsec_…, or the routing key of PagerDuty
    previous_secret TEXT,                                -- the one before the last rotation; null if there was none
    previous_until  TEXT,                                -- until when the previous one signs too
    created_at      TEXT NOT NULL,
    switched_off_at TEXT,                                -- null while it is on
    switched_off_reason TEXT                             -- a sentence; null while it is on
) STRICT;

-- Everything that is due later: reminders, channel archiving, overdue notices, updates of Home views.
CREATE TABLE schedule (
    kind        TEXT NOT NULL,                           -- domain::ScheduleKind
    key         TEXT NOT NULL,                           -- '7': IR-7; '7/2/U0BOB': task 2 and a user; 'U0BOB': a Home view; '12': group 12 of alerts
    incident_id INTEGER REFERENCES incidents (id),       -- null for a Home view and for a group
    since       TEXT NOT NULL,                           -- start of the condition that a reminder reports
    base_at     TEXT,                                    -- start of the interval; null if a user chose due_at
    due_at      TEXT,                                    -- null while stopped, disabled by the settings, or up to date
    stopped     INTEGER NOT NULL DEFAULT 0 CHECK (stopped IN (0, 1)),
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX schedule_due ON schedule (kind, due_at);
CREATE INDEX schedule_of_incident ON schedule (incident_id) WHERE incident_id IS NOT NULL;

-- Idempotency keys of processed requests.
CREATE TABLE inbox (
    key          TEXT PRIMARY KEY,                       -- view:V1, event:Ev1, action:<trigger ID>, web:U1:<form>
    incident_id  INTEGER REFERENCES incidents (id),      -- null if the request concerned no incident
    processed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX inbox_by_age ON inbox (processed_at);

-- Current versions of messages in open modals. Deleted after a day.
CREATE TABLE pending_messages (
    channel     TEXT NOT NULL,
    ts          TEXT NOT NULL,
    message     TEXT NOT NULL,                           -- commands::AddMessage as JSON; JSON null after deletion
    received_at TEXT NOT NULL,
    PRIMARY KEY (channel, ts)
) STRICT, WITHOUT ROWID;

-- Users who opened their Home view, and what it shows.
CREATE TABLE home_views (
    user_id    TEXT PRIMARY KEY,
    opened_at  TEXT NOT NULL,                            -- last time
    mine_page  INTEGER NOT NULL DEFAULT 0,               -- current page of the list of the user's incidents
    tasks_page INTEGER NOT NULL DEFAULT 0,               -- current page of the list of the user's tasks
    open_page  INTEGER NOT NULL DEFAULT 0,               -- current page of the list of open incidents
    published_digest TEXT NOT NULL DEFAULT '',           -- digest of the published view; empty if unknown
    attempts   INTEGER NOT NULL DEFAULT 0                -- since the last successful publication
) STRICT, WITHOUT ROWID;

-- The queue of deliveries: messages and other calls to Slack.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id  INTEGER NOT NULL REFERENCES incidents (id),
    ordering_key TEXT NOT NULL,                          -- deliveries of an incident with the same key are sent in order
    kind         TEXT NOT NULL,                          -- domain::DeliveryKind
    priority     INTEGER NOT NULL,                       -- the lowest is sent first: 100 for each priority of the kind, plus severity_rank
    payload      TEXT NOT NULL,                          -- domain::Delivery as JSON
    state        TEXT NOT NULL CHECK (state = 'pending' OR state = 'blocked' OR state = 'done'
                                      OR state = 'failed'),  -- blocked: an earlier delivery has the same ordering key
    attempts     INTEGER NOT NULL DEFAULT 0,
    enqueued_at  TEXT NOT NULL,
    uncertain_since TEXT,                                -- start of the first attempt that may have succeeded; null if there is none
    due_at       TEXT NOT NULL,                          -- not sent earlier
    finished_at  TEXT,                                   -- null while the state is 'pending' or 'blocked'
    last_error   TEXT NOT NULL DEFAULT ''                -- error of the last attempt; empty if there is none
) STRICT;

CREATE INDEX outbox_ready ON outbox (kind, priority, id) WHERE state = 'pending';
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'pending';
CREATE INDEX outbox_by_ordering_key ON outbox (incident_id, ordering_key, id) WHERE finished_at IS NULL;
-- The page of an incident lists its deliveries.
CREATE INDEX outbox_of_incident ON outbox (incident_id, id);
CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL;
