//! The page that a user wanted to see before they signed in.

/// The page without another one.
pub(super) const START: &str = "/incidents";

/// The longest path that is remembered. Links from dashboards fill in forms with long addresses.
const MAX_LENGTH: usize = 2_000;

/// Returns the path of a page of this server. Anything else, such as the address of another site, becomes the
/// list of incidents.
pub(super) fn local_path(text: &str) -> &str {
    let is_local = text.starts_with('/') && !text.starts_with("//");
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    match is_local && is_plain && text.len() <= MAX_LENGTH && !text.starts_with("/sign-") {
        true => text,
        false => START,
    }
}

/// Returns the number of the incident whose page a path is.
pub(super) fn incident_number(path: &str) -> Option<i64> {
    let rest = path.strip_prefix("/incidents/")?;
    let number = rest.split(['/', '?', '#']).next()?;
    number.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_of_another_site_is_replaced() {
        for path in ["/incidents/7", "/incidents?status=open", "/me"] {
            assert_eq!(local_path(path), path);
        }
        let long = format!("/incidents/new?signal={}", "x".repeat(1_500));
        assert_eq!(local_path(&long), long);
        for other in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a b",
            "/sign-in",
            "javascript:alert(1)",
        ] {
            assert_eq!(local_path(other), START, "{other}");
        }
    }

    #[test]
    fn incident_of_a_path_is_found() {
        assert_eq!(incident_number("/incidents/7"), Some(7));
        assert_eq!(incident_number("/incidents/7/timeline?x=1"), Some(7));
        assert_eq!(incident_number("/incidents/new"), None);
        assert_eq!(incident_number("/me"), None);
    }
}
