//! Reading declarations from files: one TOML file a connector, named like the connector.

use std::collections::BTreeMap;
use std::path::Path;

use super::compile::Compiled;
use crate::domain::ConnectorSpec;
use crate::error::{Code, Error, Result};

/// Reads and checks one declaration. `file` is named in errors, with the line where there is one.
///
/// # Errors
/// [`Code::BadConfig`].
pub fn parse(text: &str, file: &Path, variables: &BTreeMap<String, String>) -> Result<Compiled> {
    let bad = |why: String| Error::new(Code::BadConfig, why.trim_end().to_owned()).at(file.display());
    let spec: ConnectorSpec = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
    if file.file_stem().and_then(|stem| stem.to_str()) != Some(spec.name.as_str()) {
        let (line, name) = (line(text, "name"), &spec.name);
        return Err(bad(format!("line {line}: the connector `{name}` must lie in {name}.toml")));
    }
    Compiled::new(spec, variables).map_err(|why| {
        let key = why.split([':', ' ']).next().unwrap_or_default();
        bad(format!("line {}: {why}", line(text, key)))
    })
}

/// The line on which a key, or the table of a dotted one, stands.
fn line(text: &str, key: &str) -> usize {
    let table = format!("[{key}]");
    let found = text.lines().position(|line| {
        let line = line.trim_start();
        line.starts_with(&table)
            || line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    });
    found.unwrap_or(0) + 1
}

/// Every declaration of a folder by the name of its file, or what is wrong with it; none when there is no folder.
pub fn read_folder(folder: &Path, variables: &BTreeMap<String, String>) -> Vec<(String, Result<Compiled>)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(|e| Error::from(e).at(path.display()));
        (name, text.and_then(|text| parse(&text, &path, variables)))
    };
    files.into_iter().map(read).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let e = parse(text, Path::new("connectors/shop.toml"), &BTreeMap::new()).unwrap_err();
        assert_eq!(e.code(), Code::BadConfig);
        e.to_string()
    }

    const HEAD: &str = "name = \"shop\"\nbase_url = \"https://shop.example/api\"\n";

    #[test]
    fn what_is_wrong_is_named_with_file_and_line() {
        let misspelt = problem(&format!("{HEAD}timeout = 5\n[operations]\n"));
        assert!(
            misspelt.contains("shop.toml") && misspelt.contains("line 3") && misspelt.contains("timeout"),
            "{misspelt}"
        );
        let private = problem("name = \"shop\"\nbase_url = \"http://10.0.0.1/\"\n[operations]\n");
        assert!(private.contains("line 2") && private.contains("allow_private"), "{private}");
        let unchecked = problem(&format!("{HEAD}\n[operations.one]\npath = \"/o/{{no}}\"\n"));
        assert!(unchecked.contains("line 4") && unchecked.contains("check"), "{unchecked}");
        let path = problem(&format!(
            "{HEAD}[operations.one]\npublic = true\npath = \"/o\"\nrecords = \"orders[\"\n"
        ));
        assert!(path.contains("JSON path"), "{path}");
        let variable = problem("name = \"shop\"\nbase_url = \"${shop}/api\"\n[operations]\n");
        assert!(variable.contains("connect.variables"), "{variable}");
        assert!(
            problem("name = \"other\"\nbase_url = \"https://a.example\"\n[operations]\n")
                .contains("other.toml")
        );
    }

    #[test]
    fn a_whole_declaration_is_read() {
        let text = format!(
            "{HEAD}auth = {{ kind = \"api_key\", header = \"X-Key\", value = {{ env = \"SHOP_KEY\" }} }}\n\
             [operations.one]\npath = \"/orders/{{order_no}}\"\ncheck = {{ owner = \"visitor\" }}\n\
             fields.owner = {{ path = \"$.customer\", required = true }}\n"
        );
        let read = parse(&text, Path::new("shop.toml"), &BTreeMap::new()).unwrap();
        let params: Vec<&str> = read.operations["one"].params.iter().map(String::as_str).collect();
        assert_eq!(params, ["order_no", "visitor"]);
    }
}
