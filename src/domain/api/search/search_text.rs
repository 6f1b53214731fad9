//! A text in a query.

use std::fmt;

/// A text in a query. In one without quotes, `*` matches any run of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText {
    /// The text, without the quotes.
    pub text: String,
    /// Whether it has quotes, so that it has no wildcards.
    pub is_quoted: bool,
}

impl SearchText {
    /// Returns the parts between the wildcards. Parts at the start and at the end may be empty.
    pub fn parts(&self) -> Vec<&str> {
        match self.is_quoted {
            true => vec![&self.text],
            false => self.text.split('*').collect(),
        }
    }

    /// Returns whether it matches everything.
    pub fn is_any(&self) -> bool {
        !self.is_quoted && !self.text.is_empty() && self.text.chars().all(|sign| sign == '*')
    }

    /// Returns whether it has a wildcard.
    pub fn has_wildcard(&self) -> bool {
        !self.is_quoted && self.text.contains('*')
    }

    /// Returns whether it matches a whole value, ignoring case.
    pub fn matches(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        let parts: Vec<String> = self.parts().iter().map(|it| it.to_lowercase()).collect();
        let (first, rest) = match parts.split_first() {
            None => return value.is_empty(),
            Some((only, [])) => return value == *only,
            Some(parts) => parts,
        };
        let Some(mut tail) = value.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return false;
        };
        for part in middle {
            let Some(start) = tail.find(part.as_str()) else {
                return false;
            };
            tail = &tail[start + part.len()..];
        }
        tail.ends_with(last.as_str())
    }
}

impl fmt::Display for SearchText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_quoted {
            false => f.write_str(&self.text),
            true => {
                let escaped = self.text.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "\"{escaped}\"")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(text: &str, value: &str) -> bool {
        let text = SearchText {
            text: text.to_owned(),
            is_quoted: false,
        };
        text.matches(value)
    }

    #[test]
    fn wildcard_matches_any_run_and_case_is_ignored() {
        for (text, value) in [
            ("checkout", "Checkout"),
            ("check*", "checkout"),
            ("*out", "checkout"),
            ("c*k*t", "checkout"),
            ("*", ""),
            ("**", "any"),
            ("É*", "école"),
        ] {
            assert!(matches(text, value), "{text} {value}");
        }
        for (text, value) in [
            ("check", "checkout"),
            ("aa*aa", "aaa"),
            ("*kc*", "check"),
            ("", "a"),
        ] {
            assert!(!matches(text, value), "{text} {value}");
        }
    }

    #[test]
    fn quotes_make_an_asterisk_an_ordinary_character() {
        let text = SearchText {
            text: "a*".to_owned(),
            is_quoted: true,
        };
        assert!(text.matches("A*") && !text.matches("ab"));
        assert!(!text.is_any() && !text.has_wildcard());
    }
}
