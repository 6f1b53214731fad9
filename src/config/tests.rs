//! Valid and invalid values of the variables, and the error messages.
#![allow(clippy::unwrap_used)]

use super::*;

const TOKENS: &[(&str, &str)] = &[
    ("SLACK_BOT_TOKEN", "xoxb-1-2-abc"),
    ("SLACK_APP_TOKEN", "xapp-1-A-2-abc"),
];

fn read_config(variables: &[(&str, &str)]) -> Result<Config, Problems> {
    Config::read_with(lookup(variables), SandboxSupport::Included)
}

fn lookup(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
    move |name| {
        let variable = variables.iter().rev().find(|(other, _)| *other == name);
        variable.map(|(_, value)| (*value).to_owned())
    }
}

/// Returns the names of the invalid variables, after changes to a valid configuration.
fn invalid_variables(changes: &[(&str, &str)]) -> Vec<String> {
    let variables = [TOKENS, changes].concat();
    let problems = read_config(&variables).unwrap_err();
    problems
        .iter()
        .map(|problem| problem.name.clone())
        .collect()
}

#[test]
fn sandbox_and_defaults_apply_when_no_variable_is_set() {
    let config = read_config(&[]).unwrap();
    assert_eq!(
        config.workspace,
        Workspace::Sandbox {
            listen: "127.0.0.1:3001".parse().unwrap(),
            unused: vec![]
        }
    );
    assert_eq!(config.command, "/datadog");
    assert_eq!(config.incidents_channel, None);
    assert_eq!(config.listen, "127.0.0.1:3000".parse().unwrap());
    assert_eq!((config.public_url, config.operations), (None, None));
    assert_eq!(config.database, PathBuf::from("var/incidents.db"));
    assert_eq!(config.log, "info,slack_morphism=warn");
}

#[test]
fn empty_value_counts_as_unset() {
    let empty: Vec<_> = VARIABLES.iter().map(|it| (it.name, " ")).collect();
    assert_eq!(read_config(&empty), read_config(&[]));
}

#[test]
fn two_tokens_configure_a_slack_workspace() {
    let Workspace::Slack(credentials) = read_config(TOKENS).unwrap().workspace else {
        panic!("expected a Slack workspace");
    };
    assert_eq!(credentials.api_url, "https://slack.com/api");
    assert_eq!(credentials.bot_token.reveal(), "xoxb-1-2-abc");
    assert_eq!(credentials.app_token.unwrap().reveal(), "xapp-1-A-2-abc");
    assert_eq!(credentials.signing_secret, None);
}

#[test]
fn debug_output_contains_no_secrets() {
    let text = format!("{:?}", read_config(TOKENS).unwrap());
    assert!(
        !text.contains("xoxb-1") && !text.contains("xapp-1"),
        "{text}"
    );
}

#[test]
fn bot_token_is_required_when_the_sandbox_is_not_built_in() {
    let problems = Config::read_with(lookup(&[]), SandboxSupport::Excluded).unwrap_err();
    let message = problems.to_string();
    assert!(message.contains("SLACK_BOT_TOKEN is missing."), "{message}");
}

#[test]
fn variables_unused_without_a_bot_token_are_reported() {
    let config = read_config(&[("SLACK_APP_TOKEN", "xapp-1-A-2-abc")]).unwrap();
    let Workspace::Sandbox { unused, .. } = config.workspace else {
        panic!("expected the sandbox");
    };
    assert_eq!(unused, ["SLACK_APP_TOKEN"]);
}

#[test]
fn app_token_or_signing_secret_is_required() {
    let message = read_config(&TOKENS[..1]).unwrap_err().to_string();
    assert!(message.contains("SLACK_APP_TOKEN is missing"), "{message}");
    assert!(message.contains("SLACK_SIGNING_SECRET"), "{message}");
}

#[test]
fn swapped_tokens_are_detected_and_not_printed() {
    let variables = [
        ("SLACK_BOT_TOKEN", "xapp-1-A-2-abc"),
        ("SLACK_APP_TOKEN", "xoxb-1-2-abc"),
        ("SLACK_SIGNING_SECRET", "xoxb-1-2-abc"),
    ];
    let message = read_config(&variables).unwrap_err().to_string();
    assert!(message.contains("belongs in SLACK_APP_TOKEN"), "{message}");
    assert!(message.contains("belongs in SLACK_BOT_TOKEN"), "{message}");
    assert!(
        message.contains("SLACK_SIGNING_SECRET is a token"),
        "{message}"
    );
    assert!(
        !message.contains("xoxb-1") && !message.contains("xapp-1"),
        "{message}"
    );
}

#[test]
fn invalid_variables_are_reported_together() {
    let changes = [
        ("SLACK_BOT_TOKEN", "xoxp-1-2"),
        ("SLACK_API_URL", "http://slack.example.com/api"),
        ("SLASH_COMMAND", "datadog"),
        ("INCIDENTS_CHANNEL", "one, two"),
        ("LISTEN_ADDR", "3000"),
        ("OPS_ADDR", "9090"),
        ("PUBLIC_URL", "muster.example.com"),
        ("DATABASE_PATH", "var/"),
        ("RUST_LOG", "muster=loud"),
        ("SANDBOX_ADDR", "here"),
    ];
    let mut expected: Vec<_> = changes.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut message = invalid_variables(&changes);
    expected.sort();
    message.sort();
    assert_eq!(message, expected);
}

#[test]
fn api_url_accepts_plain_http_only_for_loopback_hosts() {
    for good in [
        "https://slack.com/api",
        "http://127.0.0.1:3001/api/",
        "http://localhost:1/api",
        "http://[::1]:3001/api",
    ] {
        let variables = [TOKENS, &[("SLACK_API_URL", good)]].concat();
        let Workspace::Slack(credentials) = read_config(&variables).unwrap().workspace else {
            panic!("expected a Slack workspace");
        };
        assert_eq!(credentials.api_url, good.trim_end_matches('/'));
    }
    for bad in [
        "http://slack.com/api",
        "http://127.0.0.1.example.com/api",
        "http://127.0.0.1@example.com/api",
        "ftp://127.0.0.1/api",
        "slack.com/api",
        "https://slack.com/api?x=1",
    ] {
        assert_eq!(
            invalid_variables(&[("SLACK_API_URL", bad)]),
            ["SLACK_API_URL"],
            "{bad}"
        );
    }
}

#[test]
fn channel_name_is_accepted_with_or_without_hash() {
    for (variables, expected) in [
        ("#incidents", "incidents"),
        ("incidents", "incidents"),
        ("C0123456789", "C0123456789"),
        ("störungen", "störungen"),
    ] {
        let config = read_config(&[("INCIDENTS_CHANNEL", variables)]).unwrap();
        assert_eq!(config.incidents_channel.as_deref(), Some(expected));
    }
}

#[test]
fn slash_command_is_one_lowercase_word_with_a_slash() {
    assert_eq!(
        read_config(&[("SLASH_COMMAND", "/dd")]).unwrap().command,
        "/dd"
    );
    for bad in [
        "dd",
        "/",
        "/two words",
        "/Datadog",
        "//dd",
        &format!("/{}", "d".repeat(32)),
    ] {
        assert_eq!(
            invalid_variables(&[("SLASH_COMMAND", bad)]),
            ["SLASH_COMMAND"],
            "{bad}"
        );
    }
}

#[test]
fn localhost_is_accepted_as_listen_address() {
    let config = read_config(&[("LISTEN_ADDR", "localhost:0")]).unwrap();
    assert_eq!(config.listen, "127.0.0.1:0".parse().unwrap());
}

#[test]
fn operations_need_an_address_of_their_own() {
    let config = read_config(&[("OPS_ADDR", "localhost:9090")]).unwrap();
    assert_eq!(config.operations, Some("127.0.0.1:9090".parse().unwrap()));
    let any_port = [("LISTEN_ADDR", "127.0.0.1:0"), ("OPS_ADDR", "127.0.0.1:0")];
    assert!(read_config(&any_port).is_ok());
    let message = read_config(&[("OPS_ADDR", "localhost:3000")]).unwrap_err();
    assert!(
        message
            .to_string()
            .contains("OPS_ADDR is the same as LISTEN_ADDR. Use another port"),
        "{message}"
    );
}

#[test]
fn manifest_needs_no_tokens_and_prefers_socket_mode() {
    let url = ("PUBLIC_URL", "https://muster.example.com/");
    let made = |variables: &[(&str, &str)], url| {
        let request = ManifestRequest {
            url,
            sign_in: false,
        };
        ManifestConfig::read(lookup(variables), request).unwrap()
    };
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
    let overridden = made(&[url], Some("https://other.example.com"));
    assert_eq!(overridden.url.as_deref(), Some("https://other.example.com"));

    let request = ManifestRequest {
        url: Some("other.example.com"),
        sign_in: true,
    };
    let message = ManifestConfig::read(lookup(&[]), request).unwrap_err();
    assert!(
        message
            .to_string()
            .contains("--url is \"other.example.com\""),
        "{message}"
    );
}

#[test]
fn manifest_with_sign_in_needs_the_address_of_the_pages() {
    let read = |variables: &[(&str, &str)], url| {
        let request = ManifestRequest { url, sign_in: true };
        ManifestConfig::read(lookup(variables), request)
    };
    let url = ("PUBLIC_URL", "https://muster.example.com/");
    // In Socket Mode too, browsers are sent back to the pages.
    let config = read(&[url, TOKENS[1]], None).unwrap();
    assert_eq!(config.url, None);
    assert_eq!(
        config.sign_in_url.as_deref(),
        Some("https://muster.example.com")
    );
    let message = read(&[], None).unwrap_err().to_string();
    assert!(
        message.contains("PUBLIC_URL is missing. --sign-in"),
        "{message}"
    );
    assert!(read(&[("PUBLIC_URL", "http://10.0.0.1")], None).is_err());
}

#[test]
fn sign_in_with_slack_needs_both_credentials_and_https() {
    let (id, secret) = (
        ("SLACK_CLIENT_ID", "1.2"),
        ("SLACK_CLIENT_SECRET", "c0ffee"),
    );
    let url = ("PUBLIC_URL", "https://muster.example.com");
    let config = read_config(&[TOKENS, &[id, secret, url]].concat()).unwrap();
    assert!(!format!("{config:?}").contains("c0ffee"));
    let Workspace::Slack(credentials) = config.workspace else {
        panic!("expected a Slack workspace");
    };
    assert_eq!(credentials.client.unwrap().id, "1.2");
    assert_eq!(invalid_variables(&[id, url]), ["SLACK_CLIENT_SECRET"]);
    assert_eq!(invalid_variables(&[secret, url]), ["SLACK_CLIENT_ID"]);
    assert_eq!(invalid_variables(&[id, secret]), ["PUBLIC_URL"]);
    let plain = ("PUBLIC_URL", "http://10.0.0.1:3000");
    assert_eq!(invalid_variables(&[id, secret, plain]), ["PUBLIC_URL"]);
    let swapped = [
        ("SLACK_CLIENT_ID", "c0ffee"),
        ("SLACK_CLIENT_SECRET", "1.2"),
        url,
    ];
    assert_eq!(
        invalid_variables(&swapped),
        ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"]
    );
    // The address of a bot on this machine.
    let local = ("PUBLIC_URL", "http://127.0.0.1:3000");
    assert!(read_config(&[TOKENS, &[id, secret, local]].concat()).is_ok());
}
