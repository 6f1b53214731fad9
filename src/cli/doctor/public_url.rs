//! Checks of `PUBLIC_URL`: that it is safe, that it leads to this bot, and that the proxy in between keeps what
//! the pages need.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};

use crate::cli::report::Report;
use crate::config::Config;
use crate::http::probe::{ProbeReply, STREAM_DURATION, proof};
use crate::store::{Snapshot, StoreStatus, inspect};

/// How long a response may take.
const TIMEOUT: Duration = Duration::from_secs(8);

/// The checks of one URL.
struct PublicUrl<'c> {
    /// The URL, without a trailing `/`.
    url: &'c str,
    config: &'c Config,
    client: Client,
    /// A text that no earlier response contains.
    nonce: String,
}

impl Report {
    /// Checks `PUBLIC_URL`, if it is set.
    pub(super) async fn check_public_url(&mut self, config: &Config) {
        let Some(url) = config.public_url.as_deref() else {
            return;
        };
        self.check_scheme(url);
        let Some(store_id) = running_store(&config.database) else {
            let message = format!(
                "Not checked, because the bot isn't running. Start it, then run `muster doctor` again to check that {url} \
                 leads to it."
            );
            return self.warn("Pages", message);
        };
        let client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT);
        let client = match client.build() {
            Ok(client) => client,
            Err(error) => return self.fail("Pages", format!("Can't set up TLS: {error}.")),
        };
        let checked = PublicUrl {
            url,
            config,
            client,
            nonce: format!("{:032x}", rand::random::<u128>()),
        };
        match checked.reach(&store_id).await {
            Ok(reply) => {
                self.pass("Pages", format!("{url} leads to this bot."));
                self.check_host(&checked, &reply);
                self.check_stream(&checked).await;
                self.check_operations(&checked).await;
            }
            Err(message) => self.fail("Pages", message),
        }
    }

    fn check_scheme(&mut self, url: &str) {
        let is_local = |host: &str| {
            let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        };
        let parsed = Url::parse(url).ok();
        let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
        if url.starts_with("https://") {
            self.pass("PUBLIC_URL", format!("{url} is encrypted."));
        } else if is_local(host) {
            self.pass("PUBLIC_URL", format!("{url} is this machine only."));
        } else {
            let message = format!(
                "{url} isn't encrypted: the cookie of a session isn't Secure, and anyone on the network between can \
                 copy it. Put a proxy with TLS in front and set PUBLIC_URL to its https:// address."
            );
            self.warn("PUBLIC_URL", message);
        }
    }

    fn check_host(&mut self, checked: &PublicUrl<'_>, reply: &ProbeReply) {
        let expected = authority(checked.url);
        if reply.host.eq_ignore_ascii_case(&expected) {
            return self.pass("Host header", format!("The bot receives {expected}."));
        }
        let message = format!(
            "The proxy sends {:?} to the bot instead of {expected:?}. Let it keep the header Host (nginx: proxy_set_header \
             Host $http_host; Apache: ProxyPreserveHost On). Without it, the check that a form comes from a page is weaker \
             in old browsers.",
            reply.host
        );
        self.warn("Host header", message);
    }

    /// Checks that an event arrives when it is sent, not when the stream ends.
    async fn check_stream(&mut self, checked: &PublicUrl<'_>) {
        match checked.event_lead().await {
            Ok(lead) if lead >= STREAM_DURATION / 2 => {
                self.pass("Live updates", "Events arrive at once.");
            }
            Ok(_) => {
                let message = "The proxy holds events back until the response ends, so open pages don't show changes. \
                               Turn buffering off for text/event-stream (nginx: proxy_buffering off, and don't ignore \
                               the header X-Accel-Buffering), and don't compress it.";
                self.fail("Live updates", message);
            }
            Err(message) => self.fail("Live updates", message),
        }
    }

    /// Checks that readers of the pages cannot read the metrics.
    async fn check_operations(&mut self, checked: &PublicUrl<'_>) {
        match checked.get("/metrics").await {
            Ok(response) if response.status() == StatusCode::OK => {
                let url = checked.url;
                let message = format!(
                    "{url}/metrics and {url}/readyz can be read by everyone who reaches the pages. Set OPS_ADDR to serve \
                     them on a port of their own, or let the proxy reject both paths."
                );
                self.warn("Metrics", message);
            }
            Ok(_) | Err(_) => self.pass("Metrics", "Not readable at PUBLIC_URL."),
        }
    }
}

impl PublicUrl<'_> {
    /// Requests the probe. Fails with the end of the check's message.
    async fn reach(&self, store_id: &str) -> Result<ProbeReply, String> {
        let response = self.get(&format!("/probe/{}", self.nonce)).await?;
        let status = response.status();
        let listen = self.config.listen;
        if status.is_redirection() {
            let target = response.headers().get("location");
            let target = target
                .and_then(|target| target.to_str().ok())
                .unwrap_or("another address");
            return Err(format!(
                "{} redirects to {target}. Set PUBLIC_URL to the address that browsers end up at; if it asks for a sign-in \
                 of its own, let paths below /slack/ and /probe/ through.",
                self.url
            ));
        }
        if status.is_server_error() {
            return Err(format!(
                "{} answers {status}: the proxy doesn't reach the bot. Forward it to LISTEN_ADDR, {listen}, and check \
                 that the bot runs there.",
                self.url
            ));
        }
        let reply: Option<ProbeReply> = response.json().await.ok();
        match reply {
            Some(reply) if reply.proof == proof(store_id, &self.nonce) => Ok(reply),
            Some(_) => Err(format!(
                "{} leads to another Muster, with another database than {}. Forward it to LISTEN_ADDR of this bot, \
                 {listen}.",
                self.url,
                self.config.database.display()
            )),
            None => Err(format!(
                "{} leads to another program, which answers {status}. Forward all paths of it to LISTEN_ADDR, {listen}.",
                self.url
            )),
        }
    }

    /// Returns how long before the end of the stream its event arrived.
    async fn event_lead(&self) -> Result<Duration, String> {
        let mut response = self.get(&format!("/probe/{}/events", self.nonce)).await?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(format!(
                "The proxy answers {status} to the path of events. Forward all paths to LISTEN_ADDR."
            ));
        }
        let mut arrived_at = None;
        let failed =
            |error: reqwest::Error| format!("The stream of events broke: {}.", cause(&error));
        while response.chunk().await.map_err(failed)?.is_some() {
            arrived_at.get_or_insert_with(Instant::now);
        }
        Ok(arrived_at.map_or(Duration::ZERO, |at| at.elapsed()))
    }

    async fn get(&self, path: &str) -> Result<Response, String> {
        let response = self.client.get(format!("{}{path}", self.url)).send().await;
        response.map_err(|error| {
            format!(
                "Can't reach {} from this machine: {}. Check its DNS name, the certificate, the proxy and the firewall. If \
                 browsers elsewhere reach it, only this machine doesn't reach its own public address.",
                self.url,
                cause(&error)
            )
        })
    }
}

/// Returns the ID of the store that a running bot uses; `None` if no bot runs.
fn running_store(database: &Path) -> Option<String> {
    let is_running = matches!(inspect(database), StoreStatus::InUse);
    let snapshot = Snapshot::open(database).ok().filter(|_| is_running)?;
    snapshot.store_id().ok()
}

/// Returns the header `Host` that a browser sends for a URL.
fn authority(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
    match parsed.as_ref().and_then(Url::port) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Returns the innermost cause of an error: "connection refused" instead of "error sending request".
fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", TIMEOUT.as_secs());
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
