//! Style sheet, scripts and icons: parts of the binary, with a hash in their names, so that browsers cache
//! them for a year and never use an old one.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::web::error_page::ErrorPage;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const PNG: &str = "image/png";

/// Number of hexadecimal digits of the hash in a name.
const HASH_LENGTH: usize = 12;

struct Asset {
    /// The name in templates, such as `app.css`.
    name: &'static str,
    /// The name in addresses, such as `app-0123456789ab.css`.
    file: String,
    content_type: &'static str,
    content: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $content_type:expr, $file:literal) => {
        asset(
            $name,
            $content_type,
            include_bytes!(concat!("assets/", $file)),
        )
    };
}

static ASSETS: LazyLock<[Asset; 8]> = LazyLock::new(|| {
    [
        asset!("app.css", STYLE, "app.css"),
        asset!("app.js", SCRIPT, "app.js"),
        asset!("htmx.js", SCRIPT, "htmx.min.js"),
        asset!("icon.svg", SVG, "icon.svg"),
        asset!("icon-192.png", PNG, "icon-192.png"),
        asset!("icon-512.png", PNG, "icon-512.png"),
        asset!("icon-maskable.png", PNG, "icon-maskable.png"),
        asset!("icon-touch.png", PNG, "icon-touch.png"),
    ]
});

fn asset(name: &'static str, content_type: &'static str, content: &'static [u8]) -> Asset {
    let digest = Sha256::digest(content);
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    Asset {
        name,
        file: format!("{stem}-{}.{extension}", &hash[..HASH_LENGTH]),
        content_type,
        content,
    }
}

/// Returns the address of an asset.
pub(super) fn address(name: &str) -> String {
    let file = ASSETS.iter().find(|asset| asset.name == name);
    format!("/assets/{}", file.map_or(name, |asset| &asset.file))
}

/// Handles `GET /assets/{file}`.
pub(super) async fn serve(Path(file): Path<String>) -> Response {
    match ASSETS.iter().find(|asset| asset.file == file) {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, IMMUTABLE),
            ];
            (headers, asset.content).into_response()
        }
        None => ErrorPage::unknown_path().into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_of_each_asset_contains_its_hash() {
        for asset in ASSETS.iter() {
            let address = address(asset.name);
            assert!(address.starts_with("/assets/") && address.contains('-'));
        }
    }

    #[test]
    fn own_script_is_small() {
        assert!(include_str!("assets/app.js").len() < 6_000);
    }
}
