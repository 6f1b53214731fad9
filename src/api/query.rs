//! The query of a request: paging, `include`, and lists of values. Brackets may be percent-encoded or not.

use std::convert::Infallible;
use std::ops::RangeInclusive;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::api::error::{ApiError, Mistake};
use crate::api::members::Time;
use crate::domain::Timestamp;
use crate::domain::link::http_url;

/// How far the clock of a program may be ahead, in seconds.
const MAX_CLOCK_SKEW: i64 = 60;

/// The parameters of a query, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query(Vec<(String, String)>);

/// The mistakes of a request. All are reported together.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<Mistake>);

impl Query {
    /// Parses the query of a URL.
    pub(super) fn parse(query: &str) -> Self {
        let parameters = form_urlencoded::parse(query.as_bytes());
        let owned = parameters.map(|(name, value)| (name.into_owned(), value.into_owned()));
        Self(owned.collect())
    }

    /// Returns the first value of a parameter, trimmed; `None` if it is missing or empty.
    pub(super) fn value<'q>(&'q self, name: &'q str) -> Option<&'q str> {
        self.values(name).next()
    }

    /// Returns the first value of a parameter as it is; `None` if it is missing.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let mut parameters = self.0.iter();
        let parameter = parameters.find(|(known, _)| known == name);
        parameter.map(|(_, value)| value.as_str())
    }

    /// Returns the values of a parameter, which are separated by commas or given one by one.
    pub(super) fn list<'q>(&'q self, name: &'q str) -> Vec<&'q str> {
        let values = self.values(name).flat_map(|value| value.split(','));
        let values = values.map(str::trim);
        values.filter(|value| !value.is_empty()).collect()
    }

    /// Returns the names of all parameters.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Returns a number; the default if it is missing.
    pub(super) fn number(
        &self,
        name: &str,
        range: RangeInclusive<usize>,
        default: usize,
    ) -> Result<usize, Mistake> {
        let Some(value) = self.value(name) else {
            return Ok(default);
        };
        let number = value.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let detail = match *range.end() {
                usize::MAX => format!("must be a number from {}", range.start()),
                end => format!("must be a number from {} to {end}", range.start()),
            };
            Mistake::in_parameter(name, detail)
        })
    }

    /// Returns whether a parameter is `true`; `false` if it is missing.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Mistake> {
        match self.value(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Mistake::in_parameter(name, "must be true or false")),
        }
    }

    /// Returns the values of a list, parsed.
    pub(super) fn parsed_list<T>(
        &self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
        expected: &str,
    ) -> Result<Vec<T>, Mistake> {
        let values = self.list(name).into_iter();
        let parsed = values.map(|value| {
            let detail = || format!("“{value}” isn't one of {expected}");
            parse(value).ok_or_else(|| Mistake::in_parameter(name, detail()))
        });
        parsed.collect()
    }

    /// Returns the values of `include`.
    pub(super) fn includes(&self, known: &[&'static str]) -> Result<Vec<&'static str>, Mistake> {
        let parse = |value: &str| known.iter().copied().find(|name| *name == value);
        self.parsed_list("include", parse, &known.join(", "))
    }

    /// Checks that there is no filter with another name, which would list what the client does not want.
    pub(super) fn check_filters(&self, known: &[&str]) -> Result<(), Mistake> {
        let mut filters = self.names().filter(|name| name.starts_with("filter"));
        match filters.find(|name| !known.contains(name)) {
            None => Ok(()),
            Some(name) => {
                let detail = format!("unknown filter; there are {}", known.join(", "));
                Err(Mistake::in_parameter(name, detail))
            }
        }
    }

    fn values<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        let parameters = self.0.iter().filter(move |(known, _)| known == name);
        let values = parameters.map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty())
    }
}

impl Mistakes {
    /// Notes a mistake.
    pub(super) fn add(&mut self, mistake: Mistake) {
        self.0.push(mistake);
    }

    /// Returns a value, or notes its mistakes and returns the default, which is not used then.
    pub(super) fn check_all<T: Default>(&mut self, parsed: Result<T, Vec<Mistake>>) -> T {
        parsed.unwrap_or_else(|mistakes| {
            self.0.extend(mistakes);
            T::default()
        })
    }

    /// Returns a value, or notes the mistake and returns the default, which is not used then.
    pub(super) fn check<T: Default>(&mut self, parsed: Result<T, Mistake>) -> T {
        parsed.unwrap_or_else(|mistake| {
            self.0.push(mistake);
            T::default()
        })
    }

    /// Notes a mistake in an attribute of the body.
    pub(super) fn add_attribute(&mut self, name: &str, detail: &str) {
        let pointer = format!("/data/attributes/{name}");
        self.add(Mistake::in_member(pointer, detail));
    }

    /// Checks that an attribute is not blank.
    pub(super) fn require_text(&mut self, name: &str, text: &str) {
        if text.trim().is_empty() {
            self.add_attribute(name, "can't be empty");
        }
    }

    /// Checks that an attribute is the address of a page.
    pub(super) fn require_url(&mut self, name: &str, url: &str) {
        if let Some(problem) = http_url::url_error(url) {
            self.add_attribute(name, &problem);
        }
    }

    /// Checks that an attribute is a time in the past, and returns it. The clock of a program may be ahead by a little:
    /// then the time is now.
    pub(super) fn require_past(&mut self, name: &str, time: Time, now: Timestamp) -> Timestamp {
        let Time(time) = time;
        if time.duration_since(now).num_seconds() > MAX_CLOCK_SKEW {
            self.add_attribute(name, "is in the future");
        }
        time.min(now)
    }

    /// Returns the error that lists all mistakes, if there are any.
    pub(super) fn into_result(self) -> Result<(), ApiError> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(ApiError::invalid(self.0)),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn brackets_may_be_encoded() {
        for text in [
            "page[size]=2",
            "page%5Bsize%5D=2",
            "page%5bsize%5d=2&page[size]=7",
        ] {
            let size = Query::parse(text).number("page[size]", 1..=100, 10);
            assert_eq!(size, Ok(2), "{text}");
        }
        assert_eq!(Query::parse("").number("page[size]", 1..=100, 10), Ok(10));
        for value in [
            "-1",
            "0",
            "101",
            "1e9",
            "1000000000",
            "99999999999999999999",
            "2.5",
        ] {
            let query = Query::parse(&format!("page[size]={value}"));
            let size = query.number("page[size]", 1..=100, 10);
            assert!(size.is_err(), "{value}");
        }
    }

    #[test]
    fn lists_are_separated_by_commas_or_repeated() {
        let query = Query::parse("include=users,attachments&include=users&include=");
        assert_eq!(query.list("include"), ["users", "attachments", "users"]);
        assert!(query.includes(&["users"]).is_err());
        let known = query.includes(&["users", "attachments"]).unwrap();
        assert_eq!(known, ["users", "attachments", "users"]);
    }
}
