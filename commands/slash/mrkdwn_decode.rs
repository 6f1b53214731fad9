//! Decodes Slack's escapes and mrkdwn tokens into the text that the user entered.

/// Decodes Slack's three entities once: `&amp;lt;` becomes `&lt;`.
///
/// Slack: docs.slack.dev/messaging/formatting-message-text, “Escaping text”.
pub(crate) fn unescape(text: &str) -> String {
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

/// Decodes the text of a slash command into the text that the user entered: users, channels and
/// links by their labels, then the entities.
///
/// Slack: `should_escape`, docs.slack.dev/interactivity/implementing-slash-commands.
pub fn decode(text: &str) -> String {
    decode_as(text, LinkText::Label)
}

/// Decodes like `decode`, but replaces each link with its URL: Slack displays `acme.example` for a
/// link to `http://acme.example`.
pub(crate) fn decode_with_urls(text: &str) -> String {
    decode_as(text, LinkText::Url)
}

/// The part of a link that replaces its token.
#[derive(Clone, Copy)]
enum LinkText {
    Label,
    Url,
}

fn decode_as(text: &str, link: LinkText) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        decoded.push_str(&unescape(&rest[..at]));
        rest = &rest[at..];
        let token = rest[1..].find(['<', '>']).map(|end| end + 1);
        let replacement = token
            .filter(|end| rest[*end..].starts_with('>'))
            .and_then(|end| Some((decode_token(&rest[1..end], link)?, end + 1)));
        let (replacement, length) = replacement.unwrap_or_else(|| ("<".to_owned(), 1));
        decoded.push_str(&replacement);
        rest = &rest[length..];
    }
    decoded.push_str(&unescape(rest));
    decoded
}

/// Decodes a token between `<` and `>`; `None` if it is not one of Slack's.
fn decode_token(token: &str, link: LinkText) -> Option<String> {
    let (target, label) = match token.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (token, None),
    };
    let read = match target.chars().next()? {
        '@' => format!("@{}", label.unwrap_or(&target[1..])),
        '#' => format!("#{}", label.unwrap_or(&target[1..])),
        '!' if BROADCASTS.contains(&target) => format!("@{}", &target[1..]),
        '!' => label?.to_owned(),
        _ if is_url(target) => match link {
            LinkText::Label => label.unwrap_or(without_contact_scheme(target)).to_owned(),
            LinkText::Url => target.to_owned(),
        },
        _ => return None,
    };
    Some(unescape(&read))
}

/// The tokens for `@channel`, `@here` and `@everyone`. A `<` that the user entered arrives as an
/// entity, so that such a token always comes from Slack.
const BROADCASTS: [&str; 3] = ["!channel", "!here", "!everyone"];

fn is_url(target: &str) -> bool {
    let schemes = ["http://", "https://", "mailto:", "tel:", "slack://"];
    schemes.iter().any(|scheme| target.starts_with(scheme))
}

/// Removes the scheme of an email address or phone number.
fn without_contact_scheme(target: &str) -> &str {
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
    fn users_channels_and_links_are_decoded() {
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
        for (sent, decoded) in pairs {
            assert_eq!(decode(sent), decoded);
        }
    }

    #[test]
    fn link_is_decoded_as_its_url_when_required() {
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
            assert_eq!(decode_with_urls(sent), meant);
        }
    }

    #[test]
    fn text_without_tokens_is_unchanged() {
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
            assert_eq!(decode(text), text);
        }
    }

    proptest! {
        #[test]
        fn escaped_text_round_trips(decoded in ".*") {
            let sent = decoded.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(decode(&sent), decoded.clone());
            prop_assert_eq!(unescape(&sent), decoded);
        }

        #[test]
        fn any_text_is_decoded_without_panic(text in "[<>@#!|&;ampltg a-zä🔥]*") {
            let _ = decode(&text);
        }
    }
}
