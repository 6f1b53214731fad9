//! Crash test for the form that ends the subscription to the mails of a rule. A mail provider sends it again if it gets
//! no answer.

use reqwest::StatusCode;

use crate::harness::SIGN_IN_URL;
use crate::harness::prelude::*;
use crate::redelivery::kill_when_added;

const EXEC: &str = "exec@acme.example";

const RULE: &str = r#"[{"name":"Executives","when":"declared_or_updated","conditions":[{"field":"severity","values":["SEV-1"]}],"recipients":["exec@acme.example"]}]"#;

/// The table that the form adds a row to.
const TABLE: &str = "unsubscribed_addresses";

/// The form of a mail provider.
struct OneClick {
    /// The route, as the pages define it.
    route: &'static str,
    token: String,
}

impl OneClick {
    /// Returns the form of the link in the mail of the rule.
    fn of_mail(world: &World) -> Self {
        let [mail] = world.slack.mails_to(EXEC).try_into().unwrap();
        let url = mail.header("List-Unsubscribe").unwrap();
        let prefix = format!("<{SIGN_IN_URL}/unsubscribe/");
        let token = url.strip_prefix(&prefix).unwrap();
        Self {
            route: "/unsubscribe/{token}",
            token: token.trim_end_matches('>').to_owned(),
        }
    }

    async fn post(&self, world: &World) -> reqwest::Result<StatusCode> {
        let path = self.route.replace("{token}", &self.token);
        let client = reqwest::Client::builder().no_proxy().build()?;
        let request = client.post(format!("{}{path}", world.address()));
        let form = [("List-Unsubscribe", "One-Click")];
        Ok(request.form(&form).send().await?.status())
    }
}

/// Changes the severity so that the rule fires.
async fn raise(world: &World) {
    run_command(world, "/datadog severity SEV-3").await;
    run_command(world, "/datadog severity SEV-1").await;
}

async fn kill_during_one_click(world: &mut World, form: &OneClick, kill_point: RequestKillPoint) {
    match kill_point {
        RequestKillPoint::BeforeCommit => {
            let lock = world.lock_store().await;
            let killing = async {
                world.wait_for_earlier_requests().await;
                world.kill_handle().kill();
            };
            let (response, ()) = tokio::join!(form.post(world), killing);
            // On a busy machine the bot may report the locked store before it is killed.
            assert_ne!(response.ok(), Some(StatusCode::OK));
            world.kill_app().await;
            lock.release();
            assert_eq!(world.database.count(TABLE), 0, "nothing was stored");
        }
        RequestKillPoint::BeforeResponse => {
            let database = world.database.clone();
            let watched = kill_when_added(database, TABLE, 0, world.kill_handle());
            let watching = tokio::task::spawn_blocking(watched);
            // A response that arrived just before the kill does not matter.
            drop(form.post(world).await);
            watching.await.unwrap();
            world.kill_app().await;
        }
    }
}

#[tokio::test]
async fn repeated_one_click_form_unsubscribes_once() {
    run_web_matrix(
        "the form that unsubscribes",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            world.restart_with_sign_in().await;
            declare_and_deliver(&world).await;
            let arguments = ["settings", "set", "notification_rules", RULE];
            let (code, _, stderr) = world.run_cli(&arguments).await;
            assert_eq!((code, stderr.as_str()), (0, ""));
            raise(&world).await;
            let form = OneClick::of_mail(&world);
            kill_during_one_click(&mut world, &form, kill_point).await;
            world.start_app().await;
            for _ in 0..2 {
                assert_eq!(form.post(&world).await.unwrap(), StatusCode::OK);
            }
            assert_eq!(world.database.count(TABLE), 1);
            raise(&world).await;
            assert_eq!(world.slack.mails_to(EXEC).len(), 1, "no more mails");
            let states = "SELECT state FROM notification_targets ORDER BY notification";
            assert_eq!(world.database.query(states), ["sent", "unsubscribed"]);
            world.assert_all_is_done();
        },
    )
    .await;
}
