//! `muster doctor` with `PUBLIC_URL`: what a running bot looks like through good and bad proxies.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::Path;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use chrono::Utc;
use futures_util::stream::unfold;
use muster::cli::doctor::run_checks;
use muster_domain::Timestamp;
use muster_sandbox::{Limits, Sandbox};
use reqwest::Client;
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::binary::muster;
use crate::support::process::Process;
use crate::support::transport::Transport;
use crate::support::workspace::{environment, start_workspace};

/// The error of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    RewritesHost,
    Buffers,
    AnswersItself(StatusCode),
    LeadsToAnotherMuster,
}

#[derive(Clone)]
struct Proxy {
    upstream: String,
    fault: Fault,
    client: Client,
}

/// Starts a proxy in front of a bot. Returns its URL.
async fn start_proxy(upstream: &str, fault: Fault) -> String {
    let proxy = Proxy {
        upstream: upstream.to_owned(),
        fault,
        client: Client::new(),
    };
    let router = Router::new().fallback(forward).with_state(proxy);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn forward(State(proxy): State<Proxy>, request: Request) -> Response {
    match proxy.fault {
        Fault::AnswersItself(StatusCode::FOUND) => {
            let target = [(header::LOCATION, "https://login.example.com/")];
            return (StatusCode::FOUND, target).into_response();
        }
        Fault::AnswersItself(status) => return status.into_response(),
        Fault::LeadsToAnotherMuster => {
            return Json(json!({ "proof": "00", "host": "" })).into_response();
        }
        Fault::None | Fault::RewritesHost | Fault::Buffers => {}
    }
    let mut sent = proxy
        .client
        .get(format!("{}{}", proxy.upstream, request.uri()));
    let host = &request.headers()[header::HOST];
    if proxy.fault != Fault::RewritesHost {
        sent = sent.header(header::HOST, host);
    }
    let sent = sent.header("x-forwarded-for", HeaderValue::from_static("203.0.113.7"));
    let received = sent.send().await.unwrap();
    let (status, mut headers) = (received.status(), received.headers().clone());
    // The framing of the body is that of this connection.
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    let chunks = unfold(received, |mut received| async {
        let chunk = received.chunk().await.unwrap()?;
        Some((Ok::<_, Infallible>(chunk), received))
    });
    let mut body = Body::from_stream(chunks);
    if proxy.fault == Fault::Buffers {
        body = Body::from(to_bytes(body, usize::MAX).await.unwrap());
    }
    let mut response = (status, body).into_response();
    response.headers_mut().extend(headers);
    response
}

/// A running bot, and the configuration of `muster doctor`.
struct Deployment {
    _slack: Sandbox,
    variables: HashMap<&'static str, String>,
    bot: Process,
    _folder: tempfile::TempDir,
}

impl Deployment {
    fn start() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let slack = start_workspace(Limits::Slack);
        let folder = tempfile::tempdir().unwrap();
        let mut variables = HashMap::from_iter(environment(&slack, Transport::Http));
        let database = folder.path().join("incidents.db");
        variables.insert("DATABASE_PATH", database.to_str().unwrap().to_owned());
        let bot = start_bot(folder.path(), &variables);
        Self {
            _slack: slack,
            variables,
            bot,
            _folder: folder,
        }
    }

    /// Runs all checks with this `PUBLIC_URL`. Returns the lines of the report.
    async fn report(&self, public_url: &str) -> Vec<String> {
        let lookup = |name: &str| match name {
            "PUBLIC_URL" => Some(public_url.to_owned()),
            name => self.variables.get(name).cloned(),
        };
        let report = run_checks(lookup, || Timestamp::new(Utc::now())).await;
        report.to_string().lines().map(str::to_owned).collect()
    }

    /// Runs all checks through a proxy.
    async fn report_through(&self, fault: Fault) -> Vec<String> {
        let url = start_proxy(self.bot.base_url(), fault).await;
        self.report(&url).await
    }
}

fn start_bot(folder: &Path, variables: &HashMap<&'static str, String>) -> Process {
    let mut command = muster(folder);
    command.envs(variables);
    Process::start(&mut command, "Store")
}

/// Checks that a check has this sign, and a message with these words.
#[track_caller]
fn assert_check(report: &[String], start: &str, words: &[&str]) {
    let check = report.iter().find(|check| check.starts_with(start));
    let check = check.unwrap_or_else(|| panic!("no {start} in {report:#?}"));
    for part in words {
        assert!(check.contains(part), "{part} in {check}");
    }
}

#[tokio::test]
async fn public_url_that_leads_to_the_bot_passes() {
    let deployment = Deployment::start();
    let report = deployment.report_through(Fault::None).await;
    assert_check(&report, "✓ PUBLIC_URL", &["is this machine only."]);
    assert_check(&report, "✓ Pages", &["leads to this bot."]);
    assert_check(&report, "✓ Host header", &["The bot receives 127.0.0.1:"]);
    assert_check(&report, "✓ Live updates", &["Events arrive at once."]);
    assert_check(&report, "✓ Metrics", &["Not readable at PUBLIC_URL."]);

    // Without a proxy, the metrics are as public as the pages.
    let report = deployment.report(deployment.bot.base_url()).await;
    assert_check(&report, "! Metrics", &["Set OPS_ADDR to serve them"]);
}

#[tokio::test]
async fn proxy_that_rewrites_the_host_or_buffers_is_reported() {
    let deployment = Deployment::start();
    let rewritten = deployment.report_through(Fault::RewritesHost).await;
    assert_check(&rewritten, "! Host header", &["proxy_set_header Host"]);
    assert_check(&rewritten, "✓ Live updates", &[]);

    let buffered = deployment.report_through(Fault::Buffers).await;
    assert_check(&buffered, "✓ Host header", &[]);
    let words = ["holds events back", "proxy_buffering off"];
    assert_check(&buffered, "✗ Live updates", &words);
}

#[tokio::test]
async fn public_url_that_leads_elsewhere_is_reported() {
    let deployment = Deployment::start();
    let bad_gateway = Fault::AnswersItself(StatusCode::BAD_GATEWAY);
    let not_found = Fault::AnswersItself(StatusCode::NOT_FOUND);
    let redirect = Fault::AnswersItself(StatusCode::FOUND);
    for (fault, words) in [
        (
            bad_gateway,
            "502 Bad Gateway: the proxy doesn't reach the bot",
        ),
        (not_found, "another program, which answers 404"),
        (redirect, "redirects to https://login.example.com/"),
        (
            Fault::LeadsToAnotherMuster,
            "another Muster, with another database",
        ),
    ] {
        let report = deployment.report_through(fault).await;
        assert_check(&report, "✗ Pages", &[words]);
    }
    let report = deployment.report("http://127.0.0.1:9").await;
    let words = [
        "Can't reach http://127.0.0.1:9",
        "Check its DNS name",
        "the firewall",
    ];
    assert_check(&report, "✗ Pages", &words);
}

#[tokio::test]
async fn public_url_is_not_requested_while_the_bot_is_stopped() {
    let mut deployment = Deployment::start();
    let url = deployment.bot.base_url().to_owned();
    deployment.bot.terminate();
    let report = deployment.report(&url).await;
    assert_check(&report, "! Pages", &["the bot isn't running. Start it"]);
    let report = deployment.report("http://muster.internal").await;
    let words = ["isn't Secure", "https://"];
    assert_check(&report, "! PUBLIC_URL", &words);
}
