//! Valid and invalid values of the variables of Confluence and Datadog.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::{Config, Problems};

const CLOUD: [(&str, &str); 4] = [
    ("CONFLUENCE_URL", "https://acme.atlassian.net/wiki/"),
    ("CONFLUENCE_USER", "bob@example.com"),
    ("CONFLUENCE_TOKEN", "s3cret"),
    ("CONFLUENCE_SPACE", "OPS"),
];

const DATA_CENTER: [(&str, &str); 4] = [
    ("CONFLUENCE_URL", "https://wiki.example.com/confluence"),
    ("CONFLUENCE_TOKEN", "s3cret"),
    ("CONFLUENCE_SPACE", "~bob"),
    ("CONFLUENCE_PARENT", "123456"),
];

/// Reads a configuration in which only these variables are set.
fn read_config(variables: &[(&str, &str)]) -> Result<Config, Problems> {
    let token = [("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_APP_TOKEN", "xapp-1")];
    let find = |name: &str| {
        let mut candidates = variables.iter().rev().chain(&token);
        candidates.find(|(other, _)| *other == name)
    };
    Config::read(|name| find(name).map(|(_, value)| (*value).to_owned()))
}

/// Returns the problems as `name message` after changes to a valid configuration.
fn problems(variables: &[(&str, &str)], change: (&str, &str)) -> Vec<String> {
    let problems = read_config(&[variables, &[change]].concat()).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn confluence_and_datadog_are_optional() {
    let config = read_config(&[("DATADOG_API_URL", "https://api.datadoghq.com")]).unwrap();
    assert_eq!((config.confluence, config.datadog), (None, None));
}

#[test]
fn mail_address_selects_confluence_cloud() {
    let config = read_config(&CLOUD).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
    let confluence = config.confluence.unwrap();
    assert_eq!(confluence.url, "https://acme.atlassian.net");
    assert_eq!(confluence.user.as_deref(), Some("bob@example.com"));
    let confluence = read_config(&DATA_CENTER).unwrap().confluence.unwrap();
    assert_eq!(confluence.url, "https://wiki.example.com/confluence");
    assert_eq!(confluence.user, None);
    assert_eq!(confluence.parent.as_deref(), Some("123456"));
}

#[test]
fn incomplete_confluence_is_a_problem() {
    for missing in CONFLUENCE {
        let reported = problems(&DATA_CENTER, (missing, ""));
        let [problem] = &reported[..] else {
            panic!("{reported:?}");
        };
        assert!(
            problem.starts_with(&format!("{missing} is missing, although CONFLUENCE_")),
            "{problem}"
        );
    }
    let parent = [("CONFLUENCE_PARENT", "1")];
    assert_eq!(problems(&parent, ("CONFLUENCE_USER", "")).len(), 3);
    let reported = problems(&CLOUD, ("CONFLUENCE_USER", ""));
    assert!(
        reported[0].starts_with("CONFLUENCE_USER is missing."),
        "{reported:?}"
    );
}

#[test]
fn wrong_values_are_explained_without_the_secret() {
    for (name, value, part) in [
        (
            "CONFLUENCE_URL",
            "http://wiki.example.com",
            "secure address",
        ),
        ("CONFLUENCE_USER", "bob", "isn't a mail address"),
        ("CONFLUENCE_TOKEN", "s3 cret", "Copy it again."),
        ("CONFLUENCE_SPACE", "Operations Team", "key of a space"),
        ("CONFLUENCE_PARENT", "Postmortems", "ID of a page"),
        (
            "DATADOG_API_URL",
            "http://api.datadoghq.com",
            "isn't secure",
        ),
        ("DATADOG_API_KEY", "s3 cret", "Copy it again."),
    ] {
        let reported = problems(&CLOUD, (name, value)).join("\n");
        assert!(
            reported.starts_with(name) && reported.contains(part),
            "{reported}"
        );
        assert!(!reported.contains("s3"), "{reported}");
    }
}

#[test]
fn datadog_needs_both_keys() {
    let keys = [("DATADOG_API_KEY", "k3y"), ("DATADOG_APP_KEY", "app")];
    let config = read_config(&keys).unwrap();
    assert!(!format!("{config:?}").contains("k3y"));
    assert_eq!(config.datadog.unwrap().api_url, "https://api.datadoghq.com");
    for missing in DATADOG {
        let reported = problems(&keys, (missing, ""));
        assert!(
            reported[0].starts_with(&format!("{missing} is missing")),
            "{reported:?}"
        );
        assert_eq!(reported.len(), 1);
    }
}
