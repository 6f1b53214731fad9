//! A postmortem in a real browser: a section is written while another user saves others.

use muster::store::{ChangeTarget, IdempotencyKey};
use muster_domain::postmortem::EditSection;
use muster_domain::{Actor, IncidentId, Timestamp, UserId, Viewer};

use crate::pages::{Pages, button_starting, heading, link, recorder};

/// Bob saves a section.
async fn saves(pages: &Pages<'_>, number: i64, heading: &str, text: &str) {
    let world = pages.world;
    let bob = UserId::from(world.slack.user("bob").0.as_str());
    let now = Timestamp::from_epoch_millis(world.now());
    let target = ChangeTarget {
        viewer: Viewer::Operator,
        id: IncidentId(1),
        key: IdempotencyKey::web(&bob, &format!("bob{number}")),
        now,
    };
    let request = EditSection {
        number: Some(number),
        expected_revision: 1,
        heading: heading.to_owned(),
        body: text.to_owned(),
    };
    let store = world.store().await;
    let saved = store.save_section(target, request, Actor::new(bob, now));
    saved.await.unwrap();
}

/// Alice writes a section. What bob saves meanwhile appears around her form, and nothing that she types is lost.
pub async fn write_section(pages: &Pages<'_>) {
    let [user, bob, _] = &pages.users;
    bob.types("#general", "/datadog help").await;
    let incident = user.declares("Checkout is slow").await;
    let resolve = "/datadog incident resolve Freed the disk";
    user.types(&incident.channel, resolve).await;
    pages.delivers().await;
    let alice = &pages.window;
    pages.signs_in().await;
    pages.opens("/incidents/1/postmortem").await;
    alice.clicks(&button_starting("Generate")).await;
    alice.sees(&heading("IR-1 Checkout is slow")).await;
    alice.clicks(&link("Edit What went well")).await;
    alice.focuses("//textarea[@id='body']").await;
    alice
        .types("The **runbook** of {{incident.id}} worked.")
        .await;
    let preview = "//section[@id='preview']//strong[. = 'runbook']";
    alice.sees(preview).await;

    save_other_sections(pages).await;
    alice
        .clicks("//form[@id='section-7']//button[. = 'Save']")
        .await;
    alice.sees(&heading("bob saved this section too")).await;
    alice
        .clicks("//form[@id='merged']//button[. = 'Save']")
        .await;
    alice.sees("//*[. = 'Section saved.']").await;
    for text in ["People were awake.", "of IR-1 worked."] {
        let paragraph =
            format!("//section[@id='section-7']//*[contains(normalize-space(.), '{text}')]");
        alice.sees(&paragraph).await;
    }
    pages.delivers().await;
    recorder::assert_clean(alice).await;
}

/// Bob saves three sections, the one in alice's form last. She sees that next to what she types.
async fn save_other_sections(pages: &Pages<'_>) {
    let alice = &pages.window;
    saves(pages, 1, "Summary", "The disk was full.").await;
    alice
        .sees("//section[@id='section-1']//p[. = 'The disk was full.']")
        .await;
    saves(pages, 11, "Links", "None.").await;
    alice
        .sees("//section[@id='section-11']//p[. = 'None.']")
        .await;
    saves(pages, 7, "What went well", "People were awake.").await;
    let warning = "starts-with(normalize-space(.), 'bob saved this section')";
    alice
        .sees(&format!("//*[@id='overtaken']//p[{warning}]"))
        .await;
    alice
        .waits_until("document.querySelector('#body').value.endsWith('of {{incident.id}} worked.')")
        .await;
}
