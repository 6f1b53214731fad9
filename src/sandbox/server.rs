//! The HTTP server: shared state, routes, and connections that are dropped on purpose.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::Response;
use axum::routing::{any, get, post};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::workspace::Workspace;
use super::{Sandbox, openid, page_api, web_api};
use crate::app_requests::response_url;
use crate::app_requests::socket_mode;
use crate::app_requests::socket_mode::Sockets;
use crate::mail::mail_routes;
use crate::storage::StorageState;
use crate::time_control::TimeControl;

/// The state shared by all parts of a sandbox.
pub(super) struct Shared {
    workspace: Mutex<Workspace>,
    pub(super) sockets: Mutex<Sockets>,
    /// The client for requests to the app.
    pub(super) http: reqwest::Client,
    /// Counts visible changes.
    pub(super) changes: watch::Sender<u64>,
    /// The number of background tasks.
    pub(super) background: watch::Sender<usize>,
    pub(super) stopping: CancellationToken,
    pub(super) time: TimeControl,
    /// `None` if the workspace is not saved.
    pub(super) storage: Option<StorageState>,
}

impl Shared {
    /// Creates the shared state.
    pub(super) fn new(
        workspace: Workspace,
        time: TimeControl,
        storage: Option<StorageState>,
    ) -> io::Result<Self> {
        // Another part of the program may have installed the same provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            // The app is reached over plain HTTP. Loading the system's certificates would only
            // take time.
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .build()
            .map_err(io::Error::other)?;
        Ok(Self {
            workspace: Mutex::new(workspace),
            sockets: Mutex::new(Sockets::default()),
            http,
            changes: watch::Sender::new(0),
            background: watch::Sender::new(0),
            stopping: CancellationToken::new(),
            time,
            storage,
        })
    }

    /// Runs `work` on the workspace without announcing a change.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let mut workspace = self
            .workspace
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        work(&mut workspace)
    }

    /// Runs `work` on the workspace and announces a change to the watchers.
    pub(super) fn change<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let done = self.with(work);
        self.announce_change();
        done
    }

    /// Announces a change to the watchers.
    pub(super) fn announce_change(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// Spawns a task that runs until the sandbox stops. [`Sandbox::wait_until_idle`] waits for it.
    pub(super) fn spawn_background(
        self: &Arc<Self>,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        let shared = Arc::clone(self);
        self.background.send_modify(|running| *running += 1);
        tokio::spawn(async move {
            tokio::select! {
                () = shared.stopping.cancelled() => {}
                () = task => {}
            }
            shared.background.send_modify(|running| *running -= 1);
        });
    }
}

/// Marks a response that must not be sent: the connection is dropped instead.
#[derive(Clone, Copy)]
struct DropConnection;

/// Returns a response that drops the connection.
pub(super) fn drop_connection() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(DropConnection);
    response
}

/// Serves connections until the sandbox stops.
pub(super) async fn serve(listener: TcpListener, sandbox: Sandbox) {
    let stopping = sandbox.shared.stopping.clone();
    let router = router(sandbox);
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        if let Ok((stream, _)) = accepted {
            let connection = serve_connection(stream, router.clone());
            let stopping = stopping.clone();
            tokio::spawn(async move {
                tokio::select! {
                    () = stopping.cancelled() => {}
                    () = connection => {}
                }
            });
        }
    }
}

fn router(sandbox: Sandbox) -> Router {
    Router::new()
        .route("/api/{method}", any(api))
        .route("/hooks/{*path}", post(hook))
        .route("/link", get(socket_mode::connect))
        .merge(openid::routes())
        .merge(page_api::routes())
        .merge(mail_routes::routes())
        .with_state(sandbox)
}

async fn api(
    State(sandbox): State<Sandbox>,
    Path(method): Path<String>,
    request: Request,
) -> Response<Body> {
    web_api::handle_call(&sandbox.shared, &method, request).await
}

async fn hook(
    State(sandbox): State<Sandbox>,
    Path(path): Path<String>,
    request: Request,
) -> Response<Body> {
    response_url::handle_post(&sandbox.shared, &path, request).await
}

async fn serve_connection(stream: TcpStream, router: Router) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let response = router.call(request);
        async move {
            let response = match response.await {
                Ok(response) => response,
                Err(impossible) => match impossible {},
            };
            if response.extensions().get::<DropConnection>().is_some() {
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(response)
        }
    });
    // An error here means that the connection was lost, or dropped on purpose.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}
