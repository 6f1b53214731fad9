//! Where things are on the page, as XPath: found by what people read, not by how the page is made.

/// Gives the place of something in another place.
pub fn within(outer: &str, inner: &str) -> String {
    format!("{outer}{inner}")
}

/// Gives a message of the channel by a part of its words.
pub fn message(words: &str) -> String {
    format!("//main//article[{}]", reads(words))
}

/// Gives a reply in the open thread by a part of its words.
pub fn reply(words: &str) -> String {
    format!("//section[@aria-label='Thread']//article[{}]", reads(words))
}

/// Gives a button, or a link that looks like one, by its words.
pub fn button(words: &str) -> String {
    let named = format!("normalize-space(.)='{words}' or @aria-label='{words}'");
    format!("//*[self::button or @role='button'][{named}]")
}

/// Gives an entry of the open menu by the start of its words.
pub fn menu_item(words: &str) -> String {
    format!("//*[@role='menuitem'][starts-with(normalize-space(.), '{words}')]")
}

/// Gives the open form by its title.
pub fn form(title: &str) -> String {
    format!("//dialog[@open and .//h2[normalize-space(.)='{title}']]")
}

/// Gives a field of the open form by its label.
pub fn field(label: &str) -> String {
    let label = format!("//dialog//label[starts-with(normalize-space(.), '{label}')]");
    format!("//dialog//*[@id = {label}/@for]")
}

/// Gives what stands under a field of the open form that was filled in wrongly.
pub fn error(label: &str, words: &str) -> String {
    let label = format!("label[starts-with(normalize-space(.), '{label}')]");
    format!(
        "//dialog//div[{label}]/p[contains(@class, 'input-error') and {}]",
        reads(words)
    )
}

/// Gives an option of the open list by its words.
pub fn option(words: &str) -> String {
    format!("//*[@role='option'][{}]", reads(words))
}

/// Gives the field that one writes messages in.
pub fn composer(channel: &str) -> String {
    format!("//main//textarea[@aria-label='Message #{channel}']")
}

/// Gives the line of a channel in the list on the left.
pub fn listed(channel: &str) -> String {
    format!("//aside//a[starts-with(@aria-label, '{channel} (')]")
}

/// Gives the open channel by its name.
pub fn open_channel(channel: &str) -> String {
    format!("//main[.//h1[normalize-space(.)='{channel}']]")
}

/// A condition: these words are read there, however they are spread over lines and parts.
pub fn reads(words: &str) -> String {
    format!("contains(normalize-space(.), '{words}')")
}
