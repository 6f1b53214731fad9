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

/// Escapes one line of text for Markdown, also where renderers make links and mentions of plain text.
pub fn escape_text(text: &str) -> String {
    escape_links(&escape_line(text))
}

/// Escapes what renderers make links, mentions and variables of, in text that is escaped otherwise.
pub(crate) fn escape_links(escaped: &str) -> String {
    escaped
        .replace("://", "\\://")
        .replace("www.", "www\\.")
        .replace("WWW.", "WWW\\.")
        .replace('@', "\\@")
        // A body that is edited is filled in again.
        .replace('{', "\\{")
}

/// Encodes the characters of an address that Markdown would read. The address stays equivalent.
pub fn encode_url(url: &str) -> String {
    let mut encoded = String::with_capacity(url.len());
    for sign in url.chars() {
        match sign {
            '<' | '>' | '(' | ')' | '[' | ']' | '\\' | '`' | '"' | '|' | '{' | '}' | ' ' => {
                encoded.push_str(&format!("%{:02X}", u32::from(sign)));
            }
            sign if sign.is_control() => {}
            sign => encoded.push(sign),
        }
    }
    encoded
}

/// Returns the lines that are not blank, without control characters.
pub fn text_lines(text: &str) -> impl Iterator<Item = String> {
    let lines = text.split([
        '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}',
    ]);
    lines.map(single_line).filter(|it| !it.is_empty())
}

/// Returns a text in one line. Control characters become blanks; marks that reverse the direction of the rest of
/// the line are removed.
pub fn single_line(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for sign in visible_text(text).chars() {
        match sign {
            ' ' if joined.is_empty() || joined.ends_with(' ') => {}
            sign => joined.push(sign),
        }
    }
    joined.trim_end().to_owned()
}

/// Returns a text with blanks for control characters, and without marks that reverse the direction of the rest of
/// the line.
pub(crate) fn visible_text(text: &str) -> String {
    let is_visible =
        |sign: &char| !matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let blank = |sign: char| match sign.is_control() || sign.is_whitespace() {
        true => ' ',
        false => sign,
    };
    text.chars().filter(is_visible).map(blank).collect()
}

/// Returns a link as Markdown. An address that is none of the web is left out.
pub fn text_link(text: &str, url: &str) -> String {
    let text = escape_text(&single_line(text));
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    match is_web {
        true => format!("[{text}]({})", encode_url(url)),
        false => text,
    }
}

/// Returns whether a line starts or ends a fenced block of code.
pub(crate) fn is_code_fence(row: &str) -> bool {
    let row = row.trim_start();
    let is_fence = |sign: char| {
        let rest = row.trim_start_matches(sign);
        row.len() - rest.len() >= 3 && !rest.contains(sign)
    };
    is_fence('`') || is_fence('~')
}
