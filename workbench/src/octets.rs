//! Octets in a saved tape: as text where they are UTF-8, so that a person can read them, else in base64.

use mailproto::base64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Spelled {
    Text(String),
    Base64(String),
}

/// Writes octets.
///
/// # Errors
/// Those of the serialiser.
pub fn serialize<S: Serializer>(octets: &[u8], to: S) -> Result<S::Ok, S::Error> {
    match std::str::from_utf8(octets) {
        Ok(text) => Spelled::Text(text.to_owned()),
        Err(_) => Spelled::Base64(base64::encode(octets)),
    }
    .serialize(to)
}

/// Reads octets, into what holds them.
///
/// # Errors
/// What is neither text nor base64.
pub fn deserialize<'de, D: Deserializer<'de>, O: From<Vec<u8>>>(from: D) -> Result<O, D::Error> {
    let octets = match Spelled::deserialize(from)? {
        Spelled::Text(text) => text.into_bytes(),
        Spelled::Base64(text) => base64::decode(text.as_bytes()).ok_or_else(|| D::Error::custom("not base64"))?,
    };
    Ok(octets.into())
}
