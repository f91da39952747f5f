//! The configuration: typed, with the origin of every value.
//!
//! Later wins: built-in defaults, the file, environment variables (`ZHIKE_LISTEN`, `ZHIKE_ENCODER__THREADS`: two
//! underscores step into a section), command-line flags. Nothing needs to be configured to serve.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::error::{Code, Error, Result};

/// File that is read when no other is named.
const DEFAULT_FILE: &str = "zhike.toml";
const ENV_PREFIX: &str = "ZHIKE_";
/// Variables with the prefix that are not configuration keys.
const ENV_ELSEWHERE: [&str; 3] = ["ZHIKE_CONFIG", "ZHIKE_DATA", "ZHIKE_ENCODER_KERNEL"];

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of the database, the index and uploaded files.
    pub data_dir: PathBuf,
    /// Address the server listens on.
    pub listen: SocketAddr,
    /// `postgres://user:password@host/name` for several nodes; without it, a file of SQLite in the data folder.
    pub database_url: Option<SecretString>,
    /// `redis://host` through which nodes wake each other; without it they look into the database.
    pub redis_url: Option<SecretString>,
    pub encoder: EncoderConfig,
    pub engine: EngineConfig,
    pub knowledge: KnowledgeConfig,
    pub chat: ChatConfig,
    pub connect: ConnectConfig,
    pub generation: GenerationConfig,
    pub web: WebConfig,
    pub log: LogConfig,
    /// Where each value that is not a default came from.
    #[serde(skip)]
    pub provenance: BTreeMap<String, Origin>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File(PathBuf),
    Environment(String),
    CommandLine,
}

/// The model that turns text into vectors.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EncoderConfig {
    /// Name of an imported model under `DATA/models`; the built-in one when not set.
    pub model: Option<String>,
    /// Worker threads of the encoder. One request runs on one thread; more threads run requests side by side.
    pub threads: usize,
}

/// The dialog engine.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EngineConfig {
    /// Time one turn may take, in milliseconds.
    pub deadline_ms: u64,
    /// Time a turn may take that asks business systems, in milliseconds.
    pub business_deadline_ms: u64,
    /// Probability an answer needs; the threshold stored with the ranker when not set.
    pub threshold: Option<f32>,
    /// Whether the best passages are read together with the question before one of them answers.
    pub reader: bool,
    /// Name of another reader under `DATA/models`; the built-in one when not set.
    pub reader_model: Option<String>,
    /// File of weights that `zhike eval ranker --out` has written; those in the program when not set.
    pub ranker: Option<PathBuf>,
    /// Folder with shop.toml, intents.toml, rules.toml, forms.toml and connectors/; `DATA/shop` when not set.
    pub shop_dir: Option<PathBuf>,
}

/// The knowledge base.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KnowledgeConfig {
    /// Folders on the server that may be imported again and again; what lies elsewhere is never read for that.
    pub folders: Vec<PathBuf>,
    /// Most vectors of a part of the index that are all compared; along larger ones a graph leads. Measured when not set.
    pub exact_up_to: Option<usize>,
}

/// Conversations.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChatConfig {
    /// Longest message in characters.
    pub max_message_chars: usize,
    /// Key that signs visitor identities (HMAC-SHA256); without one, claimed identities are refused.
    pub identity_secret: Option<SecretString>,
    /// Days a staff session lasts.
    pub session_days: u32,
    /// Minutes after the agent's last word until a visitor who is silent is told that the conversation will end; 0: never.
    pub idle_notice_minutes: u32,
    /// Minutes after that until it ends.
    pub idle_close_minutes: u32,
}

/// Business systems. They are declared in files of their own; see docs/OPERATIONS.md.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectConfig {
    /// Values for `${name}` in the base addresses of connectors.
    pub variables: BTreeMap<String, String>,
}

/// A language model on the same premises that puts answers into other words, in a server or in a file; none where
/// neither is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerationConfig {
    /// Base address of an OpenAI-compatible server, up to and with `/v1`.
    pub endpoint: Option<String>,
    /// The model's name there.
    pub model: Option<String>,
    /// A model of this process instead: a GGUF file, looked for in the data folder unless its path is absolute.
    pub file: Option<PathBuf>,
    /// Sent as a bearer token.
    pub api_key: Option<SecretString>,
    /// Most time one answer may take to be phrased, in milliseconds.
    pub deadline_ms: u64,
    /// Most tokens of a phrased answer.
    pub max_tokens: u32,
}

/// The HTTP side.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebConfig {
    /// Largest upload in bytes.
    pub max_upload_bytes: usize,
    /// Pages that may open the widget, as origins; empty means any.
    pub allowed_origins: Vec<String>,
    /// Addresses whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Marks the session cookie Secure; set it when HTTPS is in front.
    pub secure_cookies: bool,
}

/// Logging to standard error.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// A filter such as `info` or `zhike=debug,tower_http=warn`.
    pub level: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database_url: None,
            redis_url: None,
            encoder: EncoderConfig::default(),
            knowledge: KnowledgeConfig::default(),
            engine: EngineConfig::default(),
            chat: ChatConfig::default(),
            connect: ConnectConfig::default(),
            generation: GenerationConfig::default(),
            web: WebConfig::default(),
            log: LogConfig::default(),
            provenance: BTreeMap::new(),
        }
    }
}

impl Default for EncoderConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { model: None, threads: cores.clamp(1, 8) }
    }
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            deadline_ms: 800,
            business_deadline_ms: 3000,
            reader: true,
            reader_model: None,
            ranker: None,
            threshold: None,
            shop_dir: None,
        }
    }
}

impl Default for ChatConfig {
    fn default() -> Self {
        Self {
            max_message_chars: 10_000,
            identity_secret: None,
            session_days: 7,
            idle_notice_minutes: 30,
            idle_close_minutes: 10,
        }
    }
}

impl Default for GenerationConfig {
    fn default() -> Self {
        Self { endpoint: None, model: None, file: None, api_key: None, deadline_ms: 8000, max_tokens: 300 }
    }
}

impl Default for WebConfig {
    fn default() -> Self {
        Self {
            max_upload_bytes: 64 << 20,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            secure_cookies: false,
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "zhike=info,warn".into(), format: LogFormat::Text }
    }
}

/// Values given on the command line.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub data_dir: Option<PathBuf>,
    pub listen: Option<SocketAddr>,
}

impl Config {
    /// Reads file, environment and flags. A named file must exist; the default one may be missing.
    pub fn load(file: Option<&Path>, overrides: Overrides) -> Result<Self> {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && file.is_none() => String::new(),
            Err(e) => return Err(bad(format!("{}: {e}", path.display()))),
        };
        let environment = std::env::vars()
            .filter(|(name, _)| name.starts_with(ENV_PREFIX) && !ENV_ELSEWHERE.contains(&name.as_str()));
        Self::from_parts(path, &text, environment, overrides)
    }

    fn from_parts(
        path: &Path,
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
        overrides: Overrides,
    ) -> Result<Self> {
        // The file is checked on its own first: its errors can name line and column.
        toml::from_str::<Config>(text).map_err(|e| bad(format!("{}: {e}", path.display())))?;
        let mut table: toml::Table =
            toml::from_str(text).map_err(|e| bad(format!("{}: {e}", path.display())))?;
        let mut provenance = BTreeMap::new();
        note_origin(&table, "", &Origin::File(path.to_path_buf()), &mut provenance);

        for (name, value) in environment {
            let key = name[ENV_PREFIX.len()..].to_ascii_lowercase().replace("__", ".");
            set(&mut table, &key, &value);
            let probe = toml::Value::Table(table.clone()).try_into::<Config>();
            probe.map_err(|e| bad(format!("environment variable {name}: {}", e.message())))?;
            provenance.insert(key, Origin::Environment(name));
        }

        let mut config: Config = toml::Value::Table(table)
            .try_into()
            .map_err(|e: toml::de::Error| bad(e.message().to_string()))?;
        if let Some(dir) = overrides.data_dir {
            config.data_dir = dir;
            provenance.insert("data_dir".into(), Origin::CommandLine);
        }
        if let Some(listen) = overrides.listen {
            config.listen = listen;
            provenance.insert("listen".into(), Origin::CommandLine);
        }
        config.provenance = provenance;
        config.check()?;
        Ok(config)
    }

    /// Everything that is written goes into this folder: what is tried out must not reach a database that others use.
    pub fn keep_to(&mut self, folder: &Path) {
        self.data_dir = folder.to_owned();
        self.database_url = None;
        self.redis_url = None;
    }

    fn check(&self) -> Result<()> {
        if self.encoder.threads == 0 {
            return Err(bad("encoder.threads is 0: give at least 1".into()));
        }
        if self.redis_url.is_some() && self.database_url.is_none() {
            return Err(bad(
                "redis_url is for several nodes, which share a database: set database_url too".into()
            ));
        }
        if !(50..=60_000).contains(&self.engine.deadline_ms) {
            return Err(bad("engine.deadline_ms must be between 50 and 60000".into()));
        }
        // Shorter than the limit of a turn, after which a person is asked for.
        if !(50..=25_000).contains(&self.engine.business_deadline_ms) {
            return Err(bad("engine.business_deadline_ms must be between 50 and 25000".into()));
        }
        if self.engine.threshold.is_some_and(|t| !(0.0..=1.0).contains(&t)) {
            return Err(bad("engine.threshold is a probability: give a number from 0 to 1".into()));
        }
        if self.chat.idle_notice_minutes > 0 && self.chat.idle_close_minutes == 0 {
            return Err(bad(
                "chat.idle_close_minutes is 0: give a visitor who is asked whether they are still there at least a minute to answer; chat.idle_notice_minutes = 0 switches both off".into(),
            ));
        }
        self.generation.check()
    }
}

impl GenerationConfig {
    fn check(&self) -> Result<()> {
        if self.file.is_some() && (self.endpoint.is_some() || self.model.is_some()) {
            return Err(bad(
                "generation.file is a model of this process, generation.endpoint and generation.model one of a server: leave one of them out".into(),
            ));
        }
        match (&self.endpoint, &self.model) {
            (None, None) => {}
            (Some(endpoint), Some(_)) => {
                let usable = |url: &Url| {
                    matches!(url.scheme(), "http" | "https")
                        && url.username().is_empty()
                        && url.password().is_none()
                };
                if !Url::parse(endpoint).is_ok_and(|url| usable(&url)) {
                    return Err(bad(
                        "generation.endpoint must be an http or https address without credentials, such as http://127.0.0.1:11434/v1; a key goes into generation.api_key".into(),
                    ));
                }
            }
            (Some(_), None) => {
                return Err(bad(
                    "generation.endpoint is set: name the model there as generation.model".into()
                ));
            }
            (None, Some(_)) => {
                return Err(bad(
                    "generation.model is set: say where it runs as generation.endpoint, such as http://127.0.0.1:11434/v1; a model in a file is generation.file".into(),
                ));
            }
        }
        // Shorter than the limit of a turn, after which a person is asked for.
        if !(100..=25_000).contains(&self.deadline_ms) {
            return Err(bad("generation.deadline_ms must be between 100 and 25000".into()));
        }
        if !(16..=4096).contains(&self.max_tokens) {
            return Err(bad("generation.max_tokens must be between 16 and 4096".into()));
        }
        Ok(())
    }
}

fn bad(detail: String) -> Error {
    Error::new(Code::BadConfig, detail.trim_end().to_string())
}

fn note_origin(table: &toml::Table, prefix: &str, origin: &Origin, into: &mut BTreeMap<String, Origin>) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => note_origin(inner, &key, origin, into),
            _ => {
                into.insert(key, origin.clone());
            }
        }
    }
}

/// Sets a dotted key to a value written as TOML would write it; anything else is a string.
fn set(table: &mut toml::Table, dotted: &str, written: &str) {
    let value = toml::from_str::<toml::Table>(&format!("v = {written}"))
        .ok()
        .and_then(|mut t| t.remove("v"))
        .unwrap_or_else(|| toml::Value::String(written.to_string()));
    let Some((section, key)) = dotted.split_once('.') else {
        table.insert(dotted.to_string(), value);
        return;
    };
    let inner = table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
    if let toml::Value::Table(inner) = inner {
        inner.insert(key.to_string(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config> {
        let environment = environment.iter().map(|(k, v)| (k.to_string(), v.to_string()));
        Config::from_parts(Path::new("zhike.toml"), text, environment, Overrides::default())
    }

    #[test]
    fn the_environment_wins_over_the_file_and_says_so() {
        let config = load("[encoder]\nthreads = 1", &[("ZHIKE_ENCODER__THREADS", "3")]).unwrap();
        assert_eq!(config.encoder.threads, 3);
        let origin = Origin::Environment("ZHIKE_ENCODER__THREADS".into());
        assert_eq!(config.provenance["encoder.threads"], origin);
    }

    #[test]
    fn an_address_needs_no_quotes_in_the_environment() {
        let config = load("", &[("ZHIKE_LISTEN", "0.0.0.0:9000")]).unwrap();
        assert_eq!(config.listen.port(), 9000);
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line() {
        let e = load("listen = \"127.0.0.1:1\"\n[engine]\ndeadlin_ms = 3", &[]).unwrap_err();
        assert_eq!(e.code(), Code::BadConfig);
        assert!(e.detail().contains("deadlin_ms") && e.detail().contains("line 3"), "{e}");
    }

    #[test]
    fn redis_without_a_shared_database_is_refused() {
        let e = load("redis_url = \"redis://cache\"", &[]).unwrap_err();
        assert!(e.detail().contains("database_url"), "{e}");
        let both = "redis_url = \"redis://cache\"\ndatabase_url = \"postgres://db/zhike\"";
        assert!(load(both, &[]).is_ok());
    }

    #[test]
    fn a_model_that_phrases_needs_an_address_and_a_name_and_is_off_without() {
        assert!(load("", &[]).unwrap().generation.endpoint.is_none());
        let on = [
            ("ZHIKE_GENERATION__ENDPOINT", "http://127.0.0.1:11434/v1"),
            ("ZHIKE_GENERATION__MODEL", "qwen3:4b"),
            ("ZHIKE_GENERATION__API_KEY", "secret-of-mine"),
        ];
        let config = load("", &on).unwrap();
        assert_eq!((config.generation.deadline_ms, config.generation.max_tokens), (8000, 300));
        assert!(config.provenance.contains_key("generation.model"));
        assert!(!format!("{config:?}").contains("secret-of-mine"), "keys are in no log");
        for (text, named) in [
            ("[generation]\nendpoint = \"http://localhost/v1\"", "generation.model"),
            ("[generation]\nmodel = \"m\"", "generation.endpoint"),
            ("[generation]\nmodel = \"m\"\nendpoint = \"http://h/v1\"\nfile = \"m.gguf\"", "generation.file"),
            ("[generation]\nmodel = \"m\"\nendpoint = \"ftp://h/v1\"", "generation.endpoint"),
            ("[generation]\nmodel = \"m\"\nendpoint = \"http://u:p@h/v1\"", "generation.api_key"),
            ("[generation]\ndeadline_ms = 60000", "generation.deadline_ms"),
            ("[generation]\nmax_tokens = 1", "generation.max_tokens"),
            ("[generation]\nmodle = \"m\"", "modle"),
        ] {
            let e = load(text, &[]).unwrap_err();
            assert!(e.detail().contains(named), "{text}: {e}");
        }
    }

    #[test]
    fn what_is_tried_out_stays_in_its_folder() {
        let mut config =
            load("database_url = \"postgres://db/zhike\"\nredis_url = \"redis://c\"", &[]).unwrap();
        config.keep_to(Path::new("/tmp/trial"));
        assert!(config.database_url.is_none() && config.redis_url.is_none());
        assert_eq!(config.data_dir, Path::new("/tmp/trial"));
    }

    #[test]
    fn a_bad_variable_is_named() {
        let e = load("", &[("ZHIKE_ENGINE__THRESHOLD", "high")]).unwrap_err();
        assert!(e.detail().contains("ZHIKE_ENGINE__THRESHOLD"), "{e}");
    }
}
