//! Merges two texts that were made from the same one.

use crate::postmortem::line_diff::{lines, matches};

/// Two texts as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedText {
    /// The text with the changes of both.
    pub text: String,
    /// The number of segments that both changed. There, the text of the first is before that of the second.
    pub overlaps: usize,
}

/// Merges the changes that two texts make to `base`.
pub fn merge(base: &str, first: &str, second: &str) -> MergedText {
    let (base, first, second) = (lines(base), lines(first), lines(second));
    let of_first = matches(&base, &first);
    let of_second = matches(&base, &second);
    let mut merged: Vec<&str> = Vec::new();
    let mut overlaps = 0;
    let mut from = (0, 0, 0);
    let common = of_first.into_iter().filter_map(|(at, in_first)| {
        let position = of_second.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        Some((at, in_first, of_second[position].1))
    });
    let ends = [(base.len(), first.len(), second.len())];
    for to in common.chain(ends) {
        let segment = Segment {
            base: &base[from.0..to.0],
            first: &first[from.1..to.1],
            second: &second[from.2..to.2],
        };
        let (lines, is_overlap) = segment.merge();
        merged.extend(lines);
        overlaps += usize::from(is_overlap);
        merged.extend(base.get(to.0));
        from = (to.0 + 1, to.1 + 1, to.2 + 1);
    }
    MergedText {
        text: merged.join("\n"),
        overlaps,
    }
}

/// The lines between two that all texts have in common.
struct Segment<'a> {
    base: &'a [&'a str],
    first: &'a [&'a str],
    second: &'a [&'a str],
}

impl<'a> Segment<'a> {
    /// Returns the lines of the merged text, and whether both texts changed them.
    fn merge(&self) -> (Vec<&'a str>, bool) {
        if self.first == self.second || self.second == self.base {
            (self.first.to_vec(), false)
        } else if self.first == self.base {
            (self.second.to_vec(), false)
        } else {
            ([self.first, self.second].concat(), true)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn merged(base: &str, first: &str, second: &str) -> (String, usize) {
        let merged = merge(base, first, second);
        (merged.text, merged.overlaps)
    }

    #[test]
    fn changes_of_different_lines_are_merged() {
        let base = "one\ntwo\nthree\nfour";
        let both = merged(base, "ONE\ntwo\nthree\nfour", "one\ntwo\nthree\nfour\nfive");
        assert_eq!(both, ("ONE\ntwo\nthree\nfour\nfive".to_owned(), 0));
        let removed = merged(base, "one\nthree\nfour", "one\ntwo\nthree\nFOUR");
        assert_eq!(removed, ("one\nthree\nFOUR".to_owned(), 0));
    }

    #[test]
    fn changes_of_the_same_line_follow_each_other() {
        let both = merged("a\nb\nc", "a\nx\nc", "a\ny\nc");
        assert_eq!(both, ("a\nx\ny\nc".to_owned(), 1));
        assert_eq!(merged("", "x", "y"), ("x\ny".to_owned(), 1));
        assert_eq!(merged("a", "x", "x"), ("x".to_owned(), 0));
    }

    proptest! {
        #[test]
        fn text_that_only_one_changed_is_the_changed_one(base in "[ab\n]{0,24}", changed in "[ab\n]{0,24}") {
            prop_assert_eq!(merged(&base, &changed, &base), (changed.clone(), 0));
            prop_assert_eq!(merged(&base, &base, &changed), (changed.clone(), 0));
            prop_assert_eq!(merged(&base, &changed, &changed), (changed, 0));
        }
    }
}
