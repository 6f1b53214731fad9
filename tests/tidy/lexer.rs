//! Splits sources into what the glossary is about: comments, strings and names.

/// The kinds of tokens. White space, numbers, characters and lifetimes are no tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A comment; consecutive line comments are one.
    Comment,
    /// A doc comment.
    Doc,
    /// A string literal of any kind.
    Str,
    /// An identifier or a keyword; a raw identifier without its `r#`.
    Name,
    /// Any other character.
    Sign,
}

/// A token, with its delimiters.
#[derive(Debug, PartialEq, Eq)]
pub struct Token {
    /// Its kind.
    pub kind: Kind,
    /// The line of its first character, from 1.
    pub row: usize,
    /// Its text.
    pub text: String,
}

/// Returns the tokens of Rust code.
pub fn rust(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut rest, mut row) = (source, 1);
    while !rest.is_empty() {
        let (kind, length) = first_token(rest);
        let (text, after) = rest.split_at(length);
        if let Some(kind) = kind {
            push(&mut tokens, kind, row, text.trim_start_matches("r#"));
        }
        row += text.matches('\n').count();
        rest = after;
    }
    tokens
}

fn push(tokens: &mut Vec<Token>, kind: Kind, row: usize, text: &str) {
    if let Some(last) = tokens.last_mut().filter(|last| last.kind == kind) {
        let next_line = last.row + last.text.matches('\n').count() + 1;
        if matches!(kind, Kind::Comment | Kind::Doc) && row == next_line {
            last.text = format!("{}\n{text}", last.text);
            return;
        }
    }
    let text = text.to_owned();
    tokens.push(Token { kind, row, text });
}

/// Returns the kind of what comes first, if it is a token, and its length.
fn first_token(rest: &str) -> (Option<Kind>, usize) {
    let first = rest.chars().next().unwrap_or_default();
    let begins = |start| rest.starts_with(start);
    let is_line_doc = begins("//!") || begins("///") && !begins("////");
    let is_block_doc = begins("/*!") || begins("/**") && !begins("/***") && !begins("/**/");
    let is_doc = is_line_doc || is_block_doc;
    let comment = Some(if is_doc { Kind::Doc } else { Kind::Comment });
    if begins("//") {
        (comment, rest.find('\n').unwrap_or(rest.len()))
    } else if begins("/*") {
        (comment, block_comment_length(rest.as_bytes()))
    } else if let Some(length) = string_length(rest) {
        (Some(Kind::Str), length)
    } else if first == '\'' {
        (None, character_length(&rest[1..]) + 1)
    } else if begins("r#") {
        (Some(Kind::Name), 2 + word_length(&rest[2..]))
    } else if is_word(first) {
        let name = Some(Kind::Name).filter(|_| !first.is_ascii_digit());
        (name, word_length(rest))
    } else {
        let sign = Some(Kind::Sign).filter(|_| !first.is_whitespace());
        (sign, first.len_utf8())
    }
}

fn block_comment_length(rest: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        let change = match &rest[at..] {
            [b'/', b'*', ..] => 1,
            [b'*', b'/', ..] => -1,
            _ => 0,
        };
        depth += change;
        at += if change == 0 { 1 } else { 2 };
        if depth == 0 {
            break;
        }
    }
    at
}

fn string_length(rest: &str) -> Option<usize> {
    let open = rest.find(|sign| !"bcr#".contains(sign))? + 1;
    let (prefix, text) = (rest[..open].strip_suffix('"')?, &rest[open..]);
    let letters = prefix.trim_end_matches('#');
    let end = match letters {
        "r" | "br" | "cr" => {
            let close = format!("\"{}", &prefix[letters.len()..]);
            text.find(&close).map(|end| end + close.len())
        }
        "" | "b" | "c" if letters == prefix => {
            let mut is_escaped = false;
            let is_end = |sign| {
                let is_end = sign == '"' && !is_escaped;
                is_escaped = sign == '\\' && !is_escaped;
                is_end
            };
            text.find(is_end).map(|end| end + 1)
        }
        _ => return None,
    };
    Some(open + end.unwrap_or(text.len()))
}

/// Returns the length of a character or lifetime after its first quote.
fn character_length(rest: &str) -> usize {
    let first = rest.chars().next().unwrap_or_default();
    if first == '\\' {
        2 + rest[2..].find('\'').map_or(0, |end| end + 1)
    } else if rest[first.len_utf8().min(rest.len())..].starts_with('\'') {
        first.len_utf8() + 1
    } else {
        word_length(rest)
    }
}

fn word_length(rest: &str) -> usize {
    rest.find(|sign| !is_word(sign)).unwrap_or(rest.len())
}

/// Returns whether a word or a name may contain the character.
pub fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Returns the comments of SQL, its quoted strings and its names.
pub fn sql(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (index, text) in source.lines().enumerate() {
        let starts = text.match_indices("--").map(|(start, _)| start);
        let is_quoted = |start: &usize| text[..*start].matches('\'').count() % 2 == 1;
        let comment = starts.into_iter().find(|start| !is_quoted(start));
        let (code, comment) = text.split_at(comment.unwrap_or(text.len()));
        for (position, piece) in code.split('\'').enumerate() {
            if position % 2 == 1 {
                push(&mut tokens, Kind::Str, index + 1, piece);
                continue;
            }
            let names = piece.split(|sign| !is_word(sign));
            for name in names.filter(|name| name.starts_with(|sign: char| !sign.is_numeric())) {
                push(&mut tokens, Kind::Name, index + 1, name);
            }
        }
        if !comment.is_empty() {
            push(&mut tokens, Kind::Comment, index + 1, comment);
        }
    }
    tokens
}

/// Where a comment may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentStart {
    /// Only after white space.
    OwnRow,
    /// After code as well.
    Anywhere,
}

/// Returns the comments from one of these signs to the end of the row.
pub fn comments(source: &str, signs: &[&str], allowed: CommentStart) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (index, text) in source.lines().enumerate() {
        let starts = |start: &usize| {
            let (before, after) = text.split_at(*start);
            let is_apart = before.is_empty() || before.ends_with(char::is_whitespace);
            let is_first = before.trim().is_empty();
            signs.iter().any(|sign| after.starts_with(sign))
                && is_apart
                && (allowed == CommentStart::Anywhere || is_first)
        };
        let comment = text.char_indices().map(|(start, _)| start).find(starts);
        let code = text[..comment.unwrap_or(text.len())].trim();
        if !code.is_empty() || comment.is_none() {
            push(&mut tokens, Kind::Sign, index + 1, code);
        }
        if let Some(start) = comment {
            push(&mut tokens, Kind::Comment, index + 1, &text[start..]);
        }
    }
    tokens
}
