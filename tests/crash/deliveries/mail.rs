//! Crash tests for mail. The process dies at each stage of the dialogue with the relay: no mail is lost, and a copy
//! arrives only if the relay had accepted the mail and the process died before it knew. The copy has the same bytes.

use std::collections::HashSet;
use std::fmt;

use muster_domain::DeliveryKind;
use muster_sandbox::HoldPoint;

use crate::deliveries::declare_and_deliver;
use crate::harness::{World, assert_accepted};
use crate::kill_points::{KillPoint, kill_during_call, wait_for_call};
use crate::matrix::run_web_matrix;

const ADDRESS: &str = "exec@acme.example";

/// A stage before the final dot.
#[derive(Clone, Copy)]
struct Stage(&'static str);

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "killed at {}", self.0)
    }
}

/// Sends a notification by mail.
async fn notify(world: &World) {
    world.database.insert_notification(ADDRESS);
    let result = world
        .slack
        .types("chioma", "#general", "/datadog help")
        .await;
    assert_accepted(&result);
}

/// Restarts the bot, and checks that one mail arrived, in this number of copies.
async fn assert_mail_after_restart(world: &mut World, copies: usize) {
    world.start_app().await;
    world.deliver_all().await;
    let mails = world.slack.mails_to(ADDRESS);
    let ids: HashSet<String> = mails.iter().map(muster_sandbox::Mail::message_id).collect();
    assert_eq!((ids.len(), mails.len()), (1, copies), "mails and copies");
    assert!(mails.iter().all(|mail| mail.content == mails[0].content));
    let sent = "notification_targets WHERE state = 'sent'";
    assert_eq!(world.database.count(sent), 1);
    assert_eq!(world.database.unfinished_deliveries(), 0);
}

/// Kills the bot at each kill point of the reply to the final dot.
pub async fn kill_during_mail(kind: DeliveryKind) {
    run_web_matrix(
        "a mail",
        &KillPoint::ALL,
        async move |mut world: World, kill_point| {
            declare_and_deliver(&world).await;
            let call = world.slack.hold_call("smtp.dot", kill_point.hold_point());
            notify(&world).await;
            wait_for_call(&call, kind).await;
            kill_during_call(&mut world, call, kind, kill_point).await;
            let copies = match kill_point {
                KillPoint::BeforeCall => 1,
                KillPoint::AfterCall | KillPoint::BeforeCommit => 2,
            };
            assert_mail_after_restart(&mut world, copies).await;
        },
    )
    .await;
}

#[tokio::test]
async fn mail_arrives_once_if_the_bot_dies_before_the_final_dot() {
    let stages = [
        "smtp.connect",
        "smtp.ehlo",
        "smtp.mail",
        "smtp.rcpt",
        "smtp.data",
        "smtp.content",
    ];
    run_web_matrix(
        "a mail",
        &stages.map(Stage),
        async |mut world: World, Stage(stage)| {
            declare_and_deliver(&world).await;
            let call = world.slack.hold_call(stage, HoldPoint::Before);
            notify(&world).await;
            let kind = DeliveryKind::SendMail;
            wait_for_call(&call, kind).await;
            kill_during_call(&mut world, call, kind, KillPoint::BeforeCall).await;
            assert_mail_after_restart(&mut world, 1).await;
        },
    )
    .await;
}
