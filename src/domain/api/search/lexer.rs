//! The tokens of a query. The parser asks for them one by one, because the tokens of a value differ from those of
//! a term: `2026-11-23T14:05:00Z` is a value, and a facet elsewhere.

use super::{Comparison, SearchError, SearchText};

/// The position within a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexer<'q> {
    query: &'q str,
    offset: usize,
}

/// A token outside of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    /// The name before a colon.
    Facet(String),
    Text(SearchText),
    End,
}

/// A token of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValueToken {
    Open,
    Close,
    OpenRange,
    CloseRange,
    Or,
    To,
    /// A keyword that joins no values.
    Keyword,
    Compared(Comparison),
    Text(SearchText),
    End,
}

impl<'q> Lexer<'q> {
    pub(super) fn new(query: &'q str) -> Self {
        Self { query, offset: 0 }
    }

    /// Returns the position of the next token, in characters from 1.
    pub(super) fn position(mut self) -> usize {
        self.skip_blanks();
        self.query[..self.offset].chars().count() + 1
    }

    /// Returns the next token outside of a value.
    pub(super) fn next_token(&mut self) -> Result<Token, SearchError> {
        self.skip_blanks();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(Token::End);
        };
        if let Some(token) = [('(', Token::Open), (')', Token::Close), ('-', Token::Not)]
            .into_iter()
            .find_map(|(sign, token)| (sign == first).then_some(token))
        {
            self.offset += 1;
            return Ok(token);
        }
        if first == '"' {
            return self.quoted().map(Token::Text);
        }
        let run = run(rest, &[]);
        if let Some(name) = facet_name(run) {
            self.offset += name.len() + 1;
            return Ok(Token::Facet(name.to_owned()));
        }
        self.offset += run.len();
        Ok(match run {
            "AND" => Token::And,
            "OR" => Token::Or,
            "NOT" => Token::Not,
            text => Token::Text(unquoted(text)),
        })
    }

    /// Returns the next token of a value.
    pub(super) fn next_value_token(&mut self) -> Result<ValueToken, SearchError> {
        self.skip_blanks();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(ValueToken::End);
        };
        if let Some(token) = [
            ('(', ValueToken::Open),
            (')', ValueToken::Close),
            ('[', ValueToken::OpenRange),
        ]
        .into_iter()
        .find_map(|(sign, token)| (sign == first).then_some(token))
        {
            self.offset += 1;
            return Ok(token);
        }
        let compared = |it: &Comparison| rest.starts_with(it.as_str());
        if let Some(comparison) = Comparison::ALL.into_iter().find(compared) {
            self.offset += comparison.as_str().len();
            return Ok(ValueToken::Compared(comparison));
        }
        self.next_text(&[])
    }

    /// Returns the next token inside of a range.
    pub(super) fn next_bound(&mut self) -> Result<ValueToken, SearchError> {
        self.skip_blanks();
        if self.rest().starts_with(']') {
            self.offset += 1;
            return Ok(ValueToken::CloseRange);
        }
        self.next_text(&['[', ']'])
    }

    fn next_text(&mut self, ends: &[char]) -> Result<ValueToken, SearchError> {
        let rest = self.rest();
        if rest.starts_with('"') {
            return self.quoted().map(ValueToken::Text);
        }
        let run = run(rest, ends);
        self.offset += run.len();
        Ok(match run {
            "" => ValueToken::End,
            "OR" => ValueToken::Or,
            "TO" => ValueToken::To,
            "AND" | "NOT" => ValueToken::Keyword,
            text => ValueToken::Text(unquoted(text)),
        })
    }

    fn rest(&self) -> &'q str {
        &self.query[self.offset..]
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_start().len();
    }

    /// Reads a text in quotes. A backslash makes a quote or a backslash a part of it.
    fn quoted(&mut self) -> Result<SearchText, SearchError> {
        let start = self.position();
        let mut text = String::new();
        let mut signs = self.rest().char_indices().skip(1).peekable();
        while let Some((at, sign)) = signs.next() {
            match sign {
                '"' => {
                    self.offset += at + 1;
                    let is_quoted = true;
                    return Ok(SearchText { text, is_quoted });
                }
                '\\' => match signs.next_if(|(_, next)| ['"', '\\'].contains(next)) {
                    Some((_, escaped)) => text.push(escaped),
                    None => text.push(sign),
                },
                sign => text.push(sign),
            }
        }
        Err(SearchError::new(start, "this quote isn't closed"))
    }
}

fn unquoted(text: &str) -> SearchText {
    SearchText {
        text: text.to_owned(),
        is_quoted: false,
    }
}

/// Returns the characters up to a blank, a quote, a parenthesis or one of `ends`.
fn run<'q>(rest: &'q str, ends: &[char]) -> &'q str {
    let is_end = |sign: char| sign.is_whitespace() || "\"()".contains(sign) || ends.contains(&sign);
    &rest[..rest.find(is_end).unwrap_or(rest.len())]
}

/// Returns the name before the first colon, if it can be that of a facet.
fn facet_name(run: &str) -> Option<&str> {
    let (name, _) = run.split_once(':')?;
    let is_inner = |sign: char| sign.is_alphanumeric() || "_.-@".contains(sign);
    let starts = name.starts_with(|sign: char| sign.is_alphabetic() || "_@".contains(sign));
    (starts && name.chars().all(is_inner)).then_some(name)
}
