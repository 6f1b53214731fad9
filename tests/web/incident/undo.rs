//! **Undo**, next to what an action did.

use crate::browser::{Browser, Page};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::incident::entry_before;

const TIMELINE: &str = "/incidents/1/timeline";

fn action(name: &str) -> String {
    format!("/incidents/1/actions/{name}")
}

/// Presses a button of an entry.
async fn presses(browser: &Browser<'_>, page: &Page, name: &str, entry: &str) -> Page {
    let fields = [("number", entry)];
    browser.submits(page, &action(name), &fields).await
}

#[test]
fn flag_is_undone_once() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog note Disk is full").await;
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        let id = entry_before(&page, "Disk is full");
        let flagged = presses(&browser, &page, "flag-entry", &id).await;
        flagged.shows(&["Entry flagged as important. Undo", "Important Unflag"]);
        let undo = action("unflag-entry");
        for _ in 0..2 {
            let undone = browser.submits(&flagged, &undo, &[]).await;
            undone.shows(&["Flag removed. Undo"]);
            undone.hides(&["tag flag"]);
        }
        // The page of the flag does not offer to undo what is undone.
        let path = format!("{TIMELINE}?saved=flag-entry&object={id}");
        browser.opens(&path).await.hides(&[">Undo<"]);
        let path = format!("{TIMELINE}?saved=flag-entry&object=999");
        browser.opens(&path).await.hides(&[">Undo<"]);
        world.skips_messages();
    });
}

#[test]
fn removed_note_is_restored_with_its_post() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog note Disk is full").await;
        assert_eq!(alice.reads(channel), ["alice added a note: Disk is full"]);
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        let id = entry_before(&page, "Disk is full");
        let removed = presses(&browser, &page, "remove-entry", &id).await;
        removed.shows(&["Entry removed. Undo"]);
        removed.hides(&["Disk is full"]);
        let crossed_out = "alice added a note: Disk is full Removed by alice.";
        assert_eq!(alice.reads(channel), [crossed_out]);

        // Another user cannot restore it.
        let of_bob = bob.signs_in().await;
        let path = format!("{TIMELINE}?saved=remove-entry&object={id}");
        let page_of_bob = of_bob.opens(&path).await;
        page_of_bob.hides(&["Undo"]);
        let fields = [("key", "c0ffee"), ("number", id.as_str())];
        let stolen = of_bob.posts(&action("restore-entry"), &fields).await;
        assert_eq!(stolen.status, 422);
        stolen.shows(&["Only a note can be restored, and only by the user who removed it."]);

        for _ in 0..2 {
            let restored = browser
                .submits(&removed, &action("restore-entry"), &[])
                .await;
            restored.shows(&["Entry restored.", "alice added a note: Disk is full"]);
            restored.hides(&[">Undo<"]);
        }
        assert_eq!(alice.reads(channel), ["alice added a note: Disk is full"]);
        world.skips_messages();
    });
}

#[test]
fn removed_update_is_not_restored() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog update Freed the disk").await;
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        let id = entry_before(&page, "Freed the disk");
        let removed = presses(&browser, &page, "remove-entry", &id).await;
        removed.shows(&["Entry removed."]);
        removed.hides(&[">Undo<"]);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn task_that_another_user_finished_meanwhile_stays_done() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog task Free the disk").await;
        let [browser, of_bob] = [alice.signs_in().await, bob.signs_in().await];
        let page = browser.opens("/incidents/1/remediation").await;
        let done = browser.submits(&page, &action("finish-task"), &[]).await;
        done.shows(&["Done. Undo"]);
        let undone = browser.submits(&done, &action("reopen-task"), &[]).await;
        undone.shows(&["Reopened. Undo", "Remediation 1"]);

        // Alice has the page of the first time still open.
        let done = browser.submits(&undone, &action("finish-task"), &[]).await;
        world.advance(60).await;
        let page = of_bob.opens("/incidents/1/remediation").await;
        let page = of_bob.submits(&page, &action("reopen-task"), &[]).await;
        of_bob.submits(&page, &action("finish-task"), &[]).await;
        let rejected = browser.submits(&done, &action("reopen-task"), &[]).await;
        assert_eq!(rejected.status, 409);
        rejected.shows(&[
            "bob changed this Mon 23 Nov 15:06, after you opened the page.",
            "Now: done. Yours: open.",
        ]);
        browser
            .opens("/incidents/1")
            .await
            .shows(&["No open tasks."]);

        // Undoing what another user has undone changes nothing.
        let page = of_bob.opens("/incidents/1/remediation").await;
        let page = of_bob.submits(&page, &action("reopen-task"), &[]).await;
        let (path, key) = (action("reopen-task"), [("key", "c0ffee")]);
        let same = browser.submits(&done, &path, &key).await;
        same.shows(&["Reopened."]);
        page.shows(&["Remediation 1"]);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}
