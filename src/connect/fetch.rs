//! Fetches pages for the knowledge base: where the site's owner allows it, from checked addresses, bounded in size and
//! time. Redirects are followed by hand, each to an address that is checked like the first.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Response, StatusCode, header};
use url::Url;

use super::post::reason;
use super::{address, client, robots};
use crate::error::{Error, Result};
use crate::knowledge::sources::{Fetch, Fetched};

/// Time for one request, and for a page in all.
const REQUEST_LIMIT: Duration = Duration::from_secs(20);
const PAGE_LIMIT: Duration = Duration::from_secs(90);
/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;
/// Bytes of robots.txt that are read; RFC 9309 asks for 500 KiB at least.
const ROBOTS_LIMIT: u64 = 512 << 10;

/// Fetches over HTTP.
#[derive(Clone, Debug)]
pub struct HttpFetch {
    public: Client,
    private: Client,
}

impl HttpFetch {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new() -> Result<Self> {
        let made = |allow_private| client::client(allow_private).map_err(Error::internal);
        Ok(Self { public: made(false)?, private: made(true)? })
    }

    async fn page(&self, url: &str, allow_private: bool, limit: u64) -> Result<Fetched, String> {
        let mut url = parsed(url)?;
        for _ in 0..=MOST_REDIRECTS {
            address::check(&url, allow_private)?;
            self.ask_owner(&url, allow_private).await?;
            let response = self.get(&url, allow_private).await?;
            if response.status().is_redirection() {
                let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
                let to = to.ok_or("the page is elsewhere and does not say where")?;
                url = url.join(to).map_err(|e| format!("the page is at `{to}`, which is no address: {e}"))?;
                continue;
            }
            if !response.status().is_success() {
                return Err(format!("the server answered {}", response.status()));
            }
            let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            let name = name_of(&url, kind.unwrap_or_default());
            return Ok(Fetched { name, bytes: body(response, limit).await? });
        }
        Err(format!("the page is still elsewhere after {MOST_REDIRECTS} redirects"))
    }

    /// Whether the site's owner lets the page be fetched.
    async fn ask_owner(&self, url: &Url, allow_private: bool) -> Result<(), String> {
        let mut robots_url = url.clone();
        robots_url.set_path("/robots.txt");
        robots_url.set_query(None);
        robots_url.set_fragment(None);
        let response = self.get(&robots_url, allow_private).await?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(format!("robots.txt cannot be read ({status}), so nothing is fetched"));
        }
        if !status.is_success() {
            return Ok(());
        }
        let rules = body(response, ROBOTS_LIMIT).await.map_err(|e| format!("robots.txt: {e}"))?;
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        if robots::allows(&String::from_utf8_lossy(&rules), &path) {
            return Ok(());
        }
        Err("robots.txt of the site does not allow it".into())
    }

    async fn get(&self, url: &Url, allow_private: bool) -> Result<Response, String> {
        let client = if allow_private { &self.private } else { &self.public };
        let asked = client.get(url.clone()).timeout(REQUEST_LIMIT).send().await;
        asked.map_err(reason)
    }
}

#[async_trait]
impl Fetch for HttpFetch {
    fn check(&self, url: &str, allow_private: bool) -> Result<(), String> {
        address::check(&parsed(url)?, allow_private)
    }

    async fn fetch(&self, url: &str, allow_private: bool, limit: u64) -> Result<Fetched, String> {
        match tokio::time::timeout(PAGE_LIMIT, self.page(url, allow_private, limit)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(format!("it took longer than {} seconds", PAGE_LIMIT.as_secs())),
        }
    }
}

fn parsed(url: &str) -> Result<Url, String> {
    Url::parse(url).map_err(|e| format!("`{url}` is no address: {e}"))
}

async fn body(mut response: Response, limit: u64) -> Result<Vec<u8>, String> {
    let too_large = || format!("it is larger than {limit} bytes");
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(reason)? {
        if (bytes.len() + part.len()) as u64 > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

/// What a page's document is called: its address, with the ending its kind asks for.
fn name_of(url: &Url, kind: &str) -> String {
    const KINDS: [(&str, &str); 9] = [
        ("text/html", "html"),
        ("application/xhtml+xml", "html"),
        ("text/markdown", "md"),
        ("text/plain", "txt"),
        ("text/csv", "csv"),
        ("application/json", "json"),
        ("application/pdf", "pdf"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ];
    let path = url.path().trim_matches('/');
    let path = if path.is_empty() { "index" } else { path };
    let plain = |text: &str| -> String {
        let keep = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '%');
        text.chars().map(|c| if keep(c) { c } else { '_' }).collect()
    };
    let parts = path.split('/').filter(|part| !part.is_empty() && *part != "." && *part != "..");
    let mut name = plain(url.host_str().unwrap_or("page"));
    for part in parts {
        name.push('/');
        name.push_str(&plain(part));
    }
    if let Some(query) = url.query() {
        name.push('_');
        name.push_str(&plain(query));
    }
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let ending = KINDS.iter().find(|(mime, _)| *mime == kind).map(|(_, ending)| *ending);
    // Room for the ending below the 255 bytes of a name.
    while name.len() > 240 {
        name.pop();
    }
    match ending {
        Some(ending) if !name.to_ascii_lowercase().ends_with(&format!(".{ending}")) => {
            name.push('.');
            name.push_str(ending);
        }
        _ => {}
    }
    name
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_named_by_its_address_and_kind() {
        for (url, kind, name) in [
            ("https://shop.example/help/", "text/html; charset=utf-8", "shop.example/help.html"),
            ("https://shop.example/", "text/html", "shop.example/index.html"),
            ("https://shop.example/a/b.pdf", "application/pdf", "shop.example/a/b.pdf"),
            ("https://shop.example/p?id=7&x=../y", "text/plain", "shop.example/p_id_7_x_.._y.txt"),
        ] {
            assert_eq!(name_of(&Url::parse(url).unwrap(), kind), name);
        }
    }

    #[test]
    fn addresses_of_the_own_network_are_refused_unless_meant() {
        let fetch = HttpFetch::new().unwrap();
        for bad in
            ["http://127.0.0.1/x", "http://[::1]/", "http://169.254.169.254/", "ftp://shop.example/", "x"]
        {
            assert!(fetch.check(bad, false).is_err(), "{bad}");
        }
        assert!(fetch.check("http://127.0.0.1/x", true).is_ok());
        assert!(fetch.check("https://shop.example/x", false).is_ok());
    }
}
