//! Reads forms with a file, which browsers send as `multipart/form-data` (RFC 7578).

/// Returns the separator of the parts, from the header `Content-Type`; `None` for another type.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.strip_prefix("multipart/form-data")?;
    let (_, boundary) = parameters.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then_some(boundary)
}

/// Returns the names and the texts of the parts. A part without a name is left out; a file is read as UTF-8.
pub(super) fn parse(body: &[u8], boundary: &str) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    // The first delimiter has no line break before it.
    let text = format!("\r\n{text}");
    let delimiter = format!("\r\n--{boundary}");
    let parts = text.split(delimiter.as_str()).skip(1);
    parts
        .take_while(|part| !part.starts_with("--"))
        .filter_map(parse_part)
        .collect()
}

fn parse_part(part: &str) -> Option<(String, String)> {
    let (headers, content) = part.split_once("\r\n\r\n")?;
    let mut headers = headers.lines();
    let disposition = headers.find(|header| {
        let name = header.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case("content-disposition")
    })?;
    let (_, name) = disposition.split_once("; name=\"")?;
    Some((name.split('"').next()?.to_owned(), content.to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=----x7";

    #[test]
    fn fields_and_file_are_read() {
        let body = "------x7\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nc0ffee\r\n\
                    ------x7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.toml\"\r\n\
                    Content-Type: application/toml\r\n\r\na = 1\nb = \"--x\"\n\r\n------x7--\r\n";
        let fields = parse(body.as_bytes(), boundary(TYPE).unwrap());
        let expected = [("key", "c0ffee"), ("file", "a = 1\nb = \"--x\"\n")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields, expected);
    }

    #[test]
    fn broken_body_has_no_fields() {
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
        assert_eq!(boundary("multipart/form-data"), None);
        for body in [
            "",
            "------x7",
            "------x7\r\n\r\n",
            "------x7\r\nA: b\r\n\r\nc",
            "\u{0}",
        ] {
            assert_eq!(parse(body.as_bytes(), "----x7"), [], "{body}");
        }
        assert_eq!(parse(&[0xff, 0xfe], "----x7"), []);
    }
}
