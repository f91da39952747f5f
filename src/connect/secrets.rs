//! Secrets by reference: read when needed, so that a changed file counts at once, and never part of a message.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::domain::SecretRef;

/// Where relative files of secrets lie.
#[derive(Clone, Debug)]
pub struct Secrets {
    folder: PathBuf,
}

impl Secrets {
    /// Relative files are looked for in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The secret.
    ///
    /// # Errors
    /// Says which variable or file is missing, never what is in it.
    pub fn read(&self, secret: &SecretRef) -> Result<SecretString, String> {
        if let Some(name) = &secret.env {
            return std::env::var(name)
                .map(SecretString::from)
                .map_err(|_| format!("the environment variable {name} is not set"));
        }
        let Some(file) = &secret.file else { return Err("no secret is named".to_owned()) };
        let path = self.folder.join(file);
        std::fs::read_to_string(&path)
            .map(|text| SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
            .map_err(|e| format!("the secret's file {} cannot be read: {}", path.display(), e.kind()))
    }
}

/// Whether a reference names exactly one place.
pub fn check(secret: &SecretRef) -> Result<(), String> {
    match (&secret.env, &secret.file) {
        (Some(_), None) | (None, Some(_)) => Ok(()),
        _ => Err("a secret is either { env = \"NAME\" } or { file = \"path\" }".to_owned()),
    }
}
