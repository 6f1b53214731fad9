//! JSON of Slack's, read into just what is needed of it. Nothing fails because of what it says: what is not
//! looked for, and what is of another kind than expected, is passed over.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// What takes what it needs of a value as the value is read. By itself it takes nothing.
pub(crate) trait Fill {
    /// Takes a text.
    fn text(&mut self, _text: &str) {}

    /// Takes a number.
    fn number(&mut self, _number: Number) {}

    /// Gives what takes the next item of a list, if there is one.
    fn item(&mut self) -> Option<&mut dyn Fill> {
        None
    }

    /// Gives what takes the value of this name in an object.
    fn member(&mut self, _name: &str) -> Option<&mut dyn Fill> {
        None
    }
}

impl Fill for String {
    fn text(&mut self, text: &str) {
        text.clone_into(self);
    }
}

/// Fills something from a value; `None` passes the value over.
pub(crate) struct Filling<'a>(pub(crate) Option<&'a mut dyn Fill>);

impl<'de> DeserializeSeed<'de> for Filling<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        match self.0 {
            Some(filled) => value.deserialize_any(Taking(filled)),
            None => IgnoredAny::deserialize(value).map(drop),
        }
    }
}

struct Taking<'a>(&'a mut dyn Fill);

impl<'de> Visitor<'de> for Taking<'_> {
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
        self.0.number(number.into());
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.0.number(number.into());
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        // JSON has none that is not finite.
        if let Some(number) = Number::from_f64(number) {
            self.0.number(number);
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.text(text);
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<(), S::Error> {
        while list.next_element_seed(Filling(self.0.item()))?.is_some() {}
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut object: M) -> Result<(), M::Error> {
        while let Some(Name(name)) = object.next_key()? {
            object.next_value_seed(Filling(self.0.member(&name)))?;
        }
        Ok(())
    }
}

/// The name of a member, which is copied only if it has to be.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
