//! Passwords of staff: argon2id, with the library's recommended cost (19 MiB, two passes).

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::error::{Error, Result};

use super::tokens::fill_random;

/// Shortest password in characters.
pub const MIN_PASSWORD: usize = 10;
/// Longest password in bytes: more would only cost time.
const MAX_PASSWORD: usize = 1000;

/// Refuses what is too short to be a password.
pub fn check(password: &str) -> Result<()> {
    if password.chars().count() < MIN_PASSWORD {
        return Err(Error::invalid(format!("the password needs at least {MIN_PASSWORD} characters")));
    }
    if password.len() > MAX_PASSWORD {
        return Err(Error::invalid("the password is longer than 1000 bytes"));
    }
    Ok(())
}

/// The hash to store. Takes tens of milliseconds: call it on a blocking thread.
pub fn hash(password: &str) -> Result<String> {
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|e| Error::internal(format!("the password could not be hashed: {e}")))?;
    Ok(hash.to_string())
}

/// Whether `password` is the one of `stored`. Takes as long for a wrong one.
pub fn matches(password: &str, stored: &str) -> bool {
    password.len() <= MAX_PASSWORD && Argon2::default().verify_password(password.as_bytes(), stored).is_ok()
}

/// A password nobody can guess and anybody can type: 20 characters out of 31, about 99 bits.
pub fn generate() -> Result<String> {
    const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut out = String::new();
    let mut bytes = [0_u8; 64];
    while out.len() < 20 {
        fill_random(&mut bytes)?;
        // Bytes from 248 on are thrown away, so that every letter is equally likely.
        let letters =
            bytes.iter().filter(|b| **b < 248).map(|b| ALPHABET[usize::from(*b) % ALPHABET.len()] as char);
        out.extend(letters.take(20 - out.len()));
    }
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only_and_is_not_in_it() {
        let stored = hash("correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(matches("correct horse battery", &stored));
        assert!(!matches("correct horse batter", &stored));
        assert!(!matches("anything", "not a hash"));
    }

    #[test]
    fn short_ones_are_refused() {
        assert!(check("123456789").is_err());
        assert!(check("十个字符的中文密码也行").is_ok());
    }

    #[test]
    fn generated_ones_are_long_and_different() {
        let (a, b) = (generate().unwrap(), generate().unwrap());
        assert_eq!(a.len(), 20);
        assert_ne!(a, b);
        assert!(check(&a).is_ok());
    }
}
