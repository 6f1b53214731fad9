//! From what Slack sends of a text back to what was typed.

/// Turns Slack's three entities back, once: `&amp;lt;` becomes `&lt;`.
///
/// Slack: docs.slack.dev/messaging/formatting-message-text, “Escaping text”.
pub fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')]
            .into_iter()
            .find(|(entity, _)| rest.starts_with(entity));
        let (length, sign) = entity.map_or((1, '&'), |(entity, sign)| (entity.len(), sign));
        plain.push(sign);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    plain
}

/// Turns the text of a slash command back into what was typed: people, channels and links as they
/// read, then the entities.
///
/// Slack: `should_escape`, docs.slack.dev/interactivity/implementing-slash-commands.
pub fn as_typed(text: &str) -> String {
    read(text, Link::Label)
}

/// Turns the text of a slash command back as [`as_typed`] does, but gives of each link where it leads:
/// Slack shows `acme.example` for what it knows as `http://acme.example`.
pub(crate) fn with_addresses(text: &str) -> String {
    read(text, Link::Address)
}

/// What is read of a link.
#[derive(Clone, Copy)]
enum Link {
    Label,
    Address,
}

fn read(text: &str, link: Link) -> String {
    let mut typed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        typed.push_str(&unescape(&rest[..at]));
        rest = &rest[at..];
        let token = rest[1..].find(['<', '>']).map(|end| end + 1);
        let said = token
            .filter(|end| rest[*end..].starts_with('>'))
            .and_then(|end| Some((reading(&rest[1..end], link)?, end + 1)));
        let (said, length) = said.unwrap_or_else(|| ("<".to_owned(), 1));
        typed.push_str(&said);
        rest = &rest[length..];
    }
    typed.push_str(&unescape(rest));
    typed
}

/// Gives how a token between `<` and `>` reads; `None` if it is none of Slack's.
fn reading(token: &str, link: Link) -> Option<String> {
    let (target, label) = match token.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (token, None),
    };
    let read = match target.chars().next()? {
        '@' => format!("@{}", label.unwrap_or(&target[1..])),
        '#' => format!("#{}", label.unwrap_or(&target[1..])),
        '!' if BROADCASTS.contains(&target) => format!("@{}", &target[1..]),
        '!' => label?.to_owned(),
        _ if is_link(target) => match link {
            Link::Label => label.unwrap_or(bare(target)).to_owned(),
            Link::Address => target.to_owned(),
        },
        _ => return None,
    };
    Some(unescape(&read))
}

/// What Slack makes of `@channel`, `@here` and `@everyone`. Signs that people typed themselves come
/// as entities, so that this is never what they typed.
const BROADCASTS: [&str; 3] = ["!channel", "!here", "!everyone"];

fn is_link(target: &str) -> bool {
    let schemes = ["http://", "https://", "mailto:", "tel:", "slack://"];
    schemes.iter().any(|scheme| target.starts_with(scheme))
}

/// Gives a mail address or telephone number without its scheme, as people type it.
fn bare(target: &str) -> &str {
    let short = target
        .strip_prefix("mailto:")
        .or_else(|| target.strip_prefix("tel:"));
    short.unwrap_or(target)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_channels_and_links_read_as_they_were_typed() {
        let pairs = [
            ("ask <@U0BOB000001|bob>", "ask @bob"),
            ("ask <@U0BOB000001>", "ask @U0BOB000001"),
            ("see <#C0INCIDENTS|incidents> now", "see #incidents now"),
            ("see <#C0PRIVATE001|>", "see #C0PRIVATE001"),
            (
                "<https://acme.example/a?b=1&amp;c=2>",
                "https://acme.example/a?b=1&c=2",
            ),
            (
                "<http://acme.example|acme.example> down",
                "acme.example down",
            ),
            (
                "<mailto:ann@acme.example|ann@acme.example>",
                "ann@acme.example",
            ),
            ("<!subteam^S1|@on-call> woke", "@on-call woke"),
            (
                "<!channel> <!here|here> <!everyone>",
                "@channel @here @everyone",
            ),
            ("&lt;!channel&gt; a &amp;&amp; b", "<!channel> a && b"),
            ("&amp;lt; stays", "&lt; stays"),
        ];
        for (sent, typed) in pairs {
            assert_eq!(as_typed(sent), typed);
        }
    }

    #[test]
    fn where_a_link_leads_is_read_when_it_matters() {
        let pairs = [
            (
                "<http://acme.example|acme.example> is <@U1|bob>'s",
                "http://acme.example is @bob's",
            ),
            (
                "<https://acme.example/a?b=1&amp;c=2>",
                "https://acme.example/a?b=1&c=2",
            ),
            ("javascript:alert(1)", "javascript:alert(1)"),
        ];
        for (sent, meant) in pairs {
            assert_eq!(with_addresses(sent), meant);
        }
    }

    #[test]
    fn what_is_no_token_stays_as_it_is() {
        for text in [
            "a < b",
            "a <b> c",
            "<",
            "<>",
            "<<@U1",
            "<!subteam^S1>",
            "x & y &lt",
            "&&amp",
            "a > b",
        ] {
            assert_eq!(as_typed(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_typed_reads_back(typed in ".*") {
            let sent = typed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(as_typed(&sent), typed.clone());
            prop_assert_eq!(unescape(&sent), typed);
        }

        #[test]
        fn any_text_is_read_without_trouble(text in "[<>@#!|&;ampltg a-zä🔥]*") {
            let _ = as_typed(&text);
        }
    }
}
