//! What travels inside the binary besides the model: the web pages and the sample shop.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// The built web pages. Empty when the program was compiled before the pages were.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
pub struct WebPages;

/// The sample shop: documents, FAQ tables, intents, rules and settings.
#[derive(RustEmbed)]
#[folder = "knowledge"]
#[exclude = "sources/*"]
#[exclude = "*.py"]
#[exclude = "README.md"]
#[exclude = "requirements.txt"]
pub struct SampleShop;

impl SampleShop {
    /// Paths and bytes of every file below `folder`, in the order of their names.
    pub fn below(folder: &str) -> impl Iterator<Item = (Cow<'static, str>, Cow<'static, [u8]>)> {
        let mut paths: Vec<_> = Self::iter().filter(|path| path.starts_with(folder)).collect();
        paths.sort();
        paths.into_iter().filter_map(|path| Self::get(&path).map(|file| (path, file.data)))
    }
}
