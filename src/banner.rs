//! What is said on stdout when the bot serves: where everything is.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::config::{Access, Config};

/// Where everything is, once the bot serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    slack: String,
    ready: String,
    store: PathBuf,
}

impl Banner {
    /// Gives the banner of a bot that serves a named workspace.
    pub fn named(config: &Config, access: &Access, address: SocketAddr) -> Self {
        let http = config.public_url.clone().unwrap_or_else(|| url(address));
        let ways = match (&access.app_token, &access.signing_secret) {
            (Some(_), Some(_)) => format!("(Socket Mode, and HTTP at {http}/slack/…)"),
            (Some(_), None) => "(Socket Mode)".to_owned(),
            (None, _) => format!("(HTTP at {http}/slack/…)"),
        };
        Self::new(config, address, format!("{:<28} {ways}", access.api_url))
    }

    /// Gives the banner of a bot that brought its workspace along.
    pub fn brought_along(config: &Config, page: &str, address: SocketAddr) -> Self {
        let slack = format!("{page:<28} (a sandbox: SLACK_BOT_TOKEN is not set)");
        Self::new(config, address, slack)
    }

    fn new(config: &Config, address: SocketAddr, slack: String) -> Self {
        Self {
            slack,
            ready: format!("{}/readyz", url(address)),
            store: shown(&config.database),
        }
    }
}

impl fmt::Display for Banner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Slack       {}", self.slack)?;
        writeln!(f, "Health      {}", self.ready)?;
        write!(f, "Store       {}", self.store.display())
    }
}

/// Gives the address at which this machine reaches a port that we listen on.
pub fn url(listening: SocketAddr) -> String {
    let mut address = listening;
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    format!("http://{address}")
}

fn shown(path: &Path) -> PathBuf {
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

    fn read(set: &[(&str, &str)]) -> Config {
        let find = |name: &str| set.iter().find(|(other, _)| *other == name);
        Config::read(|name| find(name).map(|(_, value)| (*value).to_owned())).unwrap()
    }

    #[test]
    fn the_banner_says_where_everything_is() {
        let mut set = vec![
            ("SLACK_BOT_TOKEN", "xoxb-1"),
            ("SLACK_APP_TOKEN", "xapp-1"),
            ("LISTEN_ADDR", "0.0.0.0:3000"),
        ];
        let config = read(&set);
        let Workspace::Named(access) = &config.workspace else {
            panic!("a token names a workspace");
        };
        assert_eq!(
            Banner::named(&config, access, config.listen).to_string(),
            "Slack       https://slack.com/api        (Socket Mode)\n\
             Health      http://127.0.0.1:3000/readyz\n\
             Store       ./var/incidents.db"
        );

        set[1] = ("SLACK_SIGNING_SECRET", "abc");
        set.push(("PUBLIC_URL", "https://muster.example.com/"));
        let config = read(&set);
        let Workspace::Named(access) = &config.workspace else {
            panic!("a token names a workspace");
        };
        let banner = Banner::named(&config, access, config.listen).to_string();
        let way = "(HTTP at https://muster.example.com/slack/…)";
        assert!(banner.contains(way), "{banner}");
    }

    #[cfg(feature = "sandbox")]
    #[test]
    fn a_workspace_that_was_brought_along_is_named_as_such() {
        let config = read(&[("DATABASE_PATH", "/srv/incidents.db")]);
        let page = "http://127.0.0.1:3001";
        assert_eq!(
            Banner::brought_along(&config, page, config.listen).to_string(),
            "Slack       http://127.0.0.1:3001        (a sandbox: SLACK_BOT_TOKEN is not set)\n\
             Health      http://127.0.0.1:3000/readyz\n\
             Store       /srv/incidents.db"
        );
    }
}
