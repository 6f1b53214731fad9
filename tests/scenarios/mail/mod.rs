//! Mail: the dialogue with the relay.

mod stages;
