//! Validates URLs: only `http` and `https`.

use crate::text::length;

/// The longest URL, in characters. Slack: the limit of bookmarks, docs.slack.dev/reference/methods.
pub const LONGEST_URL: usize = 2_048;

/// Returns why a text is not a valid URL (`is no link: …`), or `None` if it is valid.
pub fn url_error(link: &str) -> Option<String> {
    let long = length(link);
    if long > LONGEST_URL {
        return Some(format!(
            "is {long} characters long; a link can have at most {LONGEST_URL}."
        ));
    }
    if link.contains(char::is_whitespace) {
        return Some("contains a space. Enter one link per line and nothing else.".to_owned());
    }
    match without_scheme(link) {
        Some(rest) if rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '[') => None,
        Some(_) | None => Some("isn't a link. Links start with https:// or http://.".to_owned()),
    }
}

/// A URL in a text, and the words around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUrl {
    /// The URL, with a scheme.
    pub url: String,
    /// The other words.
    pub words: String,
}

/// Finds the first URL in a text, or the first word without a scheme that can only be one:
/// `zoom.us/j/1`. Returns `None` if there is none.
pub fn find_url(text: &str) -> Option<FoundUrl> {
    let matched = text
        .split_whitespace()
        .find(|token| url_error(trim_url(token)).is_none())
        .or_else(|| {
            text.split_whitespace()
                .find(|token| is_bare_url(trim_url(token)))
        })?;
    let url = trim_url(matched);
    let at = text.find(matched)?;
    let (before, after) = (&text[..at], &text[at + matched.len()..]);
    let words = format!("{} {}", before.trim(), after.trim());
    Some(FoundUrl {
        url: with_scheme(url),
        words: words
            .trim()
            .trim_end_matches([':', '-', '–', '—'])
            .trim()
            .to_owned(),
    })
}

/// Returns a token of a text as a URL with a scheme; `None` if it is no URL.
pub(crate) fn url_in(token: &str) -> Option<String> {
    let is_url = url_error(token).is_none() || is_bare_url(token);
    is_url.then(|| with_scheme(token))
}

/// Returns a URL with `https://` if it has no scheme.
pub fn with_scheme(url: &str) -> String {
    if is_bare_url(url) {
        format!("https://{url}")
    } else {
        url.to_owned()
    }
}

/// Removes the punctuation around a URL in a sentence.
pub(crate) fn trim_url(token: &str) -> &str {
    token
        .trim_start_matches(['(', '<', '"', '“'])
        .trim_end_matches([')', '>', '"', '”', ',', ';', '.', '!'])
}

/// Returns whether a word without a scheme is a host name with a domain, and perhaps a path.
fn is_bare_url(token: &str) -> bool {
    let host = token.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label
                .chars()
                .all(|sign| sign.is_alphanumeric() || sign == '-')
    };
    let is_domain = |label: &&str| label.len() >= 2 && label.chars().all(char::is_alphabetic);
    labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().is_some_and(is_domain)
        && url_error(&format!("https://{token}")).is_none()
}

/// Returns the text after `https://` or `http://` in any case; `None` without this prefix.
pub fn without_scheme(link: &str) -> Option<&str> {
    SCHEMES.iter().find_map(|scheme| {
        let start = link.get(..scheme.len())?;
        start
            .eq_ignore_ascii_case(scheme)
            .then(|| &link[scheme.len()..])
    })
}

/// Returns a URL with its scheme in lower case. Slack does not recognize other spellings.
pub fn with_lowercase_scheme(link: &str) -> String {
    let rest = without_scheme(link).unwrap_or(link);
    let (scheme, _) = link.split_at(link.len() - rest.len());
    format!("{}{rest}", scheme.to_ascii_lowercase())
}

const SCHEMES: [&str; 2] = ["https://", "http://"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_urls_are_accepted() {
        for link in [
            "https://acme.example/a?b=c#d",
            "HTTP://acme.example",
            "http://localhost:8080/x",
            "http://10.0.0.1",
            "http://[::1]/x",
            "https://bücher.example/ä",
        ] {
            assert_eq!(url_error(link), None, "{link}");
        }
        for text in [
            "javascript:alert(1)",
            "acme.example",
            "https://",
            "ftp://a",
            "http:///x",
            "ä",
            "",
        ] {
            let why = url_error(text).unwrap_or_default();
            assert_eq!(why, "isn't a link. Links start with https:// or http://.");
        }
    }

    #[test]
    fn url_is_found_between_words_and_gets_a_scheme() {
        let cases = [
            ("https://a.example/x", "https://a.example/x", ""),
            ("see https://a.example/x.", "https://a.example/x", "see"),
            ("graph: https://a.example", "https://a.example", "graph"),
            ("zoom.us/j/1", "https://zoom.us/j/1", ""),
            ("join zoom.us/j/1 now", "https://zoom.us/j/1", "join now"),
            ("(HTTP://a.example)", "HTTP://a.example", ""),
        ];
        for (text, url, words) in cases {
            let matched = FoundUrl {
                url: url.to_owned(),
                words: words.to_owned(),
            };
            assert_eq!(find_url(text), Some(matched), "{text}");
        }
        for text in [
            "",
            "see the graph",
            "v1.2",
            "a.",
            "e.g. this",
            "ann@acme.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(find_url(text), None, "{text}");
        }
    }

    #[test]
    fn scheme_is_lowercased() {
        assert_eq!(
            with_lowercase_scheme("HTTPS://Acme.example/A"),
            "https://Acme.example/A"
        );
        assert_eq!(with_lowercase_scheme("acme"), "acme");
    }
}
