//! `{parameter}` in paths, query values, headers and JSON bodies.
//!
//! A template is split once; values never pass through a parser again, so whatever they hold they stay one path
//! segment, one query value or one JSON string.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// A text with places for parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Param(String),
}

impl Template {
    /// Splits a template. `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// Says what is wrong with an unclosed or empty place.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let here = &rest[at..];
            if here.starts_with("{{") || here.starts_with("}}") {
                plain.push_str(&here[..1]);
                rest = &here[2..];
                continue;
            }
            let end = here.find('}').filter(|_| here.starts_with('{'));
            let end = end.ok_or_else(|| format!("`{text}`: a brace without its partner"))?;
            let name = here[1..end].trim();
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return Err(format!("`{text}`: `{{{name}}}` is no parameter's name"));
            }
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Param(name.to_owned()));
            rest = &here[end + 1..];
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// Names of the parameters in it.
    pub fn params(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Param(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with every value passed through `escape`; `None` when a value is missing.
    pub fn fill(&self, params: &BTreeMap<String, String>, escape: impl Fn(&str) -> String) -> Option<String> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Param(name) => filled.push_str(&escape(params.get(name)?)),
            }
        }
        Some(filled)
    }
}

/// One segment of a path: everything but letters, digits, `-`, `_` and `~` is encoded, dots too, so that no value
/// can be `..`.
pub fn segment(value: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// A JSON body whose strings are templates.
#[derive(Clone, Debug)]
pub enum Body {
    Text(Template),
    List(Vec<Body>),
    Object(Vec<(String, Body)>),
    /// A number, a truth value or null.
    Plain(Json),
}

impl Body {
    /// Reads the strings of `json` as templates.
    pub fn parse(json: &Json) -> Result<Self, String> {
        Ok(match json {
            Json::String(text) => Self::Text(Template::parse(text)?),
            Json::Array(items) => Self::List(items.iter().map(Self::parse).collect::<Result<_, _>>()?),
            Json::Object(map) => Self::Object(
                map.iter().map(|(k, v)| Ok((k.clone(), Self::parse(v)?))).collect::<Result<_, String>>()?,
            ),
            other => Self::Plain(other.clone()),
        })
    }

    /// Names of the parameters in it.
    pub fn params(&self) -> Vec<&str> {
        match self {
            Self::Text(template) => template.params().collect(),
            Self::List(items) => items.iter().flat_map(Self::params).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, body)| body.params()).collect(),
            Self::Plain(_) => Vec::new(),
        }
    }

    /// The body; members whose values are missing are left out.
    pub fn fill(&self, params: &BTreeMap<String, String>) -> Option<Json> {
        match self {
            Self::Text(template) => template.fill(params, str::to_owned).map(Json::String),
            Self::List(items) => Some(items.iter().filter_map(|item| item.fill(params)).collect()),
            Self::Object(members) => Some(Json::Object(
                members.iter().filter_map(|(k, v)| Some((k.clone(), v.fill(params)?))).collect(),
            )),
            Self::Plain(json) => Some(json.clone()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with(value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("x".to_owned(), value.to_owned())])
    }

    #[test]
    fn a_value_stays_one_segment_of_the_path() {
        let path = Template::parse("/orders/{x}/track").unwrap();
        assert_eq!(path.fill(&with("ML1"), segment).unwrap(), "/orders/ML1/track");
        assert_eq!(
            path.fill(&with("../admin?a=b#"), segment).unwrap(),
            "/orders/%2E%2E%2Fadmin%3Fa%3Db%23/track"
        );
        assert_eq!(path.fill(&BTreeMap::new(), segment), None);
    }

    #[test]
    fn a_broken_template_is_refused_with_its_text() {
        for text in ["/a/{x", "/a/x}", "/a/{}", "/a/{x y}"] {
            assert!(Template::parse(text).unwrap_err().contains(text), "{text}");
        }
        assert_eq!(Template::parse("{{x}}").unwrap().fill(&BTreeMap::new(), segment).unwrap(), "{x}");
    }

    proptest! {
        #[test]
        fn a_value_stays_one_string_of_the_body(value in ".{0,40}") {
            let body = Body::parse(&serde_json::json!({"a": "{x}", "b": [1, "say {x}"]})).unwrap();
            let filled = body.fill(&with(&value)).unwrap();
            let again: Json = serde_json::from_str(&filled.to_string()).unwrap();
            prop_assert_eq!(again["a"].as_str().unwrap(), value.as_str());
            prop_assert_eq!(again.as_object().unwrap().len(), 2);
        }
    }
}
