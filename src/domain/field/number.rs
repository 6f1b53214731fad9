//! A decimal number as a user entered it, without loss of digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The maximum number of digits. A floating-point number represents all numbers with so many.
const MAX_DIGITS: usize = 15;

/// A decimal number. Equal numbers have equal texts: no leading or trailing zeros.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number(String);

impl Number {
    /// Returns the number as text: `-3.5`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number for calculations.
    pub fn to_f64(&self) -> f64 {
        self.0.parse().unwrap_or_default()
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0
    }
}

impl TryFrom<String> for Number {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Number {
    type Err = String;

    /// Parses digits with an optional sign and an optional fraction after a point.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (sign, unsigned) = match text.strip_prefix(['-', '−']) {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_digits = |part: &str| part.bytes().all(|sign| sign.is_ascii_digit());
        let ends_in_point = unsigned.ends_with('.');
        if unsigned.is_empty() || ends_in_point || !is_digits(whole) || !is_digits(fraction) {
            return Err("isn't a number".to_owned());
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        if whole.len() + fraction.len() > MAX_DIGITS {
            return Err(format!("has more than {MAX_DIGITS} digits"));
        }
        let whole = if whole.is_empty() { "0" } else { whole };
        Ok(Self(match (whole, fraction) {
            ("0", "") => "0".to_owned(),
            (whole, "") => format!("{sign}{whole}"),
            (whole, fraction) => format!("{sign}{whole}.{fraction}"),
        }))
    }
}
