//! The revision of an incident, as an entity tag. It changes with everything that a request of the API can change,
//! and with nothing else: neither a running duration nor another note makes it stale.

use sha2::{Digest, Sha256};

use crate::domain::Incident;
use crate::domain::api::incident_revision;

/// The number of bytes of the digest.
const TAG_LENGTH: usize = 12;

/// Returns the entity tag of an incident.
pub(super) fn entity_tag(incident: &Incident, store_id: &str) -> String {
    let revision = incident_revision(incident, store_id).to_string();
    let digest = Sha256::digest(revision.as_bytes());
    let digits = digest.iter().take(TAG_LENGTH);
    let digits: String = digits.map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}
