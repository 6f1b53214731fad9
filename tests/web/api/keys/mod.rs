//! The pages of the keys.

mod keys_page;
mod own_keys;
