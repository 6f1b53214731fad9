//! Validates URLs: only `http` and `https`.

use crate::text::length;

/// The longest URL, in characters. Slack: the limit of bookmarks, docs.slack.dev/reference/methods.
pub const LONGEST_URL: usize = 2_048;

/// Returns why a text is not a valid URL (`is no link: …`), or `None` if it is valid.
pub fn url_error(link: &str) -> Option<String> {
    let long = length(link);
    if long > LONGEST_URL {
        return Some(format!(
            "is {long} characters long; {LONGEST_URL} is the most for a link."
        ));
    }
    if link.contains(char::is_whitespace) {
        return Some(
            "has a space in it: please write one link a line, and nothing else.".to_owned(),
        );
    }
    match without_scheme(link) {
        Some(rest) if rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '[') => None,
        Some(_) | None => Some("is no link: a link begins with https:// or http://.".to_owned()),
    }
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
            assert_eq!(why, "is no link: a link begins with https:// or http://.");
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
