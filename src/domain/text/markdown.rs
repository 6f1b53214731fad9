//! Escapes texts for Markdown.

/// Formats a URL as an autolink.
pub fn format_url(url: &str) -> String {
    // Only these characters have a meaning between angle brackets. A URL with them is written as text.
    if url.contains(['<', '>', '\n', ' ']) {
        escape_inline(url)
    } else {
        format!("<{url}>")
    }
}

/// Escapes Markdown in a text of one line. CommonMark: any ASCII punctuation character may be escaped with a
/// backslash, spec.commonmark.org/0.31.2/#backslash-escapes.
pub fn escape_inline(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' | '\r' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' => {
                escaped.push('\\');
                escaped.push(sign);
            }
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Escapes a text of several lines and keeps its line breaks; all lines but the first start with `indent`.
pub fn escape_lines(text: &str, indent: &str) -> String {
    let rows: Vec<String> = text.lines().map(escape_line).collect();
    rows.join(&format!("\\\n{indent}"))
}

/// Escapes a line, also at its start, so that it is not a list, rule or heading.
pub fn escape_line(text: &str) -> String {
    let escaped = escape_inline(text.trim_start());
    let number_end = escaped.find(|sign: char| !sign.is_ascii_digit());
    match (escaped.chars().next(), number_end) {
        (Some('-' | '+' | '='), _) => format!("\\{escaped}"),
        (Some('0'..='9'), Some(end)) if escaped[end..].starts_with(['.', ')']) => {
            format!("{}\\{}", &escaped[..end], &escaped[end..])
        }
        _ => escaped,
    }
}

/// Returns a link after its name, if it has one.
pub fn named_link(name: &str, url: &str) -> String {
    match name {
        "" => format_url(url),
        name => format!("{}: {}", escape_inline(name), format_url(url)),
    }
}
