//! Kills the bot while a form of a page is handled, and sends the form again with its key, as a browser does
//! when its user reloads or presses the button again.

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use crate::deliveries::declare_and_prepare;
use crate::exactly_once::run_command;
use crate::harness::{PAGES_URL, World, assert_accepted, wait_for};
use crate::matrix::run_web_matrix;
use crate::redelivery::{RequestKillPoint, kill_when_stored};

/// The key of the form.
const KEY: &str = "c0ffee";

/// A form of a page.
#[derive(Clone, Copy)]
pub struct WebForm {
    /// The route, as the pages define it.
    pub route: &'static str,
    /// The path that the form is sent to.
    pub path: &'static str,
    /// The user who sends it.
    pub user: &'static str,
    /// Its fields, besides the key.
    pub fields: &'static [(&'static str, &'static str)],
    /// The commands that alice types before, in the channel of IR-1.
    pub prepared_by: &'static [&'static str],
    /// The path and the fields of a form that the user sends before; `None` if there is none.
    pub sent_before: Option<(&'static str, &'static [(&'static str, &'static str)])>,
}

/// Sends a form at each kill point, restarts the bot, sends the form twice more, and checks the result.
pub async fn test_form_redelivery(form: &WebForm, check: impl Fn(&World)) {
    test_prepared_form_redelivery(form, |_| (), check).await;
}

/// Does the same as [`test_form_redelivery`] in a store that `prepare` changes before.
pub async fn test_prepared_form_redelivery(
    form: &WebForm,
    prepare: impl Fn(&World),
    check: impl Fn(&World),
) {
    run_web_matrix(
        form.route,
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            declare_and_prepare(&world, &async |world: &World| {
                for command in form.prepared_by {
                    run_command(world, command).await;
                }
            })
            .await;
            prepare(&world);
            let cookie = sign_in(&world, form.user).await;
            if let Some((path, fields)) = form.sent_before {
                let before = WebForm {
                    path,
                    fields,
                    ..*form
                };
                let status = post(&world, &before, &cookie).await.unwrap();
                assert_eq!(status, StatusCode::SEE_OTHER);
                world.deliver_all().await;
            }
            kill_during_form(&mut world, form, &cookie, kill_point).await;
            world.start_app().await;
            for _ in 0..2 {
                let status = post(&world, form, &cookie).await.unwrap();
                assert_eq!(status, StatusCode::SEE_OTHER);
                world.deliver_all().await;
            }
            assert_eq!(processed_forms(&world), 1, "processed once");
            check(&world);
            world.assert_all_is_done();
        },
    )
    .await;
}

fn processed_forms(world: &World) -> i64 {
    let rows = format!("inbox WHERE key LIKE 'web:%:{KEY}'");
    world.database.count(&rows)
}

/// Signs a user in with a link. Returns the cookie.
pub async fn sign_in(world: &World, user: &str) -> String {
    let result = world.slack.types(user, "#general", "/datadog web").await;
    assert_accepted(&result);
    let is_answered = async || !world.slack.ephemeral_messages(user).is_empty();
    wait_for("sign-in link", is_answered).await;
    let message = world.slack.ephemeral_messages(user).pop().unwrap();
    let blocks = message.blocks.unwrap();
    let link = blocks[1]["elements"][0]["url"].as_str().unwrap();
    let path = link.strip_prefix(PAGES_URL).unwrap();
    let url = format!("{}{path}", world.address());
    let response = client().post(url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn kill_during_form(
    world: &mut World,
    form: &WebForm,
    cookie: &str,
    kill_point: RequestKillPoint,
) {
    let before = world.database.count("inbox");
    match kill_point {
        RequestKillPoint::BeforeCommit => {
            let lock = world.lock_store().await;
            let killing = async {
                world.wait_for_earlier_requests().await;
                world.kill_handle().kill();
            };
            let (response, ()) = tokio::join!(post(world, form, cookie), killing);
            // On a busy machine the bot may report the locked store before it is killed.
            assert_ne!(response.ok(), Some(StatusCode::SEE_OTHER));
            world.kill_app().await;
            lock.release();
            assert_eq!(world.database.count("inbox"), before, "nothing was stored");
        }
        RequestKillPoint::BeforeResponse => {
            let watched = kill_when_stored(world.database.clone(), before, world.kill_handle());
            let watching = tokio::task::spawn_blocking(watched);
            // A response that arrived just before the kill does not matter.
            drop(post(world, form, cookie).await);
            watching.await.unwrap();
            world.kill_app().await;
            assert_eq!(processed_forms(world), 1, "it was stored");
        }
    }
}

/// Sends the form. Returns the status of the response.
pub async fn post(world: &World, form: &WebForm, cookie: &str) -> reqwest::Result<StatusCode> {
    let url = format!("{}{}", world.address(), form.path);
    let mut fields = form.fields.to_vec();
    fields.push(("key", KEY));
    let request = client().post(url).header("cookie", cookie).form(&fields);
    Ok(request.send().await?.status())
}

fn client() -> Client {
    let client = Client::builder().no_proxy().redirect(Policy::none());
    client.build().unwrap()
}
