//! The editor of a message template: the preview follows the text, and variables complete while they are written.

use crate::pages::{Pages, button_starting, heading, link, recorder};

/// Alice writes a template with a variable that she does not know by heart.
pub async fn write_template(pages: &Pages<'_>) {
    let [user, ..] = &pages.users;
    user.declares("Checkout is slow").await;
    pages.delivers().await;
    let alice = &pages.window;
    pages.signs_in().await;
    pages.opens("/settings/templates/edit").await;
    alice.types("Lawyers").await;
    alice.focuses("//input[@id='subject']").await;
    alice.types("{{incident.id}}").await;
    let preview = "//section[@id='preview']";
    alice.sees(&format!("{preview}//strong[. = 'IR-1']")).await;
    alice.focuses("//textarea[@id='body']").await;
    alice.types("Run by {{comm").await;
    alice
        .sees(&format!("{preview}//button[. = 'incident.commander_name']"))
        .await;
    alice
        .clicks(&format!("{preview}//button[. = 'incident.commander']"))
        .await;
    alice
        .sees(&format!("{preview}//p[. = 'Run by alice']"))
        .await;
    alice
        .waits_until("document.querySelector('#body').value === 'Run by {{incident.commander}}'")
        .await;
    alice.clicks(&button_starting("Save")).await;
    alice.sees(&heading("Settings")).await;
    alice.sees(&link("Lawyers")).await;
    recorder::assert_clean(alice).await;
}
