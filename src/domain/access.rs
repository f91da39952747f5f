//! What a program with an API key may reach: areas of the API, each to read or to write.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! areas {
    ($($(#[$doc:meta])* $area:ident = $name:literal),* $(,)?) => {
        /// A part of the API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Area { $($(#[$doc])* $area,)* }

        impl Area {
            /// Every area.
            pub const ALL: &'static [Area] = &[$(Area::$area,)*];

            /// The name in a scope.
            pub const fn name(self) -> &'static str { match self { $(Area::$area => $name,)* } }
        }
    };
}

areas! {
    /// Conversations, messages, notes, attachments, presence, canned responses.
    Conversations = "conversations",
    /// The engine without a conversation: parse, reply, the shapes of OpenAI and Rasa.
    Dialog = "dialog",
    /// Documents, FAQ pairs, hit testing.
    Knowledge = "knowledge",
    /// Intents, training runs, evaluations.
    Training = "training",
    /// Figures, findings of the quality check.
    Reports = "reports",
    /// Accounts, teams, the audit log.
    Staff = "staff",
    /// Connectors, webhooks, inboxes.
    Settings = "settings",
}

/// Leave to read an area or to write it: `knowledge:read`, `conversations:write`. Who may write may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    pub area: Area,
    pub write: bool,
}

impl Scope {
    /// Whether who holds this scope may do what `needed` names.
    pub fn covers(self, needed: Scope) -> bool {
        self.area == needed.area && (self.write || !needed.write)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.area.name(), if self.write { "write" } else { "read" })
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || {
            let names: Vec<_> = Area::ALL.iter().map(|a| a.name()).collect();
            format!("there is no scope `{text}`: it is `read` or `write` after one of {}", names.join(", "))
        };
        let (area, access) = text.split_once(':').ok_or_else(unknown)?;
        let area = Area::ALL.iter().copied().find(|a| a.name() == area).ok_or_else(unknown)?;
        match access {
            "read" => Ok(Scope { area, write: false }),
            "write" => Ok(Scope { area, write: true }),
            _ => Err(unknown()),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn who_may_write_may_read_and_only_in_that_area() {
        let scope = |text: &str| text.parse::<Scope>().unwrap();
        assert!(scope("knowledge:write").covers(scope("knowledge:read")));
        assert!(!scope("knowledge:read").covers(scope("knowledge:write")));
        assert!(!scope("knowledge:write").covers(scope("staff:read")));
    }

    #[test]
    fn every_scope_is_read_back_as_it_is_written() {
        for area in Area::ALL {
            for write in [false, true] {
                let scope = Scope { area: *area, write };
                assert_eq!(scope.to_string().parse::<Scope>(), Ok(scope));
            }
        }
        assert!("knowledge".parse::<Scope>().is_err() && "all:write".parse::<Scope>().is_err());
    }
}
