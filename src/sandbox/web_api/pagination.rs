//! Pagination with `limit` and `cursor`.

use serde_json::{Value, json};

use crate::web_api::{ApiError, Arguments};

/// The requested part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

impl Page {
    /// Parses `limit` and `cursor`, given the default and the maximum limit.
    pub(crate) fn parse(
        arguments: &Arguments,
        preset: usize,
        most: usize,
    ) -> Result<Self, ApiError> {
        let limit = match arguments.number("limit")? {
            None | Some(0) => preset,
            Some(limit) => usize::try_from(limit)
                .ok()
                .filter(|limit| *limit <= most)
                .ok_or("invalid_limit")?,
        };
        let from = match arguments.string("cursor")? {
            None | Some("") => 0,
            Some(cursor) => decode_cursor(cursor).ok_or("invalid_cursor")?,
        };
        Ok(Self {
            offset: from,
            limit,
        })
    }

    /// Returns the page of a list and the cursor of the next page, which is empty at the end.
    pub(crate) fn slice<'a, T>(&self, list: &'a [T]) -> (&'a [T], String) {
        let from = self.offset.min(list.len());
        let to = (from + self.limit).min(list.len());
        let next = if to < list.len() {
            encode_cursor(to)
        } else {
            String::new()
        };
        (&list[from..to], next)
    }
}

/// Returns the value of `response_metadata`: the cursor of the next page.
pub(crate) fn next_cursor(cursor: &str) -> Value {
    json!({"next_cursor": cursor})
}

fn encode_cursor(index: usize) -> String {
    format!("bmV4dDp{index:06}=")
}

fn decode_cursor(cursor: &str) -> Option<usize> {
    cursor
        .strip_prefix("bmV4dDp")?
        .strip_suffix('=')?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pages_cover_the_whole_list() {
        let list = [1, 2, 3];
        let page = Page {
            offset: 0,
            limit: 2,
        };
        let (first, next) = page.slice(&list);
        assert_eq!(first, [1, 2]);
        let page = Page {
            offset: decode_cursor(&next).unwrap(),
            limit: 2,
        };
        assert_eq!(page.slice(&list), (&[3][..], String::new()));
        assert_eq!(decode_cursor("nonsense"), None);
    }
}
