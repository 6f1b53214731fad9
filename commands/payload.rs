//! The payload of an interaction, read without what we wrote ourselves: Slack hands a form back whole,
//! with all its options, labels and hints, and those are most of it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::impact_end::StatusChosen;

/// Where what was filled in stands, under names of ours: all of it is read.
const FILLED_IN: &str = "state";

/// Where a form stands.
const FORM: &str = "view";

/// Where the fields of a form stand, and what is read of each: which it is, and what it began with.
const FIELDS: &str = "blocks";
const OF_A_FIELD: [&str; 5] = ["type", "block_id", "element", "action_id", "value"];
const BEGAN_WITH: &str = "initial_";

/// What is shown in a form and never read back.
const SHOWN: [&str; 8] = [
    "bot_profile",
    "confirm",
    "hint",
    "icons",
    "label",
    "option_groups",
    "options",
    "placeholder",
];

/// Reads a payload; `None` if it is no JSON. A form that is to be shown anew is read whole.
pub fn read(text: &str) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let payload = Payload::Shown.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    match StatusChosen::read(&payload) {
        Some(_) => serde_json::from_str(text).ok(),
        None => Some(payload),
    }
}

/// Makes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Payload {
    /// Without what is only shown.
    Shown,
    /// A form, without what is only shown.
    Form,
    /// The fields of a form: which they are, and what they began with.
    Fields,
    /// Whole.
    FilledIn,
}

impl Payload {
    /// Says what is read of something by this name within this; `None` if nothing is.
    fn within(self, name: &str) -> Option<Self> {
        match self {
            Self::FilledIn => Some(Self::FilledIn),
            Self::Fields => {
                let is_read = OF_A_FIELD.contains(&name) || name.starts_with(BEGAN_WITH);
                is_read.then_some(Self::Fields)
            }
            Self::Shown | Self::Form if SHOWN.contains(&name) => None,
            Self::Shown | Self::Form if name == FILLED_IN => Some(Self::FilledIn),
            Self::Form if name == FIELDS => Some(Self::Fields),
            Self::Shown if name == FORM => Some(Self::Form),
            Self::Shown | Self::Form => Some(self),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Payload {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Payload {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a payload")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            match self.within(&name) {
                Some(within) => drop(object.insert(name, fields.next_value_seed(within)?)),
                None => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::as_slack::{any_text, submitted};
    use crate::form::{Answers, line, modal, text};

    #[test]
    fn a_form_comes_back_without_what_we_wrote_on_it() {
        let form = json!({ "element": { "action_id": "a", "options": [1, { "x": [] }], "initial_option": { "value": "b" } },
                           "label": "L", "optional": true, "n": [1, -2, 2.5, null] });
        let read = read(&form.to_string()).unwrap();
        let expected = json!({ "element": { "action_id": "a", "initial_option": { "value": "b" } },
                               "optional": true, "n": [1, -2, 2.5, null] });
        assert_eq!(read, expected);
        let view = json!({ "type": "view_submission", "view": { "type": "modal", "blocks": [
            { "type": "input", "block_id": "a", "optional": true, "dispatch_action": true,
              "element": { "type": "static_select", "action_id": "a", "focus_on_load": true,
                           "initial_option": { "text": { "text": "B" }, "value": "b" } } },
            { "type": "section", "block_id": "s", "text": { "text": "x" } },
        ] } });
        let read = super::read(&view.to_string()).unwrap();
        let expected = json!({ "type": "view_submission", "view": { "type": "modal", "blocks": [
            { "type": "input", "block_id": "a",
              "element": { "type": "static_select", "action_id": "a",
                           "initial_option": { "value": "b" } } },
            { "type": "section", "block_id": "s" },
        ] } });
        assert_eq!(read, expected);
        let filled =
            json!({ "state": { "values": { "options": { "options": { "label": "x" } } } } });
        assert_eq!(super::read(&filled.to_string()), Some(filled));
        for broken in ["", "{", "{\"label\":}", "{} x", "[1,]"] {
            assert_eq!(super::read(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_was_filled_in_is_lost(title in any_text(), summary in any_text()) {
            let fields = vec![
                line("title", "Title", &title).into(),
                text("summary", "What happened", "", 1_200).into(),
            ];
            let form = modal("form", "Form", "Save", fields);
            let view = submitted(&form, &[("summary", json!(summary))]).to_string();
            let whole: Value = serde_json::from_str(&view).unwrap();
            let read = read(&view).unwrap();
            prop_assert_eq!(Answers::read(&read), Answers::read(&whole));
        }
    }
}
