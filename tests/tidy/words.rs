//! The tables of GLOSSARY.md §3: the rejected words, their replacements and the exceptions.
//!
//! The tests and the script `check.py` read the same tables: keep one row per line.

/// Rejected at the start of a doc comment, with the case as written here.
pub const DOC_STARTS: &[(&str, &str)] = &[
    ("Gives", "Returns"),
    ("Says", "Returns whether"),
    ("Sees that", "Checks that"),
    ("Notes that", "Records that"),
    ("What", "the noun"),
];

/// Rejected in prose: comments, strings, test names, Markdown. Alternatives are separated by ` | `.
pub const EVERYWHERE: &[(&str, &str)] = &[
    (
        "whoever | whomever | whom",
        "the user, the caller, the assignee",
    ),
    (
        "somebody | anybody | nobody | everybody",
        "a user, no user, all users",
    ),
    ("owe | owes | owed | owing", "enqueue, queued, pending"),
    ("how things stand | how it stands", "current state"),
    ("stands | stood", "exists, is current"),
    ("anew | once more", "again"),
    ("beside", "next to, in parallel, besides"),
    ("told", "is informed, receives"),
    ("asker | askers", "requester"),
    ("lane | lanes", "ordering key"),
    ("in doubt | doubt | doubts", "uncertain, outcome unknown"),
    ("goes along | company", "is batched, coalesces"),
    ("put off | puts off", "reschedule, snooze"),
    ("hurry | hurries | hurried", "retry now"),
    (
        "give up | gives up | giving up | gave up | given up",
        "fail",
    ),
    ("trouble | troubles", "error"),
    ("settle | settles | settled | settling", "finish"),
    ("revive | revives | revived", "requeue"),
    ("stranger | strangers | never met", "unresolved user"),
    ("preset | presets", "default"),
    ("door | doors", "transport, endpoint"),
    ("former", "old"),
    ("farewell | farewells", "notice"),
    ("gather | gathers | gathered | gathering", "list, collect"),
    ("furnish | furnishes | furnished", "set up"),
    ("tray | trays", "action menu"),
    ("seat | seats", "role target"),
    ("nature", "kind"),
    ("fault of ours", "bug"),
    (
        "the house | rules of the house",
        "the project, project rules",
    ),
    ("hurt | hurts", "affected"),
    ("goes on | going on", "continues, is ongoing"),
    ("mended | built again", "repaired, recreated"),
    (
        "brought over | bring over | brings over | bringing over",
        "checkpoint",
    ),
    ("set aside", "savepoint"),
    ("comes back", "returns"),
    ("goes out", "is sent"),
    ("comes to be", "becomes"),
    ("patience", "timeout, deadline"),
    ("blow | blows | strike | strikes | struck", "kill point"),
    ("we know no more", "the outcome is unknown"),
    ("as far as we know", "if it has been fetched"),
    ("is to be | are to be", "must be, will be"),
];

/// Rejected in names: in any part of a name, or, with `°`, as the whole name only.
pub const IDENTIFIERS: &[(&str, &str)] = &[
    ("person | persons", "user"),
    ("people | peoples", "users"),
    ("by°", "actor"),
    ("card | cards", "announcement"),
    ("pointer | pointers", "private_reply"),
    ("withdraw | withdraws | withdrawn", "delete, cancel"),
    ("moment | moments", "timestamp"),
    ("line°", "entry, activity"),
    ("keep° | kept", "save, upsert, stored"),
    ("hold° | held", "pending"),
    (
        "asked | typed | pressed | clicked | said",
        "request, command, click, args",
    ),
    (
        "meet | meets | met | learn | learns | learned",
        "fetch, resolve",
    ),
    ("look° | seen° | shown°", "inspect, poll, visible, rendered"),
    ("turn°", "poll, tick, page"),
    ("mark° | unmark", "metadata, pushpin, add_/remove_"),
    ("answer° | answers°", "response, reply, result"),
    ("standing", "defaults, state, account_kind"),
    ("place°", "origin, target, position"),
    (
        "refuse | refuses | refused | refusal | refusals",
        "reject, rejected, rejection",
    ),
    ("reached | unreached", "reachable, unreachable"),
    (
        "wanted | chosen° | given° | found°",
        "the object: requested_name, selection",
    ),
    ("rank | ranks", "priority"),
    ("carried", "private_metadata"),
    (
        "fitted | once° | then° | of° | all°",
        "the action and its object",
    ),
    ("word°", "name, value"),
    ("story | stories", "scenario"),
];

/// Rejected as names of files, folders and modules.
pub const EMPTY_NAMES: &[&str] = &["utils", "helpers", "common", "types", "manager", "service"];

/// Names of the standard library and of dependencies, where they are used.
pub const FOREIGN: &[&str] = &[
    ".all",
    ".pointer",
    ".pointer_mut",
    ".then",
    "ErrorKind::ConnectionRefused",
    "PointerAction",
    "PointerActionType",
    "TypeId::of",
    "crate::people",
    "domain::people",
    "iter::once",
    "muster_domain::people",
    "option::of",
];

/// Strings below these paths are texts that users see in Slack. There, only log messages are
/// checked.
pub const TEXTS_FOR_SLACK: &[&str] = &[
    "commands/",
    "src/slack/",
    "src/domain/",
    "src/worker/error_help.rs",
    "tests/scenarios",
    "tests/crash",
    "tests/browser",
    "tests/cli/snapshots.rs",
    "tests/looks.rs",
];

/// Strings below these paths hold Slack's own names, so that only prose is checked there.
pub const NAMES_OF_SLACK: &[&str] = &["src/sandbox"];

/// Exceptions: a file or the start of a path, and the phrase that may occur there. An empty phrase
/// allows everything.
pub const ALLOWED: &[(&str, &str)] = &[
    // A value of the setting `who_declares`.
    ("src/handbook/settings.md", "everybody"),
    // How the others charge.
    ("README.md", "seat"),
    ("tests/", "everybody"),
    // A product of Google, in the names of Datadog's operations.
    ("src/api/operations/table.rs", "meet"),
    ("tests/web/api/errors.rs", "meet"),
    // The JSON pointer of a member (RFC 6901), which the errors of JSON:API contain.
    ("src/api/", "pointer"),
    ("tests/web/api/", "pointer"),
    // The value of a header.
    ("src/mail/message.rs", "all"),
    // A visibility of Datadog's notification rules.
    ("src/api/config/rule_attributes.rs", "all"),
    ("src/cli/import/rules.rs", "all"),
    // A key of the settings of roles.
    ("src/cli/import/settings.rs", "people"),
    // All entries of a timeline, as a postmortem selects them.
    // A message of Slack.
    ("src/sandbox/", "we had some trouble connecting"),
    // A call that a fault holds back.
    ("src/sandbox/", "held"),
    ("tests/crash/", "held"),
    // The name that the glossary fixes for the sort key of a severity.
    ("schema.sql", "severity_rank"),
    // Names of the browser driver's crate.
    ("tests/browser/chromium.rs", "all"),
    ("tests/browser/window.rs", "by"),
    // The folder people/ has this name in the domain and in the scenarios.
    ("src/domain/lib.rs", "people"),
    ("tests/scenarios/main.rs", "people"),
    // The parameter of **Select All**.
    ("src/web/pages/clipboard/mod.rs", "all"),
    // The rules themselves.
    ("tests/tidy/words.rs", ""),
    ("tests/tidy/lexer_tests.rs", ""),
];
