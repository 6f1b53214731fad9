//! Sends requests to the app, over Socket Mode while a connection is open, otherwise over HTTP.
//! Retries failed events.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::app_requests::{AppResponse, DeliveryFailure, Request, RequestKind, Retry, signature};
use crate::ids::UserId;
use crate::server::Shared;
use crate::workspace::{Retries, Workspace};

impl Shared {
    /// Sends a request to the app and waits for the response, with Slack's timeout.
    pub(crate) async fn deliver(&self, request: &Request, retry: Option<&Retry>) -> AppResponse {
        let (url, timeout) =
            self.with(|workspace| (workspace.app_url.clone(), workspace.ack_timeout));
        if let Some(response) = self.deliver_to_socket(request, retry, timeout).await {
            return response;
        }
        match url {
            Some(url) => self.deliver_over_http(&url, request, retry, timeout).await,
            None => AppResponse::failed(DeliveryFailure::Connection),
        }
    }

    async fn deliver_over_http(
        &self,
        url: &str,
        request: &Request,
        retry: Option<&Retry>,
        timeout: Duration,
    ) -> AppResponse {
        let body = request.body();
        let (timestamp, secret) =
            self.with(|workspace| (workspace.now().timestamp(), workspace.app.signing_secret()));
        let mut call = self
            .http
            .post(format!("{url}{}", request.path()))
            .timeout(timeout)
            .header("content-type", request.content_type())
            .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
            .header("x-slack-request-timestamp", timestamp)
            .header("x-slack-signature", signature(&secret, timestamp, &body));
        if let Some(retry) = retry {
            call = call
                .header("x-slack-retry-num", retry.number)
                .header("x-slack-retry-reason", retry.reason);
        }
        match call.body(body).send().await {
            Ok(response) => read_response(response).await,
            Err(error) if error.is_timeout() => AppResponse::failed(DeliveryFailure::Timeout),
            Err(_) => AppResponse::failed(DeliveryFailure::Connection),
        }
    }

    /// Sends the queued events in the background.
    pub(crate) fn send_pending_events(self: &Arc<Self>) {
        let events = self.with(Workspace::take_events);
        if events.is_empty() {
            return;
        }
        let shared = Arc::clone(self);
        self.spawn_background(async move {
            for event in events {
                shared.send_event(event).await;
            }
        });
    }

    /// Sends one event. A failed event is retried if the sandbox retries automatically.
    pub(crate) async fn send_event(self: &Arc<Self>, envelope: Value) -> AppResponse {
        let request = Request {
            kind: RequestKind::Event,
            who: envelope["event"]["user"].as_str().map(UserId::from),
            payload: envelope,
        };
        self.with(|workspace| {
            if let Some(who) = &request.who {
                workspace.last_requests.insert(who.clone(), request.clone());
            }
            let kind = request.payload["event"]["type"].as_str();
            let kind = kind.unwrap_or_default().to_owned();
            if request.who.as_ref() != Some(&workspace.app.bot_user) {
                workspace.last_events.insert(kind, request.clone());
            }
        });
        let response = self.deliver(&request, None).await;
        let retries = self.with(|workspace| workspace.retries);
        if let (Some(failure), Retries::LikeSlack, false) =
            (response.failure, retries, response.no_retry)
        {
            let shared = Arc::clone(self);
            self.spawn_background(async move { shared.retry_event(request, failure).await });
        }
        response
    }

    /// Retries with Slack's back-off: almost immediately, after one minute, after five minutes.
    async fn retry_event(&self, request: Request, mut failure: DeliveryFailure) {
        for (number, seconds) in [(1, 0), (2, 60), (3, 300)] {
            tokio::select! {
                () = self.stopping.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
            }
            let reason = failure.reason();
            let response = self
                .deliver(&request, Some(&Retry { number, reason }))
                .await;
            match response.failure {
                Some(again) if !response.no_retry => failure = again,
                Some(_) | None => return,
            }
        }
    }
}

async fn read_response(response: reqwest::Response) -> AppResponse {
    let status = response.status();
    let header = |name: &str| {
        let value = response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let is_json = header("content-type").starts_with("application/json");
    let no_retry = header("x-slack-no-retry") == "1";
    match response.text().await {
        Ok(body) => AppResponse {
            status: Some(status.as_u16()),
            body,
            is_json,
            no_retry,
            failure: (!status.is_success()).then_some(DeliveryFailure::Status),
        },
        Err(error) if error.is_timeout() => AppResponse::failed(DeliveryFailure::Timeout),
        Err(_) => AppResponse::failed(DeliveryFailure::Connection),
    }
}
