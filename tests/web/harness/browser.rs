//! A browser without JavaScript: it follows redirects, keeps cookies and submits forms.

use std::cell::RefCell;
use std::collections::BTreeMap;

use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};

use crate::harness::user::TestUser;
use crate::harness::world::World;
use crate::html;

/// A browser, with its cookies.
pub struct Browser<'w> {
    world: &'w World,
    client: Client,
    pub cookies: RefCell<BTreeMap<String, String>>,
}

/// A page that a browser received.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    /// The path after all redirects.
    pub path: String,
    pub headers: HeaderMap,
    pub html: String,
}

impl Page {
    /// Returns the text that the user reads.
    pub fn text(&self) -> String {
        html::text_of(&self.html)
    }

    /// Checks that the user reads these texts.
    #[track_caller]
    pub fn shows(&self, texts: &[&str]) {
        let visible = self.text();
        for text in texts {
            assert!(
                visible.contains(text),
                "{text:?} is not on the page: {visible}"
            );
        }
    }

    /// Checks that the user reads none of these texts.
    #[track_caller]
    pub fn hides(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.html.contains(text), "{text:?} is on the page");
        }
    }
}

impl<'w> Browser<'w> {
    /// Creates a browser without cookies.
    pub fn new(world: &'w World) -> Self {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            world,
            client: client.build().unwrap(),
            cookies: RefCell::default(),
        }
    }

    /// Opens a page, and follows redirects.
    pub async fn opens(&self, path: &str) -> Page {
        let request = self.request(Method::GET, path);
        let response = request.send().await.unwrap();
        self.follow(path, response).await
    }

    /// Follows a link to another server. Returns its address.
    pub async fn leaves_to(&self, path: &str) -> String {
        let response = self.request(Method::GET, path).send().await.unwrap();
        self.keep_cookies(response.headers());
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        response.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    /// Submits a form of a page, with its hidden fields, and follows the redirect.
    pub async fn submits(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let hidden = html::form_fields(&page.html, action);
        let hidden = hidden.unwrap_or_else(|| panic!("no form for {action}: {}", page.html));
        let mut sent: Vec<(String, String)> = hidden;
        for (name, value) in fields {
            sent.retain(|(known, _)| known != name);
            sent.push(((*name).to_owned(), (*value).to_owned()));
        }
        let sent: Vec<_> = sent.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        self.posts(action, &sent).await
    }

    /// Sends a form to a path, and follows the redirect.
    pub async fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let origin = self.world.base_url.borrow().clone();
        let request = self.request(Method::POST, path).header("origin", origin);
        let response = request.form(fields).send().await.unwrap();
        let page = self.follow(path, response).await;
        self.world.deliver_all().await;
        page
    }

    /// Returns a request with the browser's cookies.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.world.base_url.borrow());
        let cookies = self.cookies.borrow();
        let cookies: Vec<_> = cookies.iter().map(|(a, b)| format!("{a}={b}")).collect();
        let request = self.client.request(method, url);
        match cookies.is_empty() {
            true => request,
            false => request.header(COOKIE, cookies.join("; ")),
        }
    }

    async fn follow(&self, path: &str, mut response: Response) -> Page {
        let mut path = path.to_owned();
        for _ in 0..5 {
            self.keep_cookies(response.headers());
            if !response.status().is_redirection() {
                break;
            }
            let target = response.headers()[LOCATION].to_str().unwrap();
            path = target.to_owned();
            let next = self.request(Method::GET, &path);
            response = next.send().await.unwrap();
        }
        Page {
            status: response.status().as_u16(),
            path,
            headers: response.headers().clone(),
            html: response.text().await.unwrap(),
        }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            let mut cookies = self.cookies.borrow_mut();
            match cookie.contains("Max-Age=0") {
                true => drop(cookies.remove(name)),
                false => drop(cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
    }
}

impl World {
    /// Marks all messages in Slack as read. The scenarios check what Slack shows.
    pub fn skips_messages(&self) {
        drop(self.take_all_unread());
        self.read_all_direct_messages();
    }
}

impl<'w> TestUser<'w> {
    /// Types the command that shows a link to the pages. Returns the path of the link.
    pub async fn gets_sign_in_link(&self, command: &str) -> String {
        self.sign_in_link_in("#general", command).await
    }

    async fn sign_in_link_in(&self, channel: &str, command: &str) -> String {
        self.types(channel, command).await;
        let blocks = self.last_ephemeral().blocks.unwrap();
        self.reads_ephemeral();
        let url = blocks[1]["elements"][0]["url"].as_str().unwrap().to_owned();
        let public_url = self.world.public_url.borrow().clone();
        let base = public_url.unwrap_or_else(|| self.world.base_url.borrow().clone());
        url.strip_prefix(&base).unwrap().to_owned()
    }

    /// Signs in with a link. Returns the browser.
    pub async fn signs_in(&self) -> Browser<'w> {
        self.signs_in_from("#general").await
    }

    /// Signs in with a link from a channel. Returns the browser.
    pub async fn signs_in_from(&self, channel: &str) -> Browser<'w> {
        let browser = Browser::new(self.world);
        let link = self.sign_in_link_in(channel, "/datadog web").await;
        let page = browser.posts(&link, &[]).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/incidents"));
        browser
    }
}

/// The status of a page that exists.
pub const OK: u16 = StatusCode::OK.as_u16();
