//! The example of the handbook verifies what Muster sends.

use std::io::Write;
use std::process::{Command, Stdio};

use muster::handbook::find_topic;

use super::{adds_webhook, notifies, receiver};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::support::webhook_receiver::Received;

/// Returns the Python example.
fn example() -> &'static str {
    let page = find_topic("webhooks").unwrap().text;
    let (_, code) = page.split_once("```python\n").unwrap();
    code.split("```").next().unwrap()
}

/// Returns a program that prints what the example says of an event, of a changed one, of another secret and of an
/// event that is too old.
fn program(event: &Received, secret: &str) -> String {
    let headers = serde_json::json!({
        "webhook-id": event.id,
        "webhook-timestamp": event.timestamp.to_string(),
        "webhook-signature": event.signature,
    });
    format!(
        "{example}\nimport json\nheaders = json.loads({headers:?})\nbody = {body:?}.encode()\n\
         time.time = lambda: {now}\n\
         print(verify({secret:?}, headers, body), verify({secret:?}, headers, body + b' '),\n\
         verify('whsec_' + 'A' * 32, headers, body))\n\
         time.time = lambda: {now} + 301\nprint(verify({secret:?}, headers, body))\n",
        example = example(),
        headers = headers.to_string(),
        body = event.raw,
        now = event.timestamp,
    )
}

#[test]
fn example_of_the_handbook_verifies_an_event() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let receiver = receiver(world).await;
        let secret = adds_webhook(&browser, &receiver).await;
        notifies(world, "alice", &["@webhook-deploys"]).await;
        let program = program(&receiver.take()[0], &secret);
        let mut python = Command::new("python3");
        let python = python.arg("-").stdin(Stdio::piped()).stdout(Stdio::piped());
        // Machines without Python cannot run it.
        let Ok(mut python) = python.spawn() else {
            return;
        };
        python
            .stdin
            .take()
            .unwrap()
            .write_all(program.as_bytes())
            .unwrap();
        let output = python.wait_with_output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed, "True False False\nFalse\n");
    });
}
