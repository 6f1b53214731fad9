//! Long lists in pages: `limit` and `cursor`.

use serde_json::{Value, json};

use super::{Arguments, Refusal};

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) from: usize,
    pub(super) limit: usize,
}

impl Page {
    /// Reads `limit` and `cursor`. `preset` is the limit when none is given, `most` the highest one.
    pub(super) fn read(arguments: &Arguments, preset: usize, most: usize) -> Result<Self, Refusal> {
        let limit = match arguments.number("limit")? {
            None | Some(0) => preset,
            Some(limit) => usize::try_from(limit)
                .ok()
                .filter(|limit| *limit <= most)
                .ok_or("invalid_limit")?,
        };
        let from = match arguments.text("cursor")? {
            None | Some("") => 0,
            Some(cursor) => place(cursor).ok_or("invalid_cursor")?,
        };
        Ok(Self { from, limit })
    }

    /// Cuts the page out of a list; gives it and the cursor of the next one, empty at the end.
    pub(super) fn cut<'a, T>(&self, list: &'a [T]) -> (&'a [T], String) {
        let from = self.from.min(list.len());
        let to = (from + self.limit).min(list.len());
        let next = if to < list.len() {
            cursor(to)
        } else {
            String::new()
        };
        (&list[from..to], next)
    }
}

/// Gives the field that tells where the next page begins.
pub(super) fn next(cursor: &str) -> Value {
    json!({"next_cursor": cursor})
}

fn cursor(place: usize) -> String {
    format!("bmV4dDp{place:06}=")
}

fn place(cursor: &str) -> Option<usize> {
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
    fn pages_follow_each_other_to_the_end() {
        let list = [1, 2, 3];
        let page = Page { from: 0, limit: 2 };
        let (first, next) = page.cut(&list);
        assert_eq!(first, [1, 2]);
        let page = Page {
            from: place(&next).unwrap(),
            limit: 2,
        };
        assert_eq!(page.cut(&list), (&[3][..], String::new()));
        assert_eq!(place("nonsense"), None);
    }
}
