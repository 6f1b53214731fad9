//! Limits the number of streams, so that forgotten pages cannot use up the connections.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::UserId;

/// The most streams of one user.
const PER_USER: usize = 8;

/// The most streams of all users. Together with other connections they stay below 1,024 open files, the usual
/// limit of a process.
const IN_ALL: usize = 512;

/// The number of open streams by user.
#[derive(Debug, Default)]
pub(crate) struct StreamLimits(Mutex<HashMap<UserId, usize>>);

/// The right to a stream. Dropping it returns it.
#[derive(Debug)]
pub(super) struct StreamPermit {
    limits: Arc<StreamLimits>,
    user: UserId,
}

impl StreamLimits {
    /// Returns the number of open streams.
    pub(crate) fn count(&self) -> usize {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.values().sum()
    }

    /// Counts a new stream of a user; `None` if there are too many.
    pub(super) fn open(limits: &Arc<Self>, user: &UserId) -> Option<StreamPermit> {
        let mut open = limits.0.lock().unwrap_or_else(PoisonError::into_inner);
        let total: usize = open.values().sum();
        let of_user = open.get(user).copied().unwrap_or_default();
        if of_user >= PER_USER || total >= IN_ALL {
            return None;
        }
        open.insert(user.clone(), of_user + 1);
        Some(StreamPermit {
            limits: Arc::clone(limits),
            user: user.clone(),
        })
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut open = self.limits.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_user) = open.get_mut(&self.user) {
            *of_user -= 1;
            if *of_user == 0 {
                open.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_limited_per_user_and_in_all() {
        let limits = Arc::new(StreamLimits::default());
        let open =
            |user: usize| StreamLimits::open(&limits, &UserId::from(format!("U{user}").as_str()));
        let mut permits: Vec<_> = (0..PER_USER).map(|_| open(0).unwrap()).collect();
        assert!(open(0).is_none());
        for user in 1..IN_ALL / PER_USER {
            permits.extend((0..PER_USER).map(|_| open(user).unwrap()));
        }
        assert_eq!((permits.len(), limits.count()), (IN_ALL, IN_ALL));
        assert!(open(1_000).is_none());
        drop(permits);
        assert!(limits.0.lock().unwrap().is_empty());
    }
}
