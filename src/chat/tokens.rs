//! Secret tokens of visitors and staff: 256 random bits, shown once, stored only as their SHA-256, so that a copy of
//! the database opens no session. A plain hash is enough: there is nothing to guess in 256 random bits.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::text;

/// Length of a token in characters.
const LENGTH: usize = 43;

/// A new token, URL-safe, and the hash to store.
pub fn new_token() -> Result<(String, String)> {
    let mut bytes = [0_u8; 32];
    fill_random(&mut bytes)?;
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let hash = hash(&token);
    Ok((token, hash))
}

/// As many random bits as a token has, as text: for secrets that are not ours to check.
pub fn random_token() -> Result<String> {
    new_token().map(|(token, _)| token)
}

/// The hash of a token someone presents; `None` when it cannot be one of ours, whatever it is.
pub fn presented(token: &str) -> Option<String> {
    let fits =
        token.len() == LENGTH && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then(|| hash(token))
}

/// Random bytes of the operating system.
pub fn fill_random(bytes: &mut [u8]) -> Result<()> {
    use rand::TryRng;
    rand::rngs::SysRng
        .try_fill_bytes(bytes)
        .map_err(|e| Error::internal("the operating system gives no random numbers").with_source(e))
}

fn hash(token: &str) -> String {
    text::hex(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_random_and_found_again_by_its_hash() {
        let (token, stored) = new_token().unwrap();
        assert_eq!(token.len(), LENGTH);
        assert_eq!(presented(&token), Some(stored.clone()));
        assert!(!stored.contains(&token));
        assert_ne!(new_token().unwrap().0, token);
    }

    #[test]
    fn what_cannot_be_a_token_is_not_even_hashed() {
        assert_eq!(presented(""), None);
        assert_eq!(presented("zk_short"), None);
        assert_eq!(presented(&"字".repeat(LENGTH)), None);
    }
}
