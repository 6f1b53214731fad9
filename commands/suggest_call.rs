//! Finds the URL of a video call in a message and offers to set it as the incident's call URL.

use muster_domain::link::http_url::{url_error, with_lowercase_scheme, without_scheme};
use slack_morphism::prelude::*;

use crate::payload::button_click::button;

/// Sets a posted URL as the incident's call URL. The value is the URL.
pub const SUGGEST_CALL: &str = "suggest_call";

/// Slack: the value of a button has at most 2,000 characters,
/// docs.slack.dev/reference/block-kit/block-elements.
const LONGEST_BUTTON_VALUE: usize = 2_000;

/// Returns the button that sets a posted URL as the incident's call URL.
pub fn suggest_call_button(url: &str) -> SlackBlockButtonElement {
    button(SUGGEST_CALL, "Use as Video Call").with_value(url.to_owned())
}

/// Returns the first URL of a Zoom, Google Meet or Microsoft Teams call in a message's text.
pub fn find_call_url(text: &str) -> Option<String> {
    let ends = |sign: char| sign.is_whitespace() || ['<', '>', '|', '"'].contains(&sign);
    text.split(ends)
        .map(|token| token.trim_end_matches([')', ',', '.', ';', '!', '?']))
        .find(|token| is_call_url(token) && token.len() <= LONGEST_BUTTON_VALUE)
        .map(with_lowercase_scheme)
}

/// Returns whether a URL joins a call, and is not another page of the same service.
fn is_call_url(link: &str) -> bool {
    let Some(rest) = without_scheme(link).filter(|_| url_error(link).is_none()) else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.to_ascii_lowercase();
    let is_of = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    let leads_to = |starts: &[&str]| {
        starts
            .iter()
            .any(|start| path.starts_with(start) && path.len() > start.len())
    };
    let is_zoom = is_of("zoom.us") || is_of("zoomgov.com");
    let is_teams = is_of("teams.microsoft.com") || is_of("teams.live.com");
    (is_zoom && leads_to(&["/j/", "/my/", "/s/", "/w/", "/wc/"]))
        || (host == "meet.google.com" && leads_to(&["/"]))
        || (is_teams && leads_to(&["/l/meetup-join/", "/meet/"]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn call_urls_are_found_in_a_text() {
        let calls = [
            "https://zoom.us/j/123",
            "https://us02web.zoom.us/j/123?pwd=a&b=c",
            "https://acme.zoomgov.com/my/alice",
            "https://meet.google.com/abc-defg-hij",
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting/0?context=x",
            "https://teams.live.com/meet/93",
        ];
        for call in calls {
            let texts = [
                call.to_owned(),
                format!("join <{call}> now"),
                format!("(<{call}|the call>)"),
                format!("We are in {call}."),
            ];
            for text in texts {
                assert_eq!(find_call_url(&text).as_deref(), Some(call), "{text}");
            }
        }
    }

    #[test]
    fn other_urls_are_not_calls() {
        let others = [
            "https://zoom.us",
            "https://zoom.us/pricing",
            "https://meet.google.com/",
            "https://notzoom.us/j/1",
            "https://zoom.us.example.com/j/1",
            "https://example.com/?to=https://zoom.us/j/1",
            "zoom.us/j/1",
            "javascript:https://zoom.us/j/1",
            "https://teams.microsoft.com/l/channel/x",
            "",
        ];
        for other in others {
            assert_eq!(find_call_url(other), None, "{other}");
        }
        let long = format!("https://zoom.us/j/{}", "1".repeat(2_000));
        assert_eq!(find_call_url(&long), None);
    }

    proptest! {
        #[test]
        fn call_url_is_part_of_the_text(text in "(.|\n|https://zoom.us/j/|<|>|[|])*") {
            if let Some(call) = find_call_url(&text) {
                prop_assert!(text.contains(call.trim_start_matches("https://")));
            }
        }
    }
}
