//! Parses a query. Any text is parsed or rejected.

use super::expression::{Expression, FacetTerm, FacetValue, FacetValueKind, TextTerm};
use super::lexer::{Lexer, Token, ValueToken};
use super::{Comparison, SearchError, SearchText};

/// The longest query, in characters.
pub const LONGEST_QUERY: usize = 4_000;

/// The maximum number of parentheses and negations around a term.
pub const MAX_DEPTH: usize = 20;

/// The maximum number of texts and values.
pub const MAX_TERMS: usize = 100;

/// Parses a query. An empty one matches everything.
///
/// # Errors
/// Returns the position of the first character that does not fit, and why.
pub fn parse_query(query: &str) -> Result<Expression, SearchError> {
    if query.chars().count() > LONGEST_QUERY {
        let reason = format!("a query has at most {LONGEST_QUERY} characters");
        return Err(SearchError::new(LONGEST_QUERY + 1, reason));
    }
    if query.trim().is_empty() {
        return Ok(Expression::Everything);
    }
    let mut parser = Parser {
        lexer: Lexer::new(query),
        depth: 0,
        terms: 0,
    };
    let expression = parser.parse_or()?;
    let position = parser.lexer.position();
    match parser.lexer.next_token()? {
        Token::End => Ok(expression),
        Token::Close => Err(SearchError::new(position, "this parenthesis isn't opened")),
        Token::Open | Token::And | Token::Or | Token::Not | Token::Facet(_) | Token::Text(_) => {
            Err(SearchError::new(position, EXPECTED_TERM))
        }
    }
}

const EXPECTED_TERM: &str = "a text, a facet or “(” is missing";

const EXPECTED_VALUE: &str =
    "a value is missing; OR separates values, and a text with blanks or keywords needs quotes";

const EXPECTED_RANGE: &str = "a range is missing its bounds, such as [now-7d TO now]";

struct Parser<'q> {
    lexer: Lexer<'q>,
    depth: usize,
    terms: usize,
}

impl Parser<'_> {
    fn parse_or(&mut self) -> Result<Expression, SearchError> {
        let mut parts = vec![self.parse_and()?];
        while self.peek()? == Token::Or {
            self.lexer.next_token()?;
            parts.push(self.parse_and()?);
        }
        Ok(only_or(parts, Expression::Or))
    }

    fn parse_and(&mut self) -> Result<Expression, SearchError> {
        let mut parts = vec![self.parse_not()?];
        loop {
            match self.peek()? {
                Token::And => {
                    self.lexer.next_token()?;
                }
                Token::Open | Token::Not | Token::Facet(_) | Token::Text(_) => {}
                Token::Or | Token::Close | Token::End => {
                    return Ok(only_or(parts, Expression::And));
                }
            }
            parts.push(self.parse_not()?);
        }
    }

    fn parse_not(&mut self) -> Result<Expression, SearchError> {
        if self.peek()? != Token::Not {
            return self.parse_term();
        }
        self.lexer.next_token()?;
        let part = self.deeper(Self::parse_not)?;
        Ok(Expression::Not(Box::new(part)))
    }

    fn parse_term(&mut self) -> Result<Expression, SearchError> {
        let position = self.lexer.position();
        match self.lexer.next_token()? {
            Token::Open => {
                let inner = self.deeper(Self::parse_or)?;
                match self.lexer.next_token()? {
                    Token::Close => Ok(inner),
                    Token::Open
                    | Token::And
                    | Token::Or
                    | Token::Not
                    | Token::Facet(_)
                    | Token::Text(_)
                    | Token::End => Err(unclosed(position)),
                }
            }
            Token::Facet(name) => {
                let mut values = Vec::new();
                self.parse_values(&mut values)?;
                Ok(Expression::Facet(FacetTerm {
                    position,
                    name,
                    values,
                }))
            }
            Token::Text(text) => {
                self.count_term(position)?;
                Ok(match text.is_any() {
                    true => Expression::Everything,
                    false => Expression::Text(TextTerm { position, text }),
                })
            }
            Token::Close | Token::And | Token::Or | Token::Not | Token::End => {
                Err(SearchError::new(position, EXPECTED_TERM))
            }
        }
    }

    /// Parses a value, or values in parentheses.
    fn parse_values(&mut self, values: &mut Vec<FacetValue>) -> Result<(), SearchError> {
        let position = self.lexer.position();
        let kind = match self.lexer.next_value_token()? {
            ValueToken::Open => {
                return self.deeper(|parser| parser.parse_group(values, position));
            }
            ValueToken::OpenRange => self.parse_range()?,
            ValueToken::Compared(comparison) => self.parse_compared(comparison)?,
            ValueToken::Text(text) => FacetValueKind::Text(text),
            ValueToken::Close
            | ValueToken::CloseRange
            | ValueToken::Or
            | ValueToken::To
            | ValueToken::Keyword
            | ValueToken::End => return Err(SearchError::new(position, EXPECTED_VALUE)),
        };
        self.count_term(position)?;
        values.push(FacetValue { position, kind });
        Ok(())
    }

    /// Parses the rest of values in parentheses, which open at `position`.
    fn parse_group(
        &mut self,
        values: &mut Vec<FacetValue>,
        position: usize,
    ) -> Result<(), SearchError> {
        self.parse_values(values)?;
        loop {
            let mut ahead = self.lexer;
            match ahead.next_value_token()? {
                ValueToken::Close => {
                    self.lexer = ahead;
                    return Ok(());
                }
                ValueToken::Or => self.lexer = ahead,
                ValueToken::End => return Err(unclosed(position)),
                ValueToken::Open
                | ValueToken::OpenRange
                | ValueToken::CloseRange
                | ValueToken::To
                | ValueToken::Keyword
                | ValueToken::Compared(_)
                | ValueToken::Text(_) => {}
            }
            self.parse_values(values)?;
        }
    }

    fn parse_compared(&mut self, comparison: Comparison) -> Result<FacetValueKind, SearchError> {
        let position = self.lexer.position();
        let token = self.lexer.next_value_token()?;
        let text = text_of(token).ok_or_else(|| SearchError::new(position, EXPECTED_VALUE))?;
        Ok(FacetValueKind::Compared(comparison, text))
    }

    /// Parses the rest of a range.
    fn parse_range(&mut self) -> Result<FacetValueKind, SearchError> {
        let position = self.lexer.position();
        let error = || SearchError::new(position, EXPECTED_RANGE);
        let from = text_of(self.lexer.next_bound()?).ok_or_else(error)?;
        if self.lexer.next_bound()? != ValueToken::To {
            return Err(error());
        }
        let to = text_of(self.lexer.next_bound()?).ok_or_else(error)?;
        match self.lexer.next_bound()? {
            ValueToken::CloseRange => Ok(FacetValueKind::Range(from, to)),
            ValueToken::Open
            | ValueToken::Close
            | ValueToken::OpenRange
            | ValueToken::Or
            | ValueToken::To
            | ValueToken::Keyword
            | ValueToken::Compared(_)
            | ValueToken::Text(_)
            | ValueToken::End => Err(error()),
        }
    }

    fn peek(&self) -> Result<Token, SearchError> {
        let mut ahead = self.lexer;
        ahead.next_token()
    }

    /// Parses a part that is nested one level deeper.
    fn deeper<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, SearchError>,
    ) -> Result<T, SearchError> {
        if self.depth == MAX_DEPTH {
            let reason = format!("a query is nested at most {MAX_DEPTH} levels deep");
            return Err(SearchError::new(self.lexer.position(), reason));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn count_term(&mut self, position: usize) -> Result<(), SearchError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            let reason = format!("a query has at most {MAX_TERMS} texts and values");
            return Err(SearchError::new(position, reason));
        }
        Ok(())
    }
}

fn unclosed(position: usize) -> SearchError {
    SearchError::new(position, "this parenthesis isn't closed")
}

/// Returns the only part, or all parts joined.
fn only_or(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

fn text_of(token: ValueToken) -> Option<SearchText> {
    match token {
        ValueToken::Text(text) => Some(text),
        ValueToken::Open
        | ValueToken::Close
        | ValueToken::OpenRange
        | ValueToken::CloseRange
        | ValueToken::Or
        | ValueToken::To
        | ValueToken::Keyword
        | ValueToken::Compared(_)
        | ValueToken::End => None,
    }
}
