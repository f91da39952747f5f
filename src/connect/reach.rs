//! How far a declaration made over the API reaches: whoever holds an administrator's token must not read the server's
//! other files and variables by sending them to an address of their own. Files on the server itself may name anything.

use std::path::{Component, Path};

use crate::domain::{Auth, ConnectorSpec, SecretRef};

/// Variables that may be named begin so.
const VARIABLES: &str = "ZHIKE_CONNECTOR_";
/// Folder, below the shop's settings, of the files that may be named.
const FOLDER: &str = "secrets";

/// Checks what a declaration names outside itself.
pub fn check(spec: &ConnectorSpec) -> Result<(), String> {
    if let Some(file) = &spec.recorded
        && !is_below(file)
    {
        return Err("recorded: over the API a file must lie below the folder of the settings".to_owned());
    }
    secrets(&spec.auth).try_for_each(secret)
}

fn secrets(auth: &Auth) -> impl Iterator<Item = &SecretRef> {
    match auth {
        Auth::None => None,
        Auth::Basic { password: secret, .. }
        | Auth::ApiKey { value: secret, .. }
        | Auth::Bearer { token: secret }
        | Auth::Oauth2 { client_secret: secret, .. }
        | Auth::Hmac { key: secret, .. } => Some(secret),
    }
    .into_iter()
}

fn secret(secret: &SecretRef) -> Result<(), String> {
    if secret.env.as_deref().is_some_and(|name| !name.starts_with(VARIABLES)) {
        return Err(format!("auth: over the API a variable's name must begin with {VARIABLES}"));
    }
    if secret.file.as_deref().is_some_and(|file| !(is_below(file) && file.starts_with(FOLDER))) {
        return Err(format!("auth: over the API a secret's file must lie in {FOLDER}/"));
    }
    Ok(())
}

fn is_below(file: &Path) -> bool {
    file.components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(env: Option<&str>, file: Option<&str>) -> SecretRef {
        SecretRef { env: env.map(str::to_owned), file: file.map(Into::into) }
    }

    #[test]
    fn only_what_is_meant_for_connectors_can_be_named() {
        for good in [named(Some("ZHIKE_CONNECTOR_OMS"), None), named(None, Some("secrets/oms.key"))] {
            assert_eq!(secret(&good), Ok(()));
        }
        for bad in [
            named(Some("PATH"), None),
            named(None, Some("/etc/passwd")),
            named(None, Some("secrets/../../zhike.db")),
            named(None, Some("shop.toml")),
        ] {
            assert!(secret(&bad).is_err(), "{bad:?}");
        }
    }
}
