//! What a shop says about itself and how it wants to be spoken for: `shop.toml`, `intents.toml`, `rules.toml`,
//! `forms.toml`.
//!
//! Every file may be missing; then the neutral defaults stand. Nothing about any shop is in code. Errors name file
//! and line.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::forms::Forms;
use crate::domain::Lang;
use crate::error::{Code, Error, Result};
use crate::recall::rules::{Rules, Then};
use crate::text::{mention::mentions, normalise};

/// A shop's settings.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    settings: Settings,
    intents: BTreeMap<String, IntentSettings>,
    rules: Arc<Rules>,
    forms: Arc<Forms>,
    zone: Option<TimeZone>,
}

/// How a turn with an intent is dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntentKind {
    /// Answered from documents and FAQ pairs.
    Knowledge,
    /// Needs a business system or somebody who can look into one.
    Business,
    /// One of the replies.
    Smalltalk,
    /// Goes to a person.
    Handoff,
}

/// An intent as `intents.toml` declares it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntentSettings {
    pub name: String,
    pub kind: IntentKind,
    #[serde(default)]
    pub title_zh: String,
    #[serde(default)]
    pub title_en: String,
    #[serde(default)]
    pub reply_zh: Vec<String>,
    #[serde(default)]
    pub reply_en: Vec<String>,
    #[serde(default)]
    pub slots: Vec<String>,
    /// Who should get a conversation about it.
    #[serde(default)]
    pub team: Option<String>,
}

impl IntentSettings {
    /// One of the replies, always the same for the same text.
    pub fn reply(&self, lang: Lang, text: &str) -> Option<&str> {
        let replies = match lang {
            Lang::Zh => &self.reply_zh,
            Lang::En => &self.reply_en,
        };
        let turn = text.bytes().fold(0usize, |sum, b| sum.wrapping_mul(31).wrapping_add(usize::from(b)));
        replies.get(turn % replies.len().max(1)).map(String::as_str)
    }

    /// What the intent is called for people.
    pub fn title(&self, lang: Lang) -> &str {
        match lang.pick(&self.title_zh, &self.title_en) {
            "" => &self.name,
            title => title,
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    shop: About,
    greeting: Pair,
    suggested_questions: Lists,
    handoff: Lists,
    anger: Lists,
    office_hours: OfficeHours,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct About {
    name: String,
    name_en: String,
    about: String,
    about_en: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Pair {
    zh: String,
    en: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Lists {
    zh: Vec<String>,
    en: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OfficeHours {
    timezone: String,
    chat: String,
    phone: String,
    english: String,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntentsFile {
    #[serde(default)]
    intent: Vec<IntentSettings>,
}

/// Words that always ask for a person, whatever the shop adds.
const HANDOFF_WORDS: [&str; 4] = ["转人工", "人工客服", "human agent", "real person"];

/// Characters that may stand beside words of anger without saying more.
const BESIDE_ANGER: usize = 2;

impl Shop {
    /// Reads the settings in `folder`.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with file and line when one of them cannot be understood.
    pub fn load(folder: &Path) -> Result<Self> {
        let read = |name: &str| match std::fs::read_to_string(folder.join(name)) {
            Ok(text) => Ok(text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(e) => Err(Error::from(e).at(folder.join(name).display())),
        };
        Self::parse(&read("shop.toml")?, &read("intents.toml")?, &read("rules.toml")?, &read("forms.toml")?)
    }

    /// Reads the settings from the texts of the four files.
    pub fn parse(shop: &str, intents: &str, rules: &str, forms: &str) -> Result<Self> {
        let mut settings: Settings = toml::from_str(shop).map_err(|e| bad("shop.toml", &e))?;
        for words in [
            &mut settings.handoff.zh,
            &mut settings.handoff.en,
            &mut settings.anger.zh,
            &mut settings.anger.en,
        ] {
            words.iter_mut().for_each(|word| *word = normalise(word.trim()));
            words.retain(|word| !word.is_empty());
        }
        let file: IntentsFile = toml::from_str(intents).map_err(|e| bad("intents.toml", &e))?;
        let intents = file.intent.into_iter().map(|intent| (intent.name.clone(), intent)).collect();
        let zone = match settings.office_hours.timezone.as_str() {
            "" => None,
            name => Some(TimeZone::get(name).map_err(|_| {
                let why = format!("office_hours.timezone: there is no time zone `{name}`");
                Error::new(Code::BadConfig, why).at("shop.toml")
            })?),
        };
        let rules = Arc::new(Rules::parse(rules, "rules.toml")?);
        let forms = Arc::new(Forms::parse(forms, "forms.toml")?);
        for rule in rules.all() {
            if let Some(Then::Form(form)) = &rule.then
                && forms.form(form).is_none()
            {
                let why = format!("rule `{}`: forms.toml has no form `{form}`", rule.name);
                return Err(Error::new(Code::BadConfig, why).at(format!("rules.toml, line {}", rule.line)));
            }
        }
        Ok(Self { settings, intents, rules, forms, zone })
    }

    /// The shop's name; empty when it has none.
    pub fn name(&self, lang: Lang) -> &str {
        let about = &self.settings.shop;
        match lang.pick(&about.name, &about.name_en) {
            "" => &about.name,
            name => name,
        }
    }

    /// What the widget opens with.
    pub fn greeting(&self, lang: Lang) -> &str {
        let greeting = &self.settings.greeting;
        match lang.pick(&greeting.zh, &greeting.en) {
            "" => lang.pick("您好，请问有什么可以帮您？", "Hello, how can I help you?"),
            greeting => greeting,
        }
    }

    /// Questions the widget offers.
    pub fn suggestions(&self, lang: Lang) -> &[String] {
        let questions = &self.settings.suggested_questions;
        match lang {
            Lang::Zh => &questions.zh,
            Lang::En => &questions.en,
        }
    }

    /// When people are there, in words; empty when the shop does not say.
    pub fn office_hours(&self, lang: Lang) -> &str {
        lang.pick(&self.settings.office_hours.zh, &self.settings.office_hours.en)
    }

    /// The shop's rules.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// The shop's forms.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// The shop's time zone; the machine's where it does not say. "Yesterday" is a day there.
    pub fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or_else(TimeZone::system)
    }

    /// The shop's clock.
    pub fn now(&self) -> DateTime {
        Timestamp::now().to_zoned(self.zone()).datetime()
    }

    /// What is declared about an intent.
    pub fn intent(&self, name: &str) -> Option<&IntentSettings> {
        self.intents.get(name)
    }

    /// Whether the visitor asks for a person. `text` is normalised.
    pub fn asks_for_person(&self, text: &str) -> bool {
        let words = &self.settings.handoff;
        let own = words.zh.iter().chain(&words.en).map(String::as_str);
        own.chain(HANDOFF_WORDS).any(|word| mentions(text, word))
    }

    /// How many different words of anger the normalised text has.
    pub fn anger(&self, text: &str) -> usize {
        self.anger_words(text).count()
    }

    /// The words of anger that the normalised text has.
    pub fn anger_words(&self, text: &str) -> impl Iterator<Item = String> {
        let words = &self.settings.anger;
        words.zh.iter().chain(&words.en).filter(move |word| mentions(text, word)).cloned()
    }

    /// Whether the normalised text is hardly more than words of anger.
    pub fn is_mere_anger(&self, text: &str) -> bool {
        let words = &self.settings.anger;
        let mut rest = text.to_owned();
        for word in words.zh.iter().chain(&words.en).filter(|word| mentions(text, word)) {
            rest = rest.replace(word.as_str(), " ");
        }
        rest.len() < text.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() <= BESIDE_ANGER
    }
}

fn bad(file: &str, e: &toml::de::Error) -> Error {
    Error::new(Code::BadConfig, e.to_string().trim_end().to_string()).at(file)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sample() -> Shop {
        Shop::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge")).unwrap()
    }

    #[test]
    fn the_sample_shop_is_read_whole() {
        let shop = sample();
        assert!(!shop.name(Lang::Zh).is_empty() && !shop.name(Lang::En).is_empty());
        assert!(shop.suggestions(Lang::Zh).len() >= 3);
        assert!(shop.asks_for_person(&normalise("给我转人工")));
        assert!(shop.asks_for_person("get me a human please"));
        assert!(!shop.asks_for_person("人工费多少"));
        assert_eq!(shop.anger(&normalise("你们就是骗子，我要曝光你们")), 2);
        assert!(shop.is_mere_anger(&normalise("垃圾！")) && shop.is_mere_anger("ridiculous!!"));
        assert!(!shop.is_mere_anger(&normalise("投诉电话是多少")));
        assert!(!shop.asks_for_person("what is human grade food"));
        assert_eq!(shop.intent("greeting").unwrap().kind, IntentKind::Smalltalk);
    }

    #[test]
    fn a_shop_without_files_has_neutral_words() {
        let shop = Shop::load(Path::new("/nonexistent")).unwrap();
        assert!(!shop.greeting(Lang::En).is_empty());
        assert!(shop.asks_for_person("转人工"));
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line() {
        let e = Shop::parse("[shop]\nnmae = \"x\"\n", "", "", "").unwrap_err();
        assert!(
            e.detail().contains("shop.toml") && e.detail().contains("nmae") && e.detail().contains("line 2"),
            "{e}"
        );
    }
}
