//! Answers that are kept for their caller: under a name and sealed with a key that both come from what the caller sends.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::text;

/// A larger answer is refused: nobody could be told the same again.
const LARGEST: usize = 8 << 20;

/// Whoever makes a call, and which call it is.
pub(super) struct Caller {
    name: String,
    key: [u8; 32],
}

impl Caller {
    /// From all that tells this call from others: the credential and the Idempotency-Key among it.
    pub fn new(parts: &[&[u8]]) -> Self {
        let derived = |purpose: &[u8]| -> [u8; 32] {
            let mut hash = Sha256::new();
            for part in [purpose].iter().chain(parts) {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
            hash.finalize().into()
        };
        Self { name: text::hex(&derived(b"name")), key: derived(b"seal") }
    }

    /// What the call is kept under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What only this caller opens.
    ///
    /// # Errors
    /// `internal` when there is no randomness.
    pub fn seal(&self, answer: &Answer) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce);
        let mut sealed = answer.to_bytes()?;
        let nonce_of_it = Nonce::assume_unique_for_key(nonce);
        self.cipher()?
            .seal_in_place_append_tag(nonce_of_it, Aad::empty(), &mut sealed)
            .map_err(|_| Error::internal("an answer cannot be sealed"))?;
        sealed.extend(nonce);
        Ok(sealed)
    }

    /// What was sealed.
    ///
    /// # Errors
    /// `internal` when it is not what was written.
    pub fn open(&self, sealed: &[u8]) -> Result<Answer> {
        let damaged = || Error::internal("what is kept of an earlier answer is damaged");
        let (sealed, nonce) = sealed.split_last_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
        let mut opened = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self.cipher()?.open_in_place(nonce, Aad::empty(), &mut opened).map_err(|_| damaged())?;
        Answer::from_bytes(plain)
    }

    fn cipher(&self) -> Result<LessSafeKey> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &self.key);
        key.map(LessSafeKey::new).map_err(|_| Error::internal("a key has the wrong length"))
    }
}

/// An answer as a whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// What stands before the body.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
}

impl Answer {
    /// Reads an answer to its end.
    ///
    /// # Errors
    /// `internal` when it is too large or breaks off.
    pub async fn of(response: Response) -> Result<Self> {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, LARGEST)
            .await
            .map_err(|e| Error::internal("the answer is too large to be kept").with_source(e))?;
        Ok(Self { status: parts.status, headers: parts.headers, body: body.into() })
    }

    fn to_bytes(&self) -> Result<Vec<u8>> {
        let headers = self.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        let head = Head { status: self.status.as_u16(), headers: headers.collect() };
        let mut bytes = serde_json::to_vec(&head).map_err(unreadable)?;
        bytes.push(b'\n');
        bytes.extend(&self.body);
        Ok(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let broken = || Error::internal("what is kept of an earlier answer has no head");
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
        let head: Head = serde_json::from_slice(&bytes[..end]).map_err(unreadable)?;
        let mut headers = HeaderMap::new();
        for (name, value) in head.headers {
            let name = HeaderName::try_from(name).map_err(unreadable)?;
            headers.append(name, HeaderValue::try_from(value).map_err(unreadable)?);
        }
        let status = StatusCode::from_u16(head.status).map_err(unreadable)?;
        Ok(Self { status, headers, body: bytes[end + 1..].to_vec() })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, self.headers, Body::from(self.body)).into_response()
    }
}

fn unreadable(e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal("an answer cannot be written down or read again").with_source(e)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    async fn answer() -> Answer {
        let cookies = [("set-cookie", "a=1"), ("set-cookie", "b=2")];
        let mut response = (StatusCode::CREATED, "{\"token\":\"secret\"}\nand more").into_response();
        for (name, value) in cookies {
            response.headers_mut().append(name, HeaderValue::from_static(value));
        }
        Answer::of(response).await.unwrap()
    }

    #[tokio::test]
    async fn what_was_sealed_is_opened_as_it_was_by_the_same_caller() {
        let caller = Caller::new(&[b"Bearer x", b"POST", b"/a", b"key"]);
        let answer = answer().await;
        let sealed = caller.seal(&answer).unwrap();
        assert_eq!(caller.open(&sealed).unwrap(), answer);
        assert!(!sealed.windows(6).any(|bytes| bytes == b"secret"), "it is not readable");
    }

    #[tokio::test]
    async fn nobody_else_opens_it_and_no_byte_of_it_can_be_changed() {
        let caller = Caller::new(&[b"Bearer x", b"POST", b"/a", b"key"]);
        let other = Caller::new(&[b"Bearer y", b"POST", b"/a", b"key"]);
        let sealed = caller.seal(&answer().await).unwrap();
        assert_ne!(caller.name(), other.name());
        assert!(other.open(&sealed).is_err());
        for at in [0, sealed.len() / 2, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(caller.open(&changed).is_err(), "byte {at}");
        }
        assert!(caller.open(&[]).is_err());
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(Caller::new(&[b"ab", b"c"]).name(), Caller::new(&[b"a", b"bc"]).name());
    }
}
