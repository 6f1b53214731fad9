//! The addresses to which requests are sent: those of SNS, over HTTPS.

use reqwest::Url;

/// The end of the hosts of SNS; in China, it is followed by [`CHINA`].
const DOMAIN: &str = ".amazonaws.com";

/// The end of the hosts of SNS in China, after [`DOMAIN`].
const CHINA: &str = ".cn";

/// Returns the URL if it is one of SNS: `https://sns.eu-west-1.amazonaws.com/…`.
pub(super) fn sns_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_plain = url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    (is_plain && is_sns_host(url.host_str()?)).then_some(url)
}

/// Returns the URL if it is one of a certificate of SNS.
pub(super) fn certificate_url(text: &str) -> Option<Url> {
    sns_url(text).filter(|url| url.path().ends_with(".pem") && url.query().is_none())
}

fn is_sns_host(host: &str) -> bool {
    let host = host.strip_suffix(CHINA).unwrap_or(host);
    let region = host
        .strip_prefix("sns.")
        .and_then(|rest| rest.strip_suffix(DOMAIN));
    let is_region_sign =
        |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
    region.is_some_and(|region| !region.is_empty() && region.chars().all(is_region_sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_sns_over_https_are_accepted() {
        for url in [
            "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem",
            "https://sns.us-gov-west-1.amazonaws.com/x.pem",
            "https://sns.cn-north-1.amazonaws.com.cn/x.pem",
            "https://SNS.EU-WEST-1.AMAZONAWS.COM/x.pem",
            "https://sns.eu-west-1.amazonaws.com:443/x.pem",
        ] {
            assert!(certificate_url(url).is_some(), "{url}");
        }
        for url in [
            "http://sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.evil.amazonaws.com.example/x.pem",
            "https://sns.eu-west-1.amazonaws.com.cn.example/x.pem",
            "https://sns..amazonaws.com/x.pem",
            "https://sns.a.b.amazonaws.com/x.pem",
            "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem",
            "https://user@sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
            "https://s3.eu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com/x.pem?next=.pem",
            "https://sns.eu-west-1.amazonaws.com/x",
            "https://sns.eu-west-1.amazonaws.com/?x=.pem",
            "file:///x.pem",
            "",
        ] {
            assert!(certificate_url(url).is_none(), "{url}");
        }
    }
}
