//! Which parts of a page are its content, and which the furniture around it: menus, banners, footers, link lists.

use super::super::error::Problem;
use super::super::limits::Meter;
use super::dom::{Dom, Id};

/// Never shown, or never text.
const SILENT: [&str; 26] = [
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "embed", "canvas",
    "video", "audio", "map", "select", "button", "input", "textarea", "option", "datalist", "progress",
    "meter", "dialog", "frameset", "noframes", "img",
];

/// Roles of furniture.
const ROLES: [&str; 13] = [
    "navigation",
    "banner",
    "contentinfo",
    "complementary",
    "search",
    "dialog",
    "alertdialog",
    "menu",
    "menubar",
    "toolbar",
    "tablist",
    "alert",
    "status",
];

/// Words in class names and ids that furniture carries.
const WORDS: [&str; 48] = [
    "nav",
    "navbar",
    "navigation",
    "menu",
    "menus",
    "submenu",
    "sidebar",
    "sidenav",
    "breadcrumb",
    "breadcrumbs",
    "crumb",
    "crumbs",
    "footer",
    "foot",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "popup",
    "modal",
    "advert",
    "ads",
    "adsense",
    "advertisement",
    "share",
    "sharing",
    "social",
    "related",
    "recommend",
    "recommended",
    "recommendation",
    "comments",
    "pagination",
    "pager",
    "toolbar",
    "copyright",
    "subscribe",
    "newsletter",
    "login",
    "signin",
    "topbar",
    "skip",
    "toc",
    "backtop",
    "totop",
    "sitemap",
    "hotline",
    "promo",
];

/// What a page is read from.
#[derive(Debug)]
pub(super) struct Content {
    /// The element that holds the content.
    pub(super) root: Id,
    /// Elements to leave out, by id.
    dropped: Vec<bool>,
}

impl Content {
    pub(super) fn is_dropped(&self, id: Id) -> bool {
        self.dropped[id]
    }
}

/// Length of text below an element, and how much of it is links.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    text: usize,
    linked: usize,
    links: usize,
}

/// Finds the content of a page.
pub(super) fn find_content(dom: &Dom, meter: &Meter) -> Result<Content, Problem> {
    let body = dom.find(Dom::ROOT, "body").unwrap_or(Dom::ROOT);
    let mut dropped: Vec<bool> = (0..dom.len()).map(|id| is_silent(dom, id)).collect();
    let weights = weigh(dom, body, &dropped);
    let all = weights[body].text;

    for id in dom.walk(body, |id| !dropped[id]) {
        meter.tick()?;
        if dropped[id] || id == body {
            continue;
        }
        // A wrapper of the whole page may be called anything; furniture is a small part of it.
        let small = weights[id].text * 5 <= all * 2;
        let furniture = is_landmark(dom, id)
            || (small && is_called_furniture(dom, id) && !holds_content(dom, id, &dropped));
        if furniture || is_link_list(dom, id, weights[id]) {
            dom.walk(id, |_| true).into_iter().for_each(|below| dropped[below] = true);
        }
    }

    // The element that says it is the content, unless hardly anything stands in it.
    let weights = weigh(dom, body, &dropped);
    let says_main = |id: Id| dom.tag(id) == "main" || dom.attribute(id, "role") == Some("main");
    let shown = dom.walk(body, |id| !dropped[id]);
    let main = shown.iter().copied().filter(|id| says_main(*id)).max_by_key(|id| weights[*id].text);
    let articles: Vec<Id> = shown.iter().copied().filter(|id| dom.tag(*id) == "article").collect();
    let candidate = main.or(if let [only] = articles.as_slice() { Some(*only) } else { None });
    let root = candidate.filter(|id| weights[*id].text * 4 >= weights[body].text).unwrap_or(body);
    Ok(Content { root, dropped })
}

fn weigh(dom: &Dom, from: Id, dropped: &[bool]) -> Vec<Weight> {
    let mut weights = vec![Weight::default(); dom.len()];
    // Children come after their parent in document order, so one pass from the back adds everything up.
    for id in dom.walk(from, |id| !dropped[id]).into_iter().rev() {
        let mut weight = weights[id];
        if let Some(text) = dom.text(id) {
            weight.text = text.chars().filter(|c| !c.is_whitespace()).count();
        }
        if dom.tag(id) == "a" {
            weight.linked = weight.text;
            weight.links = 1;
        }
        weights[id] = weight;
        if let Some(parent) = dom.parent(id) {
            weights[parent].text += weight.text;
            weights[parent].linked += weight.linked;
            weights[parent].links += weight.links;
        }
    }
    weights
}

fn is_silent(dom: &Dom, id: Id) -> bool {
    if SILENT.contains(&dom.tag(id)) {
        return true;
    }
    let hidden_by_style = dom.attribute(id, "style").is_some_and(|style| {
        let style: String =
            style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        style.contains("display:none") || style.contains("visibility:hidden")
    });
    // Panels of tabs and accordions are hidden until somebody clicks, but are content.
    let panel = dom.attribute(id, "role") == Some("tabpanel");
    !panel && (hidden_by_style || dom.attribute(id, "aria-hidden") == Some("true"))
}

fn is_landmark(dom: &Dom, id: Id) -> bool {
    let inside = |tags: &[&str]| {
        std::iter::successors(dom.parent(id), |id| dom.parent(*id))
            .any(|above| tags.contains(&dom.tag(above)))
    };
    match dom.tag(id) {
        "nav" | "aside" => true,
        // The header of an article holds its heading, its footer may hold what counts; those of a page do not.
        "header" | "footer" => !inside(&["article", "main", "section"]),
        _ => dom.attribute(id, "role").is_some_and(|role| ROLES.contains(&role)),
    }
}

fn is_called_furniture(dom: &Dom, id: Id) -> bool {
    if !matches!(
        dom.tag(id),
        "div" | "section" | "ul" | "ol" | "p" | "span" | "table" | "form" | "header" | "footer"
    ) {
        return false;
    }
    let names = [dom.attribute(id, "class"), dom.attribute(id, "id")];
    names.into_iter().flatten().any(|names| words(names).any(|word| WORDS.contains(&word.as_str())))
}

/// The words of `page-sideNav main_menu`.
fn words(names: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(names.len() + 8);
    let mut before_is_lower = false;
    for c in names.chars() {
        if c.is_uppercase() && before_is_lower {
            spaced.push(' ');
        }
        before_is_lower = c.is_lowercase();
        spaced.extend(if c.is_alphanumeric() { c.to_lowercase().next() } else { Some(' ') });
    }
    spaced.split_whitespace().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn holds_content(dom: &Dom, id: Id, dropped: &[bool]) -> bool {
    dom.walk(id, |id| !dropped[id]).into_iter().any(|id| matches!(dom.tag(id), "main" | "article" | "h1"))
}

/// A menu without any name for it: several short links and hardly anything else.
fn is_link_list(dom: &Dom, id: Id, weight: Weight) -> bool {
    matches!(dom.tag(id), "ul" | "ol" | "div" | "p" | "section" | "dl" | "center")
        && weight.links >= 3
        && weight.linked * 10 >= weight.text * 8
        && weight.linked <= weight.links * 24
}
