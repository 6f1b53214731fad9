//! What the settings may be, and what is said when they are wrong.
#![allow(clippy::unwrap_used)]

use super::*;

const TOKENS: &[(&str, &str)] = &[
    ("SLACK_BOT_TOKEN", "xoxb-1-2-abc"),
    ("SLACK_APP_TOKEN", "xapp-1-A-2-abc"),
];

fn read(set: &[(&str, &str)]) -> Result<Config, Problems> {
    Config::read_with(lookup(set), Baggage::Workspace)
}

fn lookup(set: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
    move |name| {
        let found = set.iter().rev().find(|(other, _)| *other == name);
        found.map(|(_, value)| (*value).to_owned())
    }
}

/// Gives which settings are wrong, once the real ones are changed like this.
fn wrong(changes: &[(&str, &str)]) -> Vec<String> {
    let set = [TOKENS, changes].concat();
    let problems = read(&set).unwrap_err();
    problems
        .iter()
        .map(|problem| problem.name.clone())
        .collect()
}

#[test]
fn with_nothing_set_the_workspace_is_brought_along_and_all_presets_hold() {
    let config = read(&[]).unwrap();
    assert_eq!(
        config.workspace,
        Workspace::BroughtAlong {
            listen: "127.0.0.1:3001".parse().unwrap(),
            unused: vec![]
        }
    );
    assert_eq!(config.command, "/datadog");
    assert_eq!(config.incidents_channel, None);
    assert_eq!(config.listen, "127.0.0.1:3000".parse().unwrap());
    assert_eq!(config.public_url, None);
    assert_eq!(config.database, PathBuf::from("var/incidents.db"));
    assert_eq!(config.log, "info,slack_morphism=warn");
}

#[test]
fn an_empty_value_counts_as_not_set() {
    let empty: Vec<_> = SETTINGS.iter().map(|it| (it.name, " ")).collect();
    assert_eq!(read(&empty), read(&[]));
}

#[test]
fn two_tokens_are_enough_for_a_real_workspace() {
    let Workspace::Named(access) = read(TOKENS).unwrap().workspace else {
        panic!("a token names a workspace");
    };
    assert_eq!(access.api_url, "https://slack.com/api");
    assert_eq!(access.bot_token.reveal(), "xoxb-1-2-abc");
    assert_eq!(access.app_token.unwrap().reveal(), "xapp-1-A-2-abc");
    assert_eq!(access.signing_secret, None);
}

#[test]
fn no_secret_shows_in_what_is_logged_of_the_settings() {
    let shown = format!("{:?}", read(TOKENS).unwrap());
    assert!(
        !shown.contains("xoxb-1") && !shown.contains("xapp-1"),
        "{shown}"
    );
}

#[test]
fn without_a_workspace_brought_along_the_token_is_missing() {
    let problems = Config::read_with(lookup(&[]), Baggage::Nothing).unwrap_err();
    let told = problems.to_string();
    assert!(told.contains("SLACK_BOT_TOKEN is missing."), "{told}");
}

#[test]
fn settings_that_are_of_no_use_without_a_bot_token_are_noted() {
    let config = read(&[("SLACK_APP_TOKEN", "xapp-1-A-2-abc")]).unwrap();
    let Workspace::BroughtAlong { unused, .. } = config.workspace else {
        panic!("no bot token is set");
    };
    assert_eq!(unused, ["SLACK_APP_TOKEN"]);
}

#[test]
fn slack_must_have_a_way_to_reach_the_bot() {
    let told = read(&TOKENS[..1]).unwrap_err().to_string();
    assert!(told.contains("SLACK_APP_TOKEN is missing"), "{told}");
    assert!(told.contains("SLACK_SIGNING_SECRET"), "{told}");
}

#[test]
fn swapped_tokens_are_recognised_and_not_quoted() {
    let set = [
        ("SLACK_BOT_TOKEN", "xapp-1-A-2-abc"),
        ("SLACK_APP_TOKEN", "xoxb-1-2-abc"),
        ("SLACK_SIGNING_SECRET", "xoxb-1-2-abc"),
    ];
    let told = read(&set).unwrap_err().to_string();
    assert!(told.contains("belongs in SLACK_APP_TOKEN"), "{told}");
    assert!(told.contains("belongs in SLACK_BOT_TOKEN"), "{told}");
    assert!(told.contains("SLACK_SIGNING_SECRET is a token"), "{told}");
    assert!(
        !told.contains("xoxb-1") && !told.contains("xapp-1"),
        "{told}"
    );
}

#[test]
fn everything_wrong_is_told_together() {
    let changes = [
        ("SLACK_BOT_TOKEN", "xoxp-1-2"),
        ("SLACK_API_URL", "http://slack.example.com/api"),
        ("SLASH_COMMAND", "datadog"),
        ("INCIDENTS_CHANNEL", "one, two"),
        ("LISTEN_ADDR", "3000"),
        ("PUBLIC_URL", "muster.example.com"),
        ("DATABASE_PATH", "var/"),
        ("RUST_LOG", "muster=loud"),
        ("SANDBOX_ADDR", "here"),
    ];
    let mut expected: Vec<_> = changes.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut told = wrong(&changes);
    expected.sort();
    told.sort();
    assert_eq!(told, expected);
}

#[test]
fn tokens_go_over_plain_http_to_this_machine_only() {
    for good in [
        "https://slack.com/api",
        "http://127.0.0.1:3001/api/",
        "http://localhost:1/api",
        "http://[::1]:3001/api",
    ] {
        let set = [TOKENS, &[("SLACK_API_URL", good)]].concat();
        let Workspace::Named(access) = read(&set).unwrap().workspace else {
            panic!("a token names a workspace");
        };
        assert_eq!(access.api_url, good.trim_end_matches('/'));
    }
    for bad in [
        "http://slack.com/api",
        "http://127.0.0.1.example.com/api",
        "http://127.0.0.1@example.com/api",
        "ftp://127.0.0.1/api",
        "slack.com/api",
        "https://slack.com/api?x=1",
    ] {
        assert_eq!(wrong(&[("SLACK_API_URL", bad)]), ["SLACK_API_URL"], "{bad}");
    }
}

#[test]
fn a_channel_is_named_with_or_without_its_sign() {
    for (set, expected) in [
        ("#incidents", "incidents"),
        ("incidents", "incidents"),
        ("C0123456789", "C0123456789"),
        ("störungen", "störungen"),
    ] {
        let config = read(&[("INCIDENTS_CHANNEL", set)]).unwrap();
        assert_eq!(config.incidents_channel.as_deref(), Some(expected));
    }
}

#[test]
fn a_command_is_one_word_with_a_slash() {
    assert_eq!(read(&[("SLASH_COMMAND", "/dd")]).unwrap().command, "/dd");
    for bad in [
        "dd",
        "/",
        "/two words",
        "/Datadog",
        "//dd",
        &format!("/{}", "d".repeat(32)),
    ] {
        assert_eq!(wrong(&[("SLASH_COMMAND", bad)]), ["SLASH_COMMAND"], "{bad}");
    }
}

#[test]
fn localhost_is_an_address() {
    let config = read(&[("LISTEN_ADDR", "localhost:0")]).unwrap();
    assert_eq!(config.listen, "127.0.0.1:0".parse().unwrap());
}

#[test]
fn the_manifest_needs_no_tokens_and_prefers_socket_mode_when_that_is_set_up() {
    let url = ("PUBLIC_URL", "https://muster.example.com/");
    let made = |set: &[(&str, &str)], typed| ManifestSettings::read(lookup(set), typed).unwrap();
    assert_eq!(made(&[], None).url, None);
    assert_eq!(
        made(&[("SLACK_BOT_TOKEN", "nonsense")], None).command,
        "/datadog"
    );
    assert_eq!(
        made(&[url], None).url.as_deref(),
        Some("https://muster.example.com")
    );
    assert_eq!(made(&[url, TOKENS[1]], None).url, None);
    let typed = made(&[url], Some("https://other.example.com"));
    assert_eq!(typed.url.as_deref(), Some("https://other.example.com"));

    let told = ManifestSettings::read(lookup(&[]), Some("other.example.com")).unwrap_err();
    assert!(
        told.to_string().contains("--url is \"other.example.com\""),
        "{told}"
    );
}
