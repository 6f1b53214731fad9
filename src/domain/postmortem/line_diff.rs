//! The difference between two texts, line by line.

/// The most pairs of lines that are compared. Texts that differ in more count as replaced.
const MAX_PAIRS: usize = 1_000_000;

/// A line of two compared texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// A line of both texts.
    Same(String),
    /// A line of the first text only.
    Removed(String),
    /// A line of the second text only.
    Added(String),
}

/// Returns the lines of both texts: the common ones, and between them those of the first before those of the second.
pub fn line_diff(before: &str, after: &str) -> Vec<DiffLine> {
    let (before, after) = (lines(before), lines(after));
    let mut diff = Vec::new();
    let (mut from, mut to) = (0, 0);
    let ends = [(before.len(), after.len())];
    for (next_from, next_to) in matches(&before, &after).into_iter().chain(ends) {
        let removed = before[from..next_from].iter();
        diff.extend(removed.map(|it| DiffLine::Removed((*it).to_owned())));
        let added = after[to..next_to].iter();
        diff.extend(added.map(|it| DiffLine::Added((*it).to_owned())));
        if let Some(text) = before.get(next_from) {
            diff.push(DiffLine::Same((*text).to_owned()));
        }
        (from, to) = (next_from + 1, next_to + 1);
    }
    diff
}

/// Returns the lines of a text. An empty text has none.
pub(super) fn lines(text: &str) -> Vec<&str> {
    match text {
        "" => Vec::new(),
        text => text.split('\n').collect(),
    }
}

/// Returns the positions of the lines that both texts have in common, in their order.
pub(super) fn matches(before: &[&str], after: &[&str]) -> Vec<(usize, usize)> {
    let shorter = before.len().min(after.len());
    let is_same = |(a, b): &(&&str, &&str)| a == b;
    let start = before.iter().zip(after).take_while(is_same).count();
    let ends = before.iter().rev().zip(after.iter().rev());
    let end = ends.take(shorter - start).take_while(is_same).count();
    let middle = (
        &before[start..before.len() - end],
        &after[start..after.len() - end],
    );
    let mut pairs: Vec<_> = (0..start).map(|it| (it, it)).collect();
    let in_middle = longest_common(middle.0, middle.1).into_iter();
    pairs.extend(in_middle.map(|(a, b)| (start + a, start + b)));
    let at_end = (0..end).rev();
    pairs.extend(at_end.map(|it| (before.len() - 1 - it, after.len() - 1 - it)));
    pairs
}

/// Returns the positions of a longest common subsequence; none, if the texts are too long to compare.
fn longest_common(before: &[&str], after: &[&str]) -> Vec<(usize, usize)> {
    let width = after.len() + 1;
    if before.len().saturating_mul(after.len()) > MAX_PAIRS {
        return Vec::new();
    }
    // The length of the longest common subsequence of the rests from each pair of positions.
    let mut lengths = vec![0_u32; (before.len() + 1) * width];
    for (row, text) in before.iter().enumerate().rev() {
        for (column, other) in after.iter().enumerate().rev() {
            let at = row * width + column;
            lengths[at] = match text == other {
                true => lengths[at + width + 1] + 1,
                false => lengths[at + width].max(lengths[at + 1]),
            };
        }
    }
    let mut pairs = Vec::new();
    let (mut row, mut column) = (0, 0);
    while row < before.len() && column < after.len() {
        let at = row * width + column;
        if before[row] == after[column] {
            pairs.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if lengths[at + width] >= lengths[at + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the lines with a sign before each, as `diff -u` writes them.
    fn written(before: &str, after: &str) -> String {
        let lines = line_diff(before, after).into_iter().map(|it| match it {
            DiffLine::Same(text) => format!(" {text}"),
            DiffLine::Removed(text) => format!("-{text}"),
            DiffLine::Added(text) => format!("+{text}"),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn common_lines_are_the_same() {
        assert_eq!(written("", ""), "");
        assert_eq!(written("", "a"), "+a");
        assert_eq!(written("a\nb", ""), "-a\n-b");
        assert_eq!(written("a\nb\nc", "a\nx\nc\nd"), " a\n-b\n+x\n c\n+d");
        assert_eq!(written("a\nb\na\nb", "b\na"), "-a\n b\n a\n-b");
    }

    #[test]
    fn texts_that_are_too_long_to_compare_count_as_replaced() {
        let [before, after] = ["a", "b"].map(|it| format!("{it}\n").repeat(20_000));
        let diff = line_diff(&format!("x\n{before}"), &format!("x\n{after}"));
        assert_eq!(diff[0], DiffLine::Same("x".to_owned()));
        assert_eq!(diff.len(), 40_002);
    }

    proptest! {
        #[test]
        fn diff_contains_both_texts(before in "[ab\n]{0,24}", after in "[ab\n]{0,24}") {
            let diff = line_diff(&before, &after);
            let joined = |is_other: fn(&DiffLine) -> bool| {
                let rest = diff.iter().filter(|it| !is_other(it)).map(|it| match it {
                    DiffLine::Same(text) | DiffLine::Removed(text) | DiffLine::Added(text) => text.as_str(),
                });
                rest.collect::<Vec<_>>().join("\n")
            };
            prop_assert_eq!(joined(|it| matches!(it, DiffLine::Added(_))), before);
            prop_assert_eq!(joined(|it| matches!(it, DiffLine::Removed(_))), after);
        }
    }
}
