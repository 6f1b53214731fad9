//! The signatures of requests of Grafana and Sentry: HMAC-SHA256 of the body, in hexadecimal digits.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::Timestamp;
use crate::domain::alert::SourceKind;
use crate::secret::Secret;

/// How far the time of a signed request may be off, in seconds.
const TOLERANCE: u64 = 300;

/// The default header of Grafana's signature.
const GRAFANA_SIGNATURE: &str = "x-grafana-alerting-signature";

/// The headers of Grafana's timestamp: that of the handbook, and the example of Grafana's documentation. Grafana has no
/// default, and sends a timestamp only if its header is configured.
const GRAFANA_TIMESTAMPS: [&str; 2] = [
    "x-grafana-alerting-timestamp",
    "x-grafana-alerting-signature-timestamp",
];

/// The header of Sentry's signature.
const SENTRY_SIGNATURE: &str = "sentry-hook-signature";

/// Checks that the sender of a request has the secret of its source.
///
/// # Errors
/// Returns the reason as a sentence.
pub(super) fn check_signature(
    kind: SourceKind,
    secret: &Secret,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<(), String> {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (name, timestamp) = match kind {
        SourceKind::Grafana => (
            GRAFANA_SIGNATURE,
            GRAFANA_TIMESTAMPS.into_iter().find_map(value),
        ),
        SourceKind::Sentry => (SENTRY_SIGNATURE, None),
        SourceKind::Alertmanager
        | SourceKind::Datadog
        | SourceKind::PagerDuty
        | SourceKind::Sns
        | SourceKind::Json => return Ok(()),
    };
    let Some(signature) = value(name) else {
        return Err(format!(
            "The header {name} is missing, and this source has a secret."
        ));
    };
    let wrong = || {
        let hint = match kind {
            SourceKind::Grafana => {
                " The Timestamp Header must be empty or X-Grafana-Alerting-Timestamp."
            }
            _ => "",
        };
        format!("The header {name} doesn't match. Compare the secret on both sides.{hint}")
    };
    let signature = decode_hex(signature.trim()).ok_or_else(wrong)?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).map_err(|_| wrong())?;
    if let Some(timestamp) = timestamp {
        mac.update(timestamp.as_bytes());
        mac.update(b":");
    }
    mac.update(body);
    // The comparison takes the same time for each signature.
    mac.verify_slice(&signature).map_err(|_| wrong())?;
    timestamp.map_or(Ok(()), |timestamp| check_timestamp(timestamp, now))
}

fn check_timestamp(timestamp: &str, now: Timestamp) -> Result<(), String> {
    let seconds: Option<i64> = timestamp.parse().ok();
    match seconds.map(|seconds| now.epoch_seconds().abs_diff(seconds)) {
        Some(..=TOLERANCE) => Ok(()),
        Some(skew) => Err(format!(
            "Its timestamp is {skew} s off, and {TOLERANCE} s is the maximum. Check the clocks of both machines."
        )),
        None => Err("Its timestamp isn't a Unix time.".to_owned()),
    }
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_442_700;

    fn sign(secret: &str, signed: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        let digits = mac.finalize().into_bytes();
        digits.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn check(headers: &[(&'static str, String)]) -> Result<(), String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let now = Timestamp::from_epoch_seconds(NOW);
        check_signature(SourceKind::Grafana, &Secret::new("s"), &map, b"{}", now)
    }

    #[test]
    fn signature_of_the_body_or_of_time_and_body_is_accepted() {
        assert_eq!(check(&[(GRAFANA_SIGNATURE, sign("s", "{}"))]), Ok(()));
        let with_time = |at: i64, signed_at: i64| {
            check(&[
                (GRAFANA_SIGNATURE, sign("s", &format!("{signed_at}:{{}}"))),
                (GRAFANA_TIMESTAMPS[1], at.to_string()),
            ])
        };
        assert_eq!(with_time(NOW - 300, NOW - 300), Ok(()));
        assert!(
            with_time(NOW, NOW - 1)
                .unwrap_err()
                .contains("doesn't match")
        );
        assert!(
            with_time(NOW - 301, NOW - 301)
                .unwrap_err()
                .contains("301 s off")
        );
    }

    #[test]
    fn missing_or_wrong_signature_is_rejected() {
        assert!(check(&[]).unwrap_err().contains("is missing"));
        for signature in ["", "0", "zz", "0_", &sign("other", "{}"), &sign("s", "{} ")] {
            let error = check(&[(GRAFANA_SIGNATURE, signature.to_owned())]).unwrap_err();
            assert!(error.contains("doesn't match"), "{signature}: {error}");
        }
    }
}
