//! JSON of Slack's, read into just what is needed of it. Nothing fails because of what it says: what is not
//! looked for, and what is of another kind than expected, is passed over.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// What takes what it needs of a value as the value is read.
pub(crate) trait Fill {
    /// Takes a text.
    fn text(&mut self, _text: &str) {}

    /// Takes a number.
    fn number(&mut self, _number: Number) {}

    /// Takes the next item of a list; says whether there was one.
    fn item<'de, S: SeqAccess<'de>>(&mut self, list: &mut S) -> Result<bool, S::Error> {
        Ok(list.next_element::<IgnoredAny>()?.is_some())
    }

    /// Takes the value of this name in an object.
    fn member<'de, M: MapAccess<'de>>(
        &mut self,
        _name: &str,
        object: &mut M,
    ) -> Result<(), M::Error> {
        passed_over(object)
    }
}

/// Passes over the value of a name that is not looked for.
pub(crate) fn passed_over<'de, M: MapAccess<'de>>(object: &mut M) -> Result<(), M::Error> {
    object.next_value::<IgnoredAny>().map(drop)
}

/// Fills something from a value.
pub(crate) struct Filling<'a, T>(pub(crate) &'a mut T);

impl<'de, T: Fill> DeserializeSeed<'de> for Filling<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de, T: Fill> Visitor<'de> for Filling<'_, T> {
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
        while self.0.item(&mut list)? {}
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut object: M) -> Result<(), M::Error> {
        while let Some(Name(name)) = object.next_key()? {
            self.0.member(&name, &mut object)?;
        }
        Ok(())
    }
}

/// The name of a member, which is copied only if it has to be.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl Fill for String {
    fn text(&mut self, text: &str) {
        text.clone_into(self);
    }
}

/// Something in a list, which takes the place of the one before it once that is taken.
pub(crate) fn next<'de, S, T>(list: &mut S) -> Result<Option<T>, S::Error>
where
    S: SeqAccess<'de>,
    T: Fill + Default,
{
    let mut item = T::default();
    let is_there = list.next_element_seed(Filling(&mut item))?.is_some();
    Ok(is_there.then_some(item))
}
