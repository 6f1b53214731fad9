//! Which rules were renamed or deleted by a change of the settings, which contain only the new list.

use crate::notification::NotificationRule;

/// The end of a name: its rule was renamed or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRename {
    /// The name.
    pub from: String,
    /// The new name; `None` if the rule was deleted.
    pub to: Option<String>,
}

/// Returns the rules that were renamed or deleted. A rule was renamed if a new one has the same content, or else the
/// same position in a list of the same length: the page of a rule changes its name together with its content.
pub fn rule_renames(before: &[NotificationRule], after: &[NotificationRule]) -> Vec<RuleRename> {
    let mut added: Vec<_> = named_only_in(after, before).collect();
    let is_same_length = before.len() == after.len();
    let gone = named_only_in(before, after);
    let renames = gone.map(|(index, rule)| {
        let has_content = |(_, added): &(usize, &NotificationRule)| {
            let name = rule.name.clone();
            let unnamed = (*added).clone();
            NotificationRule { name, ..unnamed } == *rule
        };
        let has_position =
            |(position, _): &(usize, &NotificationRule)| is_same_length && *position == index;
        let new = added.iter().position(has_content);
        let new = new.or_else(|| added.iter().position(has_position));
        RuleRename {
            from: rule.name.clone(),
            to: new.map(|index| added.remove(index).1.name.clone()),
        }
    });
    renames.collect()
}

/// Returns the rules whose names the other list does not have, with their positions.
fn named_only_in<'r>(
    rules: &'r [NotificationRule],
    others: &'r [NotificationRule],
) -> impl Iterator<Item = (usize, &'r NotificationRule)> {
    let is_named = |rule: &NotificationRule| others.iter().any(|other| other.name == rule.name);
    let rules = rules.iter().enumerate();
    rules.filter(move |(_, rule)| !is_named(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, delay_minutes: u32) -> NotificationRule {
        NotificationRule {
            name: name.to_owned(),
            delay_minutes,
            ..NotificationRule::default()
        }
    }

    fn renames(before: &[(&str, u32)], after: &[(&str, u32)]) -> Vec<(String, Option<String>)> {
        let [before, after] = [before, after].map(|rules| -> Vec<_> {
            let rules = rules.iter();
            rules.map(|(name, delay)| rule(name, *delay)).collect()
        });
        let renames = rule_renames(&before, &after).into_iter();
        renames.map(|rename| (rename.from, rename.to)).collect()
    }

    fn renamed(from: &str, to: &str) -> (String, Option<String>) {
        (from.to_owned(), Some(to.to_owned()))
    }

    #[test]
    fn renamed_rule_is_found_by_its_content_or_its_position() {
        let before = [("A", 1), ("B", 2), ("C", 3)];
        assert_eq!(renames(&before, &before), []);
        let moved = [("C", 3), ("A", 1), ("B", 2)];
        assert_eq!(renames(&before, &moved), []);
        let only_renamed = [("A", 1), ("b", 2), ("C", 3)];
        assert_eq!(renames(&before, &only_renamed), [renamed("B", "b")]);
        let edited = [("A", 1), ("Both", 9), ("C", 3)];
        assert_eq!(renames(&before, &edited), [renamed("B", "Both")]);
        let renamed_and_moved = [("Both", 2), ("C", 3), ("A", 1), ("D", 4)];
        assert_eq!(renames(&before, &renamed_and_moved), [renamed("B", "Both")]);
    }

    #[test]
    fn rule_that_is_gone_was_deleted() {
        let before = [("A", 1), ("B", 2)];
        assert_eq!(renames(&before, &[("A", 1)]), [("B".to_owned(), None)]);
        assert_eq!(
            renames(&before, &[("A", 1), ("C", 3), ("D", 4)]),
            [("B".to_owned(), None)]
        );
        assert_eq!(renames(&[], &before), []);
        // A copy is a new rule, and the original keeps its name.
        assert_eq!(renames(&before, &[("A", 1), ("B", 2), ("Copy", 1)]), []);
    }
}
