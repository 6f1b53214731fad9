//! The walk-through: one incident from the first symptom to its postmortem, on the pages alone and without
//! JavaScript.

use crate::browser::{Browser, Page};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;

const OVERVIEW: &str = "/incidents/1";
const TIMELINE: &str = "/incidents/1/timeline";
const REMEDIATION: &str = "/incidents/1/remediation";
const NEW_NOTIFICATION: &str = "/incidents/1/notifications/new";
const POSTMORTEM: &str = "/incidents/1/postmortem";

/// Opens the form of an action, fills it in and sends it.
async fn acts(browser: &Browser<'_>, tab: &str, name: &str, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(&format!("{tab}?open={name}")).await;
    let action = format!("{OVERVIEW}/actions/{name}");
    let page = browser.submits(&form, &action, fields).await;
    assert_eq!(page.status, 200, "{name}: {}", page.text());
    page
}

/// Opens the form of a field, fills it in and saves it.
async fn saves(browser: &Browser<'_>, field: &str, value: &str) -> Page {
    let form = browser.opens(&format!("{OVERVIEW}?edit={field}")).await;
    let action = format!("{OVERVIEW}/fields/{field}");
    let page = browser.submits(&form, &action, &[(field, value)]).await;
    assert_eq!(page.status, 200, "{field}");
    page
}

#[test]
fn incident_runs_from_declaration_to_postmortem_on_the_pages() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let [of_alice, of_bob] = [alice.signs_in().await, bob.signs_in().await];
        declare(&of_alice).await;
        add_chat_and_call(&of_bob).await;
        update_and_add_impact(world, &of_alice).await;
        flag_and_move_a_note(&of_alice).await;
        add_runbook_and_task(&of_alice, &of_bob).await;
        stabilize_and_notify(world, &of_alice).await;
        resolve_and_add_follow_up(world, &of_alice).await;
        let review = of_bob.opens(&format!("{TIMELINE}?order=oldest")).await;
        review.shows(&EXPECTED_TIMELINE);
        let important = of_bob.opens(&format!("{TIMELINE}?show=important")).await;
        important.shows(&["alice added an impact", "I found the host"]);
        important.hides(&["finished task"]);
        write_postmortem(&of_alice, &of_bob).await;
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

/// The sentences of the timeline, as read in the review a week later.
const EXPECTED_TIMELINE: [&str; 10] = [
    "alice declared this incident.",
    "alice added an impact",
    "alice added a note: I found the host causing the issue.",
    "alice changed severity UNKNOWN → SEV-2",
    "alice changed the title",
    "alice added the document Free a full disk",
    "alice added task 1 for bob, due Mon 23 Nov 12:00 : Free the disk of db-1",
    "bob finished task 1",
    "alice changed status ACTIVE → STABLE",
    "alice added follow-up 2: Alarm at four fifths",
];

/// Steps 1 and 2: errors rise; alice declares, and Slack has a channel.
async fn declare(browser: &Browser<'_>) {
    let form = browser.opens("/incidents/new").await;
    let fields = [
        ("title", "Checkout is slow"),
        ("severity", "UNKNOWN"),
        ("signals", "https://graphs.example.com/checkout"),
    ];
    let page = browser.submits(&form, "/incidents/new", &fields).await;
    assert!(page.path.starts_with(OVERVIEW), "{}", page.path);
    let page = browser.opens(OVERVIEW).await;
    page.shows(&[
        "IR-1",
        "Checkout is slow",
        "UNKNOWN",
        "ACTIVE",
        "Incident Commander alice",
        "Open channel",
        "https://graphs.example.com/checkout",
    ]);
}

/// Step 3: the team uses another chat and a video call.
async fn add_chat_and_call(browser: &Browser<'_>) {
    let page = browser.opens(OVERVIEW).await;
    page.shows(&["Chat: none", "Video call: none", "Join"]);
    acts(
        browser,
        OVERVIEW,
        "set-chat",
        &[("url", "chat.example.com/war")],
    )
    .await;
    let page = acts(
        browser,
        OVERVIEW,
        "set-call",
        &[("url", "call.example.com/a")],
    )
    .await;
    page.shows(&["Video call saved.", "Join call"]);
}

/// Steps 4 and 5: what is known by now, and since when customers are affected.
async fn update_and_add_impact(world: &World, browser: &Browser<'_>) {
    for (field, value) in [
        ("severity", "SEV-2"),
        ("title", "Checkout times out"),
        ("detection_method", "employee"),
        ("root_cause", "db-1 is out of disk."),
    ] {
        saves(browser, field, value).await;
    }
    let impact = [
        ("description", "Payments fail"),
        ("started", "15 minutes ago"),
    ];
    acts(browser, OVERVIEW, "add-impact", &impact).await;
    world.advance(60).await;
    browser.opens(OVERVIEW).await.shows(&[
        "Checkout times out",
        "SEV-2 High",
        "Detection Method Employee",
        "db-1 is out of disk.",
        "Customers affected for 16 min",
        "Payments fail",
    ]);
}

/// Step 6: the impact and a note that is moved ten minutes back are important.
async fn flag_and_move_a_note(browser: &Browser<'_>) {
    let note = [("text", "I found the host causing the issue.")];
    let page = acts(browser, TIMELINE, "add-note", &note).await;
    let of_note = crate::incident::entry_before(&page, "I found the host");
    let of_impact = crate::incident::entry_before(&page, "added an impact");
    let form = format!("{TIMELINE}?open=edit-entry&number={of_note}");
    let form = browser.opens(&form).await;
    let edit = format!("{OVERVIEW}/actions/edit-entry");
    let mut page = browser
        .submits(&form, &edit, &[("at", "10 minutes ago")])
        .await;
    page.shows(&["Entry saved.", "14:56 alice added a note", "edited 1×"]);
    let flag = format!("{OVERVIEW}/actions/flag-entry");
    for entry in [&of_note, &of_impact] {
        page = browser.submits(&page, &flag, &[("number", entry)]).await;
        page.shows(&["Entry flagged as important. Undo"]);
    }
}

/// Step 8: a runbook, and a task that bob does.
async fn add_runbook_and_task(of_alice: &Browser<'_>, of_bob: &Browser<'_>) {
    let runbook = [
        ("url", "https://wiki.example.com/disk"),
        ("name", "Free a full disk"),
    ];
    acts(of_alice, REMEDIATION, "add-document", &runbook).await;
    let form = of_alice.opens(REMEDIATION).await;
    let bob = crate::html::option_value(&form.html, "bob").unwrap();
    let task = [
        ("description", "Free the disk of db-1"),
        ("assignees", bob.as_str()),
        ("due", "18:00"),
    ];
    acts(of_alice, REMEDIATION, "add-task", &task).await;
    let page = of_bob.opens("/tasks").await;
    page.shows(&["Free the disk of db-1", "IR-1 Checkout times out"]);
    let page = of_bob.submits(&page, "/tasks/1/1/done", &[]).await;
    page.shows(&["IR-1 task 1 is done. Undo"]);
}

/// Step 9: the incident is stable, and those who aren't in its channel get a mail.
async fn stabilize_and_notify(world: &World, browser: &Browser<'_>) {
    let page = browser.opens(OVERVIEW).await;
    let stable = format!("{OVERVIEW}/actions/stabilize");
    let page = browser.submits(&page, &stable, &[]).await;
    page.shows(&["The incident is STABLE.", "Status STABLE"]);
    let form = browser.opens(NEW_NOTIFICATION).await;
    let recipient = [("to", "ceo@example.com")];
    let review = browser.submits(&form, NEW_NOTIFICATION, &recipient).await;
    review.shows(&["[IR-1] Checkout times out", "Status: STABLE"]);
    let send = [("step", "send")];
    let sent = browser.submits(&review, NEW_NOTIFICATION, &send).await;
    sent.shows(&["Notification sent.", "To ceo@example.com"]);
    // The posts in the channel come first, one per second.
    world.advance(10).await;
    let tab = browser.opens("/incidents/1/notifications").await;
    tab.shows(&["ceo@example.com: Accepted by the relay"]);
    let [mail] = world.slack.mails_to("ceo@example.com").try_into().unwrap();
    assert_eq!(mail.subject(), "[IR-1] Checkout times out");
    assert!(mail.text().contains("STABLE"), "{}", mail.text());
}

/// Step 10: resolved with an earlier end of the impact, and a follow-up.
async fn resolve_and_add_follow_up(world: &World, browser: &Browser<'_>) {
    world.advance(600).await;
    let fields = [("text", "Freed the disk"), ("impact_end", "10 min ago")];
    let page = acts(browser, OVERVIEW, "resolve", &fields).await;
    page.shows(&[
        "Incident resolved.",
        "Status RESOLVED",
        "Time to resolve declared to resolved 11 min",
        "Generate Postmortem",
    ]);
    page.hides(&["Customers affected</dt>"]);
    let fields = [("description", "Alarm at four fifths")];
    acts(browser, REMEDIATION, "add-follow-up", &fields).await;
    browser.opens(OVERVIEW).await.shows(&[
        "Open tasks Add Alarm at four fifths",
        "Customer impact first start to last end 16 min",
        "Reopen",
    ]);
}

/// Step 10: alice generates the postmortem with the important entries, bob writes a section, alice completes it.
async fn write_postmortem(of_alice: &Browser<'_>, of_bob: &Browser<'_>) {
    let form = of_alice.opens(POSTMORTEM).await;
    form.shows(&["Marked as Important 2 entries"]);
    let generate = format!("{POSTMORTEM}/generate");
    let page = of_alice
        .submits(&form, &generate, &[("timeline", "important")])
        .await;
    page.shows(&[
        "Postmortem generated.",
        "I found the host causing the issue.",
        "added an impact",
        "db-1 is out of disk.",
        "Free a full disk",
        "https://graphs.example.com/checkout",
        "Alarm at four fifths",
        "First message to stakeholders 1 min after the declaration",
    ]);
    page.hides(&["finished task 1", "declared this incident"]);
    let form = of_bob.opens(&format!("{POSTMORTEM}?edit=7")).await;
    let written = [("body", "The runbook was right.")];
    let section = format!("{POSTMORTEM}/sections/7");
    let page = of_bob.submits(&form, &section, &written).await;
    page.shows(&["Section saved.", "The runbook was right."]);
    let page = of_alice.opens(POSTMORTEM).await;
    let status = format!("{POSTMORTEM}/fields/status");
    let completed = [("status", "completed")];
    let page = of_alice.submits(&page, &status, &completed).await;
    page.shows(&[
        "This postmortem is completed",
        "The runbook was right.",
        "I found the host causing the issue.",
    ]);
}
