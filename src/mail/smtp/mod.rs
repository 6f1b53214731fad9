//! The SMTP dialogue, stage by stage: only so is it known whether an error came before or after the final dot.

mod session;
mod timeouts;

pub(super) use session::SmtpSession;
pub use timeouts::SmtpTimeouts;
