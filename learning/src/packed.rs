//! Numbers in the model file: little-endian bytes as base64, half the size of digits and exact.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// For `#[serde(with = "packed::floats")]` on `Vec<f32>`.
pub mod floats {
    use super::*;

    /// Writes the numbers.
    pub fn serialize<S: Serializer>(numbers: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    /// Reads the numbers; fails on anything but whole and finite ones.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
        let bytes = decode(deserializer)?;
        let (chunks, rest) = bytes.as_chunks::<4>();
        let numbers: Vec<f32> = chunks.iter().map(|c| f32::from_le_bytes(*c)).collect();
        if !rest.is_empty() || numbers.iter().any(|x| !x.is_finite()) {
            return Err(D::Error::custom("a row of numbers is damaged"));
        }
        Ok(numbers)
    }
}

/// For `#[serde(with = "packed::bytes")]` on `Vec<i8>`.
pub mod bytes {
    use super::*;

    /// Writes the numbers.
    pub fn serialize<S: Serializer>(numbers: &[i8], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = numbers.iter().map(|x| x.cast_unsigned()).collect();
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    /// Reads the numbers.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i8>, D::Error> {
        Ok(decode(deserializer)?.into_iter().map(u8::cast_signed).collect())
    }
}

/// For `#[serde(with = "packed::ids")]` on `Vec<u32>`.
pub mod ids {
    use super::*;

    /// Writes the numbers.
    pub fn serialize<S: Serializer>(numbers: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    /// Reads the numbers; fails on anything but whole ones.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
        let bytes = decode(deserializer)?;
        let (chunks, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(D::Error::custom("a row of numbers is damaged"));
        }
        Ok(chunks.iter().map(|c| u32::from_le_bytes(*c)).collect())
    }
}

fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(|e| D::Error::custom(format!("a row of numbers is not base64: {e}")))
}
