//! A streaming JSON reader that keeps only the required values. Unknown members and values of an
//! unexpected type are skipped, so that no content causes an error.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// A sink for a JSON value while it is parsed. By default, it ignores everything.
pub(crate) trait JsonSink {
    /// Receives a string.
    fn take_text(&mut self, _text: &str) {}

    /// Receives a number.
    fn take_number(&mut self, _number: Number) {}

    /// Returns the sink of the next array item, or `None` to skip it.
    fn item_sink(&mut self) -> Option<&mut dyn JsonSink> {
        None
    }

    /// Returns the sink of an object member, or `None` to skip it.
    fn member_sink(&mut self, _name: &str) -> Option<&mut dyn JsonSink> {
        None
    }
}

impl JsonSink for String {
    fn take_text(&mut self, text: &str) {
        text.clone_into(self);
    }
}

/// Deserializes a value into a sink. Without a sink, it skips the value.
pub(crate) struct SinkSeed<'a>(pub(crate) Option<&'a mut dyn JsonSink>);

impl<'de> DeserializeSeed<'de> for SinkSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        match self.0 {
            Some(filled) => value.deserialize_any(SinkVisitor(filled)),
            None => IgnoredAny::deserialize(value).map(drop),
        }
    }
}

struct SinkVisitor<'a>(&'a mut dyn JsonSink);

impl<'de> Visitor<'de> for SinkVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.0.take_number(number.into());
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.0.take_number(number.into());
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        // JSON has no NaN or infinity.
        if let Some(number) = Number::from_f64(number) {
            self.0.take_number(number);
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.take_text(text);
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<(), S::Error> {
        while list
            .next_element_seed(SinkSeed(self.0.item_sink()))?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut object: M) -> Result<(), M::Error> {
        while let Some(MemberName(name)) = object.next_key()? {
            object.next_value_seed(SinkSeed(self.0.member_sink(&name)))?;
        }
        Ok(())
    }
}

/// The name of a member, copied only if it contains escapes.
#[derive(Deserialize)]
struct MemberName<'a>(#[serde(borrow)] Cow<'a, str>);
