//! Signing what is sent: `sha256=` and the hex HMAC-SHA256 of `timestamp.body` under the webhook's secret. With the
//! time signed, a receiver can refuse what somebody recorded and sends again.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::chat::random_token;
use crate::error::{Error, Result};
use crate::text::hex;

/// A secret for a webhook that brings none.
pub(super) fn new_secret() -> Result<String> {
    random_token().map(|token| format!("whsec_{token}"))
}

/// The signature of a body sent at `timestamp`, in seconds since the epoch.
pub(super) fn signature(secret: &str, timestamp: i64, body: &str) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|e| Error::internal(format!("a webhook's secret cannot be used as a key: {e}")))?;
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    Ok(format!("sha256={}", hex(&mac.finalize().into_bytes())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_what_any_hmac_tool_gives() {
        // printf '1700000000.{"event":"ping"}' | openssl dgst -sha256 -hmac 'a secret of some length'
        assert_eq!(
            signature("a secret of some length", 1_700_000_000, r#"{"event":"ping"}"#).unwrap(),
            "sha256=e87ee10aebe1ded14ae10d9ab2c097bf5216a83cc0a17b2030ace8e6c5cf69d8"
        );
    }
}
