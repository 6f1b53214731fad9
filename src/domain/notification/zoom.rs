//! The parts of the address of a Zoom meeting.

/// A Zoom meeting, from its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ZoomMeeting<'u> {
    /// The address.
    pub(super) url: &'u str,
    /// The number of the meeting; empty if the address has none.
    pub(super) id: &'u str,
    /// The password in the address; empty if there is none.
    pub(super) password: &'u str,
}

impl<'u> ZoomMeeting<'u> {
    /// Returns the meeting at an address; `None` if the address is not one of Zoom.
    pub(super) fn at(url: &'u str) -> Option<Self> {
        let (_, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = rest[..end].to_ascii_lowercase();
        if host != "zoom.us" && !host.ends_with(".zoom.us") {
            return None;
        }
        let (address, _) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let id = path.split('/').find(|part| is_number(part));
        let password = query
            .split('&')
            .find_map(|parameter| parameter.strip_prefix("pwd="));
        Some(Self {
            url,
            id: id.unwrap_or_default(),
            password: password.unwrap_or_default(),
        })
    }
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|sign| sign.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_zoom_address_are_found() {
        let url = "https://acme.zoom.us/j/123?pwd=a1&x=2";
        let meeting = ZoomMeeting {
            url,
            id: "123",
            password: "a1",
        };
        assert_eq!(ZoomMeeting::at(url), Some(meeting));
        for other in [
            "https://meet.example.com/j/1",
            "https://notzoom.us/j/1",
            "x",
        ] {
            assert_eq!(ZoomMeeting::at(other), None, "{other}");
        }
    }
}
