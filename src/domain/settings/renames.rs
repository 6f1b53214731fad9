//! Which items of a list were renamed or deleted by a change of the settings, which contain only the new list.

use serde_json::Value;

/// The end of a name: its item was renamed or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name.
    pub from: String,
    /// The new name; `None` if the item was deleted.
    pub to: Option<String>,
}

/// Returns the items that were renamed or deleted. An item was renamed if a new one has the same content, or else the
/// same position in a list of the same length: a page changes the name together with the content.
pub fn renames(before: &[Value], after: &[Value]) -> Vec<Rename> {
    let mut added: Vec<_> = named_only_in(after, before).collect();
    let is_same_length = before.len() == after.len();
    let renames = named_only_in(before, after).map(|(index, item)| {
        let has_content = |(_, added): &(usize, &Value)| content(added) == content(item);
        let has_position = |(position, _): &(usize, &Value)| is_same_length && *position == index;
        let new = added.iter().position(has_content);
        let new = new.or_else(|| added.iter().position(has_position));
        Rename {
            from: item_name(item).to_owned(),
            to: new.map(|index| item_name(added.remove(index).1).to_owned()),
        }
    });
    renames.collect()
}

/// Returns the name of an item.
pub fn item_name(item: &Value) -> &str {
    item["name"].as_str().unwrap_or_default()
}

/// Returns an item without its name.
fn content(item: &Value) -> Value {
    let mut content = item.clone();
    content["name"] = Value::Null;
    content
}

/// Returns the items whose names the other list does not have, with their positions.
fn named_only_in<'r>(
    items: &'r [Value],
    others: &'r [Value],
) -> impl Iterator<Item = (usize, &'r Value)> {
    let is_named = |item: &Value| {
        others
            .iter()
            .any(|other| item_name(other) == item_name(item))
    };
    let items = items.iter().enumerate();
    items.filter(move |(_, item)| !is_named(item))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Item = (&'static str, u32);

    fn changed(before: &[Item], after: &[Item]) -> Vec<(String, Option<String>)> {
        let [before, after] = [before, after].map(|items| -> Vec<_> {
            let items = items.iter();
            let item = |(name, delay): &Item| json!({ "name": name, "delay_minutes": delay });
            items.map(item).collect()
        });
        let renames = renames(&before, &after).into_iter();
        renames.map(|rename| (rename.from, rename.to)).collect()
    }

    fn renamed(from: &str, to: &str) -> (String, Option<String>) {
        (from.to_owned(), Some(to.to_owned()))
    }

    #[test]
    fn renamed_item_is_found_by_its_content_or_its_position() {
        let before = [("A", 1), ("B", 2), ("C", 3)];
        assert_eq!(changed(&before, &before), []);
        let moved = [("C", 3), ("A", 1), ("B", 2)];
        assert_eq!(changed(&before, &moved), []);
        let only_renamed = [("A", 1), ("b", 2), ("C", 3)];
        assert_eq!(changed(&before, &only_renamed), [renamed("B", "b")]);
        let edited = [("A", 1), ("Both", 9), ("C", 3)];
        assert_eq!(changed(&before, &edited), [renamed("B", "Both")]);
        let renamed_and_moved = [("Both", 2), ("C", 3), ("A", 1), ("D", 4)];
        assert_eq!(changed(&before, &renamed_and_moved), [renamed("B", "Both")]);
    }

    #[test]
    fn item_that_is_gone_was_deleted() {
        let before = [("A", 1), ("B", 2)];
        assert_eq!(changed(&before, &[("A", 1)]), [("B".to_owned(), None)]);
        assert_eq!(
            changed(&before, &[("A", 1), ("C", 3), ("D", 4)]),
            [("B".to_owned(), None)]
        );
        assert_eq!(changed(&[], &before), []);
        // A copy is a new item, and the original keeps its name.
        assert_eq!(changed(&before, &[("A", 1), ("B", 2), ("Copy", 1)]), []);
    }
}
