//! What counts as a link: an address of the web, `http` or `https`, and nothing else.

use crate::limits::length;

/// The longest link, in characters. Slack: the same for bookmarks, docs.slack.dev/reference/methods.
pub const LONGEST_LINK: usize = 2_048;

/// Says why a text cannot be taken as a link, if so: `is no link: …`.
pub(crate) fn no_link(link: &str) -> Option<String> {
    let long = length(link);
    if long > LONGEST_LINK {
        return Some(format!(
            "is {long} characters long; {LONGEST_LINK} is the most for a link."
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

/// Gives what follows `https://` or `http://`, in whatever case; `None` if the text begins otherwise.
pub(crate) fn without_scheme(link: &str) -> Option<&str> {
    SCHEMES.iter().find_map(|scheme| {
        let start = link.get(..scheme.len())?;
        start
            .eq_ignore_ascii_case(scheme)
            .then(|| &link[scheme.len()..])
    })
}

/// Gives a link with its scheme in small letters: Slack knows it no other way.
pub(crate) fn spelled(link: &str) -> String {
    let rest = without_scheme(link).unwrap_or(link);
    let (scheme, _) = link.split_at(link.len() - rest.len());
    format!("{}{rest}", scheme.to_ascii_lowercase())
}

const SCHEMES: [&str; 2] = ["https://", "http://"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_links() {
        for link in [
            "https://acme.example/a?b=c#d",
            "HTTP://acme.example",
            "http://localhost:8080/x",
            "http://10.0.0.1",
            "http://[::1]/x",
            "https://bücher.example/ä",
        ] {
            assert_eq!(no_link(link), None, "{link}");
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
            let why = no_link(text).unwrap_or_default();
            assert_eq!(why, "is no link: a link begins with https:// or http://.");
        }
    }

    #[test]
    fn the_scheme_is_spelled_in_small_letters() {
        assert_eq!(spelled("HTTPS://Acme.example/A"), "https://Acme.example/A");
        assert_eq!(spelled("acme"), "acme");
    }
}
