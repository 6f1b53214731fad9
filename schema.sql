-- The whole store. An older one is brought up to this by moving its rows over, column by column: so a
-- column that is new to a table has a default or may be null. `src/store/migrations.rs` numbers it.
-- Times are UTC text of fixed width, to the millisecond: 2026-11-23T14:05:09.120Z.
-- A word of a few is checked with OR: for a list of more than two, SQLite builds a table at each insert.
-- Rows are not deleted, but for what the inbox and the outbox no longer need, and who no longer takes part or
-- has a role: the timeline says that they did.

-- What this database is, and when it could last be written to.
CREATE TABLE store (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    identity   TEXT NOT NULL,              -- random; marks our messages, so that two stores never mistake each other's
    probed_at  TEXT NOT NULL,
    homes_revision INTEGER NOT NULL DEFAULT 0, -- counts the changes that people's Homes show
    reminders_by TEXT NOT NULL DEFAULT '',     -- the settings that reminders follow, as JSON; empty if none yet
    reminders_down_to INTEGER                  -- the incident down to which they do so; null if all do
) STRICT;

CREATE TABLE incidents (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,  -- the number that people see: 7 in IR-7
    title            TEXT NOT NULL,
    severity         TEXT NOT NULL CHECK (severity = 'UNKNOWN' OR severity GLOB 'SEV-[0-9]'
                                          OR severity = 'SEV-10'),
    status           TEXT NOT NULL CHECK (status = 'active' OR status = 'stable' OR status = 'resolved'
                                          OR status = 'completed'),
    commander        TEXT NOT NULL,                      -- Slack's id, as every person
    declared_by      TEXT NOT NULL,
    detection_method TEXT NOT NULL CHECK (detection_method = 'customer' OR detection_method = 'employee'
                                          OR detection_method = 'monitor' OR detection_method = 'other'
                                          OR detection_method = 'unknown'),
    summary          TEXT NOT NULL,
    root_cause       TEXT NOT NULL,
    customer_impact  TEXT NOT NULL CHECK (customer_impact = 'yes' OR customer_impact = 'no'
                                          OR customer_impact = 'unknown'),  -- as it was declared
    declared_at      TEXT NOT NULL,
    detected_at      TEXT NOT NULL,
    resolved_at      TEXT,                               -- null while it is open
    channel_state    TEXT NOT NULL CHECK (channel_state = 'awaited' OR channel_state = 'open'
                                          OR channel_state = 'refused' OR channel_state = 'archived'
                                          OR channel_state = 'deleted'),
    channel_id       TEXT,                               -- null until there is one
    channel_name     TEXT,
    channel_given    TEXT,                               -- the name that we asked Slack for; null once it has one by hand
    header_ts        TEXT,                               -- the pinned header; null until it is posted
    card_channel     TEXT,                               -- the card in the global channel; null until it is posted
    card_ts          TEXT,
    chat             TEXT,                               -- where people write outside Slack; null if nowhere
    call             TEXT,                               -- the video call; null if there is none
    subscribers      TEXT NOT NULL DEFAULT '[]',         -- people as JSON, in the order in which they came
    waiting_notes    TEXT NOT NULL DEFAULT '[]',         -- domain::WaitingNote as JSON: sent once the channel is opened or refused
    visibility       TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'private')),
    nature           TEXT NOT NULL DEFAULT 'real' CHECK (nature = 'real' OR nature = 'test'
                                                         OR nature = 'announced test'),
    severity_rank    INTEGER NOT NULL                    -- what a list is sorted by: 0 for SEV-0 … 10 for SEV-10, 11 for UNKNOWN
                     GENERATED ALWAYS AS (iif(severity = 'UNKNOWN', 11, CAST(substr(severity, 5) AS INTEGER)))
) STRICT;

CREATE UNIQUE INDEX incidents_by_channel ON incidents (channel_id) WHERE channel_id IS NOT NULL;
-- In the order in which they are listed: active before stable, worst first.
CREATE INDEX incidents_open ON incidents (status, severity_rank, id) WHERE status IN ('active', 'stable');
CREATE INDEX incidents_by_status ON incidents (status) WHERE nature = 'real';
CREATE INDEX incidents_private ON incidents (status, id) WHERE visibility = 'private';

-- The channels that incidents left, because they were made private or public.
CREATE TABLE former_channels (
    channel_id  TEXT PRIMARY KEY,
    incident_id INTEGER NOT NULL REFERENCES incidents (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE impacts (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,                        -- counts those of one incident, from 1
    description TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    ended_at    TEXT,                                    -- null while it goes on
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE responders (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    person      TEXT NOT NULL,
    position    INTEGER NOT NULL,                        -- the order in which they came
    joined_at   TEXT NOT NULL,
    acted_at    TEXT,                                    -- null if they did nothing yet
    PRIMARY KEY (incident_id, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX responders_of_person ON responders (person, incident_id);

-- Who has which role, beside the commander.
CREATE TABLE roles (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    role        TEXT NOT NULL,                           -- its name, as it was when it was given
    person      TEXT NOT NULL,
    position    INTEGER NOT NULL,                        -- the order in which they were given
    given_at    TEXT NOT NULL,
    PRIMARY KEY (incident_id, role, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE signals (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    position    INTEGER NOT NULL,
    url         TEXT NOT NULL,
    PRIMARY KEY (incident_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,                        -- counts those of one incident, from 1
    kind        TEXT NOT NULL CHECK (kind IN ('task', 'follow_up')),
    description TEXT NOT NULL,
    due_at      TEXT,                                    -- null if it may take any time
    done_at     TEXT,                                    -- null as long as it is open
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

-- Who has a task, and when they are told that it is overdue.
CREATE TABLE task_assignees (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,
    person      TEXT NOT NULL,
    position    INTEGER,                                 -- the order in which they got it; null once it was taken from them
    tell_at     TEXT,                                    -- not before; null if there is nothing to tell
    told_at     TEXT,                                    -- the last time; null if not yet
    PRIMARY KEY (incident_id, number, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_assignees_of_person ON task_assignees (person) WHERE position IS NOT NULL;
CREATE INDEX task_assignees_to_tell ON task_assignees (tell_at) WHERE tell_at IS NOT NULL;

CREATE TABLE documents (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    number      INTEGER NOT NULL,                        -- counts those of one incident, from 1
    title       TEXT NOT NULL,
    url         TEXT NOT NULL,
    removed_at  TEXT,                                    -- null as long as it is there
    PRIMARY KEY (incident_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id     INTEGER NOT NULL REFERENCES incidents (id),
    kind            TEXT NOT NULL CHECK (kind = 'update' OR kind = 'note' OR kind = 'message'
                                         OR kind = 'impact' OR kind = 'task' OR kind = 'document'
                                         OR kind = 'responder' OR kind = 'notification' OR kind = 'integration'),
    author          TEXT,                                -- a person; null if it was an app, or nobody
    author_app      TEXT,                                -- the name of an app
    what            TEXT NOT NULL,                       -- domain::What as JSON
    happened_at     TEXT NOT NULL,
    recorded_at     TEXT NOT NULL,
    recorded_by     TEXT,                                -- null if it was Muster itself
    important       INTEGER NOT NULL DEFAULT 0 CHECK (important IN (0, 1)),
    removed_at      TEXT,                                -- null while it is on the timeline
    removed_by      TEXT,                                -- a person; null if its message was deleted
    message_channel TEXT,                                -- the Slack message that it came from, if from one
    message_ts      TEXT,
    permalink       TEXT,
    said_at         TEXT                                 -- Slack's time of the last edit that was followed; null before the first
) STRICT;

-- The pages of a timeline, of all its lines and of the important ones.
CREATE INDEX timeline_of_incident ON timeline (incident_id, happened_at, id) WHERE removed_at IS NULL;
CREATE INDEX timeline_important ON timeline (incident_id, happened_at, id) WHERE removed_at IS NULL AND important = 1;
CREATE UNIQUE INDEX timeline_of_message ON timeline (message_channel, message_ts, incident_id) WHERE message_ts IS NOT NULL;

-- What a line of the timeline said before it was edited, and when that happened.
CREATE TABLE timeline_edits (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id  INTEGER NOT NULL REFERENCES timeline (id),
    what      TEXT NOT NULL,
    edited_at TEXT NOT NULL,
    happened_at TEXT,                                    -- null in lines of older stores, and if it stayed
    edited_by TEXT                                       -- a person; null if the message itself was edited
) STRICT;

CREATE INDEX timeline_edits_of_entry ON timeline_edits (entry_id);

-- Who pins which message of an incident's channel, as Slack told it last.
CREATE TABLE pins (
    channel TEXT NOT NULL,
    ts      TEXT NOT NULL,
    person  TEXT NOT NULL,
    pinned  INTEGER NOT NULL CHECK (pinned IN (0, 1)),   -- 0 once they took it away
    told_at TEXT NOT NULL,                               -- Slack's event_ts
    PRIMARY KEY (channel, ts, person)
) STRICT, WITHOUT ROWID;

-- Which channel INCIDENTS_CHANNEL named, so that a new name does not lose it.
CREATE TABLE global_channels (
    name    TEXT PRIMARY KEY,                            -- what the setting says
    channel TEXT NOT NULL                                -- Slack's id
) STRICT, WITHOUT ROWID;

-- What Slack told us of people.
CREATE TABLE people (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    handle     TEXT NOT NULL DEFAULT '',                  -- as they are mentioned; empty if not yet known
    time_zone  TEXT NOT NULL,                            -- Europe/Paris; empty if Slack does not say
    standing   TEXT NOT NULL CHECK (standing = 'member' OR standing = 'guest' OR standing = 'bot'
                                    OR standing = 'deactivated'),
    learned_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How the team works, where it is not as the presets have it: domain::Settings.
CREATE TABLE settings (
    key        TEXT PRIMARY KEY,
    value      TEXT NOT NULL,                            -- as JSON
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the channels are to be reminded of, and when; and which are to be archived.
CREATE TABLE reminders (
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    kind        TEXT NOT NULL CHECK (kind = 'update' OR kind = 'severity' OR kind = 'archive'),
    state       TEXT NOT NULL CHECK (state = 'idle' OR state = 'waiting' OR state = 'fired' OR state = 'stopped'),
    since       TEXT,                                    -- since when it waits; null while it does not
    due_at      TEXT,                                    -- until when it waits; null while it does not
    counted_from TEXT,                                   -- from when its time is counted; null if somebody put it off
    PRIMARY KEY (incident_id, kind),
    CHECK (state <> 'waiting' OR since IS NOT NULL AND due_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX reminders_due ON reminders (due_at) WHERE state = 'waiting';

-- What we already did, so that what is asked twice is done once.
CREATE TABLE inbox (
    key         TEXT PRIMARY KEY,                        -- view:V1, event:Ev1, action:<trigger>, command:<trigger>
    incident_id INTEGER REFERENCES incidents (id),       -- null if it was about no incident
    done_at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX inbox_by_age ON inbox (done_at);

-- Messages that a form carries along, as they are now.
CREATE TABLE held_messages (
    channel TEXT NOT NULL,
    ts      TEXT NOT NULL,
    message TEXT NOT NULL,                               -- commands::AddMessage as JSON; null once it was deleted
    held_at TEXT NOT NULL,
    PRIMARY KEY (channel, ts)
) STRICT, WITHOUT ROWID;

-- Whose Home of the app shows what.
CREATE TABLE homes (
    person    TEXT PRIMARY KEY,
    opened_at TEXT NOT NULL,                             -- the last time
    mine_page INTEGER NOT NULL DEFAULT 0,                -- to which page their own incidents are turned
    tasks_page INTEGER NOT NULL DEFAULT 0,               -- to which page their tasks are turned
    open_page INTEGER NOT NULL DEFAULT 0,                -- to which page the open incidents are turned
    asks      INTEGER NOT NULL DEFAULT 0,                -- counts how often they opened it or turned a page
    revision  INTEGER NOT NULL DEFAULT -1,               -- of which homes_revision it says how things stood; -1: they wait for it
    published TEXT NOT NULL DEFAULT '',                  -- digest of what was published last; empty if we do not know
    attempts  INTEGER NOT NULL DEFAULT 0,                -- to publish it, since it last was
    due_at    TEXT NOT NULL                              -- not before
) STRICT, WITHOUT ROWID;

CREATE INDEX homes_by_revision ON homes (revision, due_at);

-- What we owe the world.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    lane        TEXT NOT NULL,                           -- what must stay in order, within its incident
    kind        TEXT NOT NULL,                           -- domain::Owed: what it is about
    rank        INTEGER NOT NULL,                        -- the incident's severity: the lowest goes first
    effect      TEXT NOT NULL,                           -- domain::Effect as JSON
    state       TEXT NOT NULL CHECK (state = 'waiting' OR state = 'behind' OR state = 'done'
                                     OR state = 'given up'),  -- behind: another of its lane is before it
    attempts    INTEGER NOT NULL DEFAULT 0,
    in_doubt    INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1)),  -- an attempt may have arrived
    queued_at   TEXT NOT NULL,
    tried_at    TEXT,                                    -- when the first attempt that is in doubt began
    due_at      TEXT NOT NULL,                           -- not before
    settled_at  TEXT,                                    -- when it was done or given up; null while it waits, or is behind
    trouble     TEXT NOT NULL DEFAULT ''                 -- what went wrong the last time
) STRICT;

CREATE INDEX outbox_ready ON outbox (kind, rank, id) WHERE state = 'waiting';
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_lanes ON outbox (incident_id, lane, id) WHERE settled_at IS NULL;
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;
