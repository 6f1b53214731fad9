//! A stand-in for AWS SNS: it serves the certificate and confirms subscriptions. It also signs messages, as SNS does.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const CERTIFICATE: &str = include_str!("../../fixtures/alerts/sns/certificate.pem");
const KEY: &[u8] = include_bytes!("../../fixtures/alerts/sns/key.der");

/// The URL of the certificate, as SNS names it.
pub const CERTIFICATE_URL: &str = "https://sns.eu-west-1.amazonaws.com/certificate.pem";

/// The topic of the messages.
pub const TOPIC: &str = "arn:aws:sns:eu-west-1:000000000000:alarms";

/// The stand-in. Dropping it does not end its server, which ends with the test.
#[derive(Clone)]
pub struct SnsServer {
    /// Its base URL, without a trailing slash.
    pub base_url: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    /// The paths and queries that were requested.
    requests: Vec<String>,
    is_down: bool,
}

impl SnsServer {
    /// Starts a stand-in.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::<Mutex<Shared>>::default();
        let router = Router::new()
            .route("/certificate.pem", get(certificate))
            .route(
                "/moved.pem",
                get(|| async { Redirect::to("/certificate.pem") }),
            )
            .route("/text.pem", get(|| async { "no certificate" }))
            .route("/", get(confirm))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base_url, shared }
    }

    /// Answers 500 from now on.
    pub fn goes_down(&self) {
        self.shared.lock().unwrap().is_down = true;
    }

    /// Answers again.
    pub fn recovers(&self) {
        self.shared.lock().unwrap().is_down = false;
    }

    /// Returns and forgets the requests.
    pub fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.lock().unwrap().requests)
    }
}

type SharedState = State<Arc<Mutex<Shared>>>;

fn respond(shared: &Mutex<Shared>, request: String, body: &'static str) -> Response {
    let mut shared = shared.lock().unwrap();
    shared.requests.push(request);
    match shared.is_down {
        true => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        false => body.into_response(),
    }
}

async fn certificate(State(shared): SharedState) -> Response {
    respond(&shared, "/certificate.pem".to_owned(), CERTIFICATE)
}

async fn confirm(State(shared): SharedState, RawQuery(query): RawQuery) -> Response {
    let request = format!("/?{}", query.unwrap_or_default());
    respond(&shared, request, "<ConfirmSubscriptionResponse/>")
}

/// Returns a notification without a signature.
pub fn notification(id: &str, message: &str, timestamp: &str) -> Value {
    json!({
        "Type": "Notification",
        "MessageId": id,
        "TopicArn": TOPIC,
        "Message": message,
        "Timestamp": timestamp,
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
    })
}

/// Returns a request to confirm the subscription of a topic, without a signature.
pub fn confirmation(topic: &str, subscribe_url: &str, timestamp: &str) -> Value {
    json!({
        "Type": "SubscriptionConfirmation",
        "MessageId": "c0",
        "TopicArn": topic,
        "Message": "You have chosen to subscribe.",
        "Token": "2336412f37",
        "SubscribeURL": subscribe_url,
        "Timestamp": timestamp,
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
    })
}

/// Signs a message with version 2.
pub fn sign(mut message: Value) -> Value {
    const MEMBERS: [&str; 8] = [
        "Message",
        "MessageId",
        "Subject",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ];
    let rows = MEMBERS.iter().filter_map(|name| {
        let value = message.get(name)?.as_str()?;
        Some(format!("{name}\n{value}\n"))
    });
    let text: String = rows.collect();
    let key = RsaKeyPair::from_pkcs8(KEY).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
        .unwrap();
    message["Signature"] = STANDARD.encode(signature).into();
    message
}
