//! robots.txt: what a site's owner does not want fetched (RFC 9309).

/// Our name in a site's rules.
const OWN_NAME: &str = "zhike";

/// Whether the rules of `robots` let `path` (with its query) be fetched. The groups that name us count, or else those
/// for everybody; of the rules that fit the longest decides, and of equally long ones the one that allows.
pub fn allows(robots: &str, path: &str) -> bool {
    let (mut own, mut all) = (Vec::new(), Vec::new());
    let (mut for_us, mut for_all, mut in_rules, mut named) = (false, false, false, false);
    for line in robots.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((field, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match field.trim().to_ascii_lowercase().as_str() {
            "user-agent" => {
                if in_rules {
                    (for_us, for_all, in_rules) = (false, false, false);
                }
                let ours = value.to_ascii_lowercase().starts_with(OWN_NAME);
                for_us |= ours;
                named |= ours;
                for_all |= value == "*";
            }
            rule @ ("allow" | "disallow") => {
                in_rules = true;
                // An empty rule forbids nothing.
                if value.is_empty() {
                    continue;
                }
                let rule = (value.to_owned(), rule == "allow");
                if for_us {
                    own.push(rule.clone());
                }
                if for_all {
                    all.push(rule);
                }
            }
            _ => {}
        }
    }
    let rules = if named { own } else { all };
    let fitting = rules.iter().filter(|(pattern, _)| fits(pattern, path));
    fitting.max_by_key(|(pattern, allow)| (pattern.len(), *allow)).is_none_or(|(_, allow)| *allow)
}

/// Whether `path` begins as the pattern says: `*` is anything, `$` at the end is the end.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        if last && whole {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(found) => rest = &rest[found + part.len()..],
            None => return false,
        }
    }
    !whole || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_of_our_group_decides() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: Zhike # us\nUser-agent: other\nDisallow: /private\n\
                      Allow: /private/faq\n";
        assert!(allows(robots, "/help"));
        assert!(!allows(robots, "/private/x"));
        assert!(allows(robots, "/private/faq.html"));
        assert!(!allows("User-agent: *\nDisallow: /", "/help"));
        assert!(allows("User-agent: *\nDisallow:\n", "/help"));
        assert!(allows("User-agent: other\nDisallow: /", "/help"));
        assert!(allows("User-agent: zhike\nDisallow:\n\nUser-agent: *\nDisallow: /", "/help"));
        assert!(allows("<html>not robots</html>", "/help"));
    }

    #[test]
    fn patterns_have_stars_and_an_end() {
        for (pattern, path, fit) in [
            ("/a", "/abc", true),
            ("/a$", "/abc", false),
            ("/*.pdf$", "/x/y.pdf", true),
            ("/*.pdf$", "/x/y.pdf?z", false),
            ("/*/secret", "/x/secret/y", true),
            ("/*/secret", "/secret", false),
        ] {
            assert_eq!(fits(pattern, path), fit, "{pattern} {path}");
        }
    }
}
