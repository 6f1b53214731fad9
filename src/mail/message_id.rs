//! Message IDs. They are derived from the store, so that a repeated mail has the same ID.

use sha2::{Digest, Sha256};

use crate::domain::IncidentId;

/// Length of the hash of an address, in hexadecimal digits.
const HASH_LENGTH: usize = 16;

/// The common part of the IDs of a store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdSource<'a> {
    /// The ID of the store.
    pub(crate) store: &'a str,
    /// The domain of the sender.
    pub(crate) domain: &'a str,
}

impl IdSource<'_> {
    /// Returns the ID of the first mail to a recipient about an incident. Later ones refer to it, so that mail
    /// programs show one conversation.
    pub(crate) fn root_id(self, incident: IncidentId, address: &str) -> String {
        let digest = Sha256::digest(address.to_lowercase().as_bytes());
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.id(incident, &format!("r{}", &hash[..HASH_LENGTH]))
    }

    /// Returns the ID of a later mail.
    pub(crate) fn delivery_id(self, incident: IncidentId, delivery: i64) -> String {
        self.id(incident, &format!("d{delivery}"))
    }

    fn id(self, incident: IncidentId, name: &str) -> String {
        let Self { store, domain } = self;
        format!("<ir-{}.{name}.{store}@{domain}>", incident.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_depends_on_the_address_and_not_on_its_case() {
        let source = IdSource {
            store: "f00d",
            domain: "example.com",
        };
        let incident = IncidentId(7);
        let root = source.root_id(incident, "Bob@Example.com");
        assert_eq!(root, source.root_id(incident, "bob@example.com"));
        assert_ne!(root, source.root_id(incident, "alice@example.com"));
        assert!(
            root.starts_with("<ir-7.r") && root.ends_with(".f00d@example.com>"),
            "{root}"
        );
        assert_eq!(
            source.delivery_id(incident, 4711),
            "<ir-7.d4711.f00d@example.com>"
        );
    }
}
