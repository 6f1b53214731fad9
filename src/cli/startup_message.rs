//! The startup message on stdout: the addresses of the bot and the path of its store.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::config::{Config, SlackCredentials};

/// Addresses and paths that are printed at startup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartupMessage {
    slack: String,
    /// The address of the pages, and how to sign in; `None` if there are none.
    pages: Option<String>,
    health: String,
    store: PathBuf,
}

/// The addresses that the bot listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The address of the pages and of Slack's requests.
    pub main: SocketAddr,
    /// The address of `/metrics` and `/readyz`.
    pub operations: SocketAddr,
}

impl StartupMessage {
    /// Creates the message for a Slack workspace.
    pub fn for_slack(
        config: &Config,
        credentials: &SlackCredentials,
        addresses: Addresses,
    ) -> Self {
        let http = config
            .public_url
            .clone()
            .unwrap_or_else(|| local_url(addresses.main));
        let transports = match (&credentials.app_token, &credentials.signing_secret) {
            (Some(_), Some(_)) => format!("(Socket Mode, and HTTP at {http}/slack/…)"),
            (Some(_), None) => "(Socket Mode)".to_owned(),
            (None, _) => format!("(HTTP at {http}/slack/…)"),
        };
        let slack = format!("{:<28} {transports}", credentials.api_url);
        Self {
            slack,
            ..Self::new(config, addresses, config.public_url.as_deref())
        }
    }

    /// Creates the message for the sandbox.
    #[cfg(feature = "sandbox")]
    pub fn for_sandbox(config: &Config, page: &str, addresses: Addresses) -> Self {
        let local = local_url(addresses.main);
        let pages = config.public_url.as_ref().unwrap_or(&local);
        Self {
            slack: format!("{page:<28} (a sandbox: SLACK_BOT_TOKEN is not set)"),
            ..Self::new(config, addresses, Some(pages))
        }
    }

    fn new(config: &Config, addresses: Addresses, pages: Option<&str>) -> Self {
        let sign_in = format!("(sign in: type {} web in Slack)", config.command);
        Self {
            slack: String::new(),
            pages: pages.map(|url| format!("{url:<28} {sign_in}")),
            health: format!("{}/readyz", local_url(addresses.operations)),
            store: display_path(&config.database),
        }
    }
}

impl fmt::Display for StartupMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Slack       {}", self.slack)?;
        if let Some(pages) = &self.pages {
            writeln!(f, "Pages       {pages}")?;
        }
        writeln!(f, "Health      {}", self.health)?;
        write!(f, "Store       {}", self.store.display())
    }
}

/// Returns the URL of a listening port on this machine.
pub fn local_url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    format!("http://{address}")
}

fn display_path(path: &Path) -> PathBuf {
    if path.is_absolute() || path.starts_with(".") || path.starts_with("..") {
        path.to_owned()
    } else {
        Path::new(".").join(path)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::Workspace;

    fn read_config(variables: &[(&str, &str)]) -> Config {
        let find = |name: &str| variables.iter().find(|(other, _)| *other == name);
        Config::read(|name| find(name).map(|(_, value)| (*value).to_owned())).unwrap()
    }

    fn addresses(config: &Config) -> Addresses {
        Addresses {
            main: config.listen,
            operations: config.operations.unwrap_or(config.listen),
        }
    }

    #[test]
    fn startup_message_lists_all_addresses() {
        let mut variables = vec![
            ("SLACK_BOT_TOKEN", "xoxb-1"),
            ("SLACK_APP_TOKEN", "xapp-1"),
            ("LISTEN_ADDR", "0.0.0.0:3000"),
        ];
        let config = read_config(&variables);
        let Workspace::Slack(credentials) = &config.workspace else {
            panic!("expected a Slack workspace");
        };
        assert_eq!(
            StartupMessage::for_slack(&config, credentials, addresses(&config)).to_string(),
            "Slack       https://slack.com/api        (Socket Mode)\n\
             Health      http://127.0.0.1:3000/readyz\n\
             Store       ./var/incidents.db"
        );

        variables[1] = ("SLACK_SIGNING_SECRET", "abc");
        variables.push(("PUBLIC_URL", "https://muster.example.com/"));
        variables.push(("OPS_ADDR", "127.0.0.1:9090"));
        let config = read_config(&variables);
        let Workspace::Slack(credentials) = &config.workspace else {
            panic!("expected a Slack workspace");
        };
        let message = StartupMessage::for_slack(&config, credentials, addresses(&config));
        let message = message.to_string();
        let transport = "(HTTP at https://muster.example.com/slack/…)";
        assert!(message.contains(transport), "{message}");
        let pages = "Pages       https://muster.example.com   (sign in: type /datadog web in Slack)\n\
             Health      http://127.0.0.1:9090/readyz\n";
        assert!(message.contains(pages), "{message}");
    }

    #[cfg(feature = "sandbox")]
    #[test]
    fn startup_message_labels_the_sandbox() {
        let config = read_config(&[("DATABASE_PATH", "/srv/incidents.db")]);
        let page = "http://127.0.0.1:3001";
        assert_eq!(
            StartupMessage::for_sandbox(&config, page, addresses(&config)).to_string(),
            "Slack       http://127.0.0.1:3001        (a sandbox: SLACK_BOT_TOKEN is not set)\n\
             Pages       http://127.0.0.1:3000        (sign in: type /datadog web in Slack)\n\
             Health      http://127.0.0.1:3000/readyz\n\
             Store       /srv/incidents.db"
        );
    }
}
