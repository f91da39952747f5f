//! Variables in a text: `{{visitor.name}}`, or `{{visitor.name|friend}}` with the words for when it is not known.
//!
//! Pure. What is filled in is data: a visitor called `{{agent.name}}` stays called so.

use crate::domain::{Conversation, User};
use crate::error::{Error, Result};

/// Every variable there is.
pub const VARIABLES: &[&str] = &[
    "visitor.name",
    "visitor.email",
    "visitor.phone",
    "visitor.external_id",
    "agent.name",
    "agent.email",
    "conversation.id",
    "page.title",
    "page.url",
];

/// A piece of a template.
enum Piece<'a> {
    Words(&'a str),
    Variable { name: &'a str, otherwise: Option<&'a str> },
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, behind)) = after.split_once("}}") else { break };
        let (name, otherwise) = match inside.split_once('|') {
            Some((name, otherwise)) => (name.trim(), Some(otherwise.trim())),
            None => (inside.trim(), None),
        };
        found.push(Piece::Words(before));
        found.push(Piece::Variable { name, otherwise });
        rest = behind;
    }
    found.push(Piece::Words(rest));
    found
}

/// Refuses a text with a variable that does not exist.
pub(super) fn check(text: &str) -> Result<()> {
    for piece in pieces(text) {
        if let Piece::Variable { name, .. } = piece
            && !VARIABLES.contains(&name)
        {
            return Err(Error::invalid(format!(
                "text: there is no variable `{name}`; there are {}",
                VARIABLES.join(", ")
            )));
        }
    }
    Ok(())
}

/// The text with its variables filled in, and the variables that had no value and no other words.
pub(super) fn fill(text: &str, user: &User, conversation: &Conversation) -> (String, Vec<String>) {
    let mut filled = String::with_capacity(text.len());
    let mut missing: Vec<String> = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Variable { name, otherwise } => {
                match value(name, user, conversation).as_deref().or(otherwise) {
                    Some(words) => filled.push_str(words),
                    None if missing.iter().any(|known| known == name) => {}
                    None => missing.push(name.to_owned()),
                }
            }
        }
    }
    (filled, missing)
}

fn value(name: &str, user: &User, conversation: &Conversation) -> Option<String> {
    let visitor = &conversation.visitor;
    let page = conversation.page.as_ref();
    let value = match name {
        "visitor.name" => visitor.name.clone(),
        "visitor.email" => visitor.email.clone(),
        "visitor.phone" => visitor.phone.clone(),
        "visitor.external_id" => visitor.external_id.clone(),
        "agent.name" => Some(user.name.clone()),
        "agent.email" => Some(user.email.clone()),
        "conversation.id" => Some(conversation.id.to_string()),
        "page.title" => page.map(|page| page.title.clone()),
        "page.url" => page.map(|page| page.url.clone()),
        _ => None,
    };
    value.filter(|value| !value.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{ConversationId, Lang, Role, Status, UserId, Visitor, VisitorId};

    fn scene(name: Option<&str>) -> (User, Conversation) {
        let now = Timestamp::UNIX_EPOCH;
        let user = User {
            id: UserId::new(),
            email: "lin@shop.example".into(),
            name: "小林".into(),
            role: Role::Agent,
            created_at: now,
            api_key: None,
        };
        let visitor = Visitor {
            id: VisitorId::new(),
            external_id: None,
            name: name.map(str::to_owned),
            email: None,
            phone: None,
            locale: Lang::Zh,
            tier: 0,
        };
        let conversation = Conversation {
            id: ConversationId::new(),
            inbox: "default".into(),
            status: Status::Serving,
            visitor,
            assignee: None,
            guests: vec![],
            team: None,
            version: 1,
            last_seq: 1,
            last_message: None,
            handoff_reason: None,
            page: None,
            tags: vec![],
            goes_on_in: None,
            waiting_since: None,
            snoozed_until: None,
            close_reason: None,
            close_note: None,
            created_at: now,
            updated_at: now,
        };
        (user, conversation)
    }

    #[test]
    fn known_values_are_filled_in_and_unknown_ones_get_their_other_words() {
        let text = "{{visitor.name|您}}好，我是{{ agent.name }}，回信到 {{visitor.email}}";
        let (user, known) = scene(Some("王芳"));
        let (filled, missing) = fill(text, &user, &known);
        assert_eq!(filled, "王芳好，我是小林，回信到 ");
        assert_eq!(missing, ["visitor.email"]);
        let (user, stranger) = scene(None);
        assert!(fill(text, &user, &stranger).0.starts_with("您好"));
    }

    #[test]
    fn a_value_is_not_read_as_a_template() {
        let (user, visitor) = scene(Some("{{agent.email}}"));
        assert_eq!(fill("{{visitor.name}}", &user, &visitor).0, "{{agent.email}}");
    }

    #[test]
    fn a_variable_that_does_not_exist_is_refused_by_name_and_single_braces_are_words() {
        assert!(check("{{visitor.password}}").unwrap_err().detail().contains("visitor.password"));
        assert!(check("{a} {{ not closed").is_ok());
        let (user, visitor) = scene(None);
        assert_eq!(fill("{a} {{ not closed", &user, &visitor).0, "{a} {{ not closed");
    }
}
