//! Reads and changes the store from a second process, while a bot may be running.

pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod settings;
