//! A link to a video call, pasted in a channel: whose it may be, and the button that takes it.

use slack_morphism::prelude::*;

use crate::buttons::button;
use crate::web_link::{no_link, spelled, without_scheme};

/// The button that makes a pasted link the incident's video call; it carries the link.
pub const USE: &str = "use_as_call";

/// Slack: the value of a button has at most 2,000 characters,
/// docs.slack.dev/reference/block-kit/block-elements.
const LONGEST: usize = 2_000;

/// Gives the button that makes a pasted link the incident's video call.
pub fn use_button(url: &str) -> SlackBlockButtonElement {
    button(USE, "Use as Video Call").with_value(url.to_owned())
}

/// Finds the first link to a Zoom, Google Meet or Microsoft Teams call in a message's text.
pub fn found(text: &str) -> Option<String> {
    let ends = |sign: char| sign.is_whitespace() || ['<', '>', '|', '"'].contains(&sign);
    text.split(ends)
        .map(|word| word.trim_end_matches([')', ',', '.', ';', '!', '?']))
        .find(|word| is_call(word) && word.len() <= LONGEST)
        .map(spelled)
}

/// Says whether a link leads to a call: into one, not to a page about them.
fn is_call(link: &str) -> bool {
    let Some(rest) = without_scheme(link).filter(|_| no_link(link).is_none()) else {
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
    fn calls_are_known_by_where_they_are() {
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
                assert_eq!(found(&text).as_deref(), Some(call), "{text}");
            }
        }
    }

    #[test]
    fn other_links_are_no_calls() {
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
            assert_eq!(found(other), None, "{other}");
        }
        let long = format!("https://zoom.us/j/{}", "1".repeat(2_000));
        assert_eq!(found(&long), None);
    }

    proptest! {
        #[test]
        fn any_text_is_looked_at_without_trouble(text in "(.|\n|https://zoom.us/j/|<|>|[|])*") {
            if let Some(call) = found(&text) {
                prop_assert!(text.contains(call.trim_start_matches("https://")));
            }
        }
    }
}
