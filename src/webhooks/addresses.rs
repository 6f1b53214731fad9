//! Addresses that webhooks may not have: the metadata services of clouds, which give credentials to any program
//! that asks. Private addresses are allowed, because receivers often run next to Muster.
//!
//! The check is made after the name is resolved, on the addresses to which the connection is then made. A name
//! that has another address a second later is therefore no way around it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Metadata services outside the link-local ranges: of Alibaba Cloud and of Oracle Cloud.
const METADATA_V4: [Ipv4Addr; 2] = [
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];

/// The same over IPv6: of AWS and of Google Cloud.
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];

/// The longest URL, in bytes.
const LONGEST_URL: usize = 2_048;

/// How long the name of a new webhook may take to resolve.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(3);

/// The reason why a webhook with such an address is rejected.
pub(super) const BLOCKED: &str =
    "This address belongs to the cloud's metadata service or to the local link.";

/// The error of the resolver for a name that has only such addresses.
#[derive(Debug)]
pub(super) struct BlockedAddress;

impl fmt::Display for BlockedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BLOCKED)
    }
}

impl std::error::Error for BlockedAddress {}

/// Resolves names with the system's resolver, and omits blocked addresses.
pub(super) struct FilteringResolver;

impl Resolve for FilteringResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses = allowed_addresses(name.as_str()).await?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

type ResolveError = Box<dyn std::error::Error + Send + Sync>;

async fn allowed_addresses(host: &str) -> Result<Vec<SocketAddr>, ResolveError> {
    let resolved = tokio::net::lookup_host((host, 0)).await?;
    let (blocked, allowed): (Vec<SocketAddr>, Vec<SocketAddr>) =
        resolved.partition(|address| is_blocked(address.ip()));
    match allowed.is_empty() && !blocked.is_empty() {
        true => Err(Box::new(BlockedAddress)),
        false => Ok(allowed),
    }
}

/// Returns whether a URL contains a blocked address itself, which no resolver sees.
pub(super) fn has_blocked_host(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse().is_ok_and(is_blocked)
}

/// Checks the URL of a new webhook.
///
/// # Errors
/// Returns the reason as a sentence if it is no URL, or leads to a blocked address. A name that has no address now
/// is accepted: its receiver may not exist yet.
pub(crate) async fn check_url(text: &str) -> Result<(), String> {
    if text.len() > LONGEST_URL {
        return Err(format!(
            "The URL has {} characters, and {LONGEST_URL} is the maximum.",
            text.len()
        ));
    }
    let url = Url::parse(text).ok();
    let url = url.filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    let Some(url) = url else {
        return Err("Enter a URL that starts with https:// or http://.".to_owned());
    };
    let host = url.host_str().unwrap_or_default();
    let resolving = tokio::time::timeout(RESOLVE_TIMEOUT, allowed_addresses(host));
    let is_blocked = match resolving.await {
        Ok(Err(error)) => error.is::<BlockedAddress>(),
        Ok(Ok(_)) | Err(_) => false,
    };
    match is_blocked || has_blocked_host(&url) {
        true => Err(format!("{BLOCKED} Enter the URL of a receiver.")),
        false => Ok(()),
    }
}

fn is_blocked(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_blocked_v4(address),
        IpAddr::V6(address) => {
            address.is_unicast_link_local()
                || METADATA_V6.contains(&address)
                || embedded_v4(address).is_some_and(is_blocked_v4)
        }
    }
}

fn is_blocked_v4(address: Ipv4Addr) -> bool {
    address.is_link_local() || METADATA_V4.contains(&address)
}

/// Returns the IPv4 address to which a translated one leads: 64:ff9b::/96 of RFC 6052, 2002::/16 of RFC 3056.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(join(high, low)),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn metadata_addresses_are_blocked_in_every_spelling() {
        for host in [
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "169.254.170.2",
            "100.100.100.200",
            "[fd00:ec2::254]",
            "[fd20:ce::254]",
            "[fe80::1]",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::169.254.169.254]",
            "[2002:a9fe:a9fe::1]",
        ] {
            let url = Url::parse(&format!("http://{host}/latest/meta-data/")).unwrap();
            assert!(has_blocked_host(&url), "{host}");
        }
        for host in [
            "127.0.0.1",
            "10.0.0.1",
            "192.168.1.1",
            "[::1]",
            "[fd00::1]",
            "a.example",
        ] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert!(!has_blocked_host(&url), "{host}");
        }
    }

    #[tokio::test]
    async fn names_are_checked_by_their_addresses() {
        assert!(allowed_addresses("localhost").await.is_ok());
        let blocked = allowed_addresses("169.254.169.254").await.unwrap_err();
        assert!(blocked.is::<BlockedAddress>());
    }
}
