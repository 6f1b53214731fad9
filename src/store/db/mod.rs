//! The database itself: connections, write thread, read pool, checkpoints and migrations.

pub(crate) mod checkpoint;
pub(crate) mod committed;
pub(crate) mod full_text;
pub(crate) mod migrations;
pub(crate) mod read_pool;
pub(crate) mod sql_types;
pub(crate) mod write_thread;
