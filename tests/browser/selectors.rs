//! XPath expressions for elements of the page, found by their visible text instead of the page's structure.

/// Returns the path of an element inside another one.
pub fn within(outer: &str, inner: &str) -> String {
    format!("{outer}{inner}")
}

/// Returns the path of a message by a part of its text.
pub fn message(words: &str) -> String {
    format!("//main//article[{}]", contains_text(words))
}

/// Returns the path of a reply in the open thread by a part of its text.
pub fn reply(words: &str) -> String {
    format!(
        "//section[@aria-label='Thread']//article[{}]",
        contains_text(words)
    )
}

/// Returns the path of a button, or a link that looks like one, by its text.
pub fn button(words: &str) -> String {
    let named = format!("normalize-space(.)='{words}' or @aria-label='{words}'");
    format!("//*[self::button or @role='button'][{named}]")
}

/// Returns the path of an entry of the open menu by the start of its text.
pub fn menu_item(words: &str) -> String {
    format!("//*[@role='menuitem'][starts-with(normalize-space(.), '{words}')]")
}

/// Returns the path of the open modal by its title.
pub fn modal(title: &str) -> String {
    format!("//dialog[@open and .//h2[normalize-space(.)='{title}']]")
}

/// Returns the path of a field of the open modal by its label.
pub fn field(label: &str) -> String {
    let label = format!("//dialog//label[starts-with(normalize-space(.), '{label}')]");
    format!("//dialog//*[@id = {label}/@for]")
}

/// Returns the path of the error under a field of the open modal.
pub fn field_error(label: &str, words: &str) -> String {
    let label = format!("label[starts-with(normalize-space(.), '{label}')]");
    format!(
        "//dialog//div[{label}]/p[contains(@class, 'input-error') and {}]",
        contains_text(words)
    )
}

/// Returns the path of an option of the open list by its text.
pub fn option(words: &str) -> String {
    format!("//*[@role='option'][{}]", contains_text(words))
}

/// Returns the path of the message composer.
pub fn composer(channel: &str) -> String {
    format!("//main//textarea[@aria-label='Message #{channel}']")
}

/// Returns the path of a channel in the sidebar.
pub fn channel_link(channel: &str) -> String {
    format!("//aside//a[starts-with(@aria-label, '{channel} (')]")
}

/// Returns the path of the open channel by its name.
pub fn open_channel(channel: &str) -> String {
    format!("//main[.//h1[normalize-space(.)='{channel}']]")
}

/// Returns a condition: the element's text contains these words, regardless of line breaks and child
/// elements.
pub fn contains_text(words: &str) -> String {
    format!("contains(normalize-space(.), '{words}')")
}
