//! What visitors leave so that they can be reached: for those who cannot wait, and for when nobody is there.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::Message;
use crate::error::{Error, Result};

use super::store::{VisitorPass, VisitorProfile};
use super::{Chat, plans};

/// Longest way to reach somebody, in characters.
const LONGEST: usize = 120;
/// Digits of the shortest number that can be rung.
const SHORTEST_NUMBER: usize = 6;

impl Chat {
    /// The visitor leaves a phone number or an e-mail address: known of them from now on, and an event of the
    /// conversation. Whom the bot serves asks for a person by it.
    ///
    /// # Errors
    /// [`crate::error::Code::InvalidInput`] for what nobody can be reached by.
    pub async fn leave_contact(&self, pass: &VisitorPass, contact: &str) -> Result<Arc<Message>> {
        let contact: String = contact.trim().chars().filter(|c| !c.is_control()).collect();
        let profile = profile_of(&contact)?;
        self.store().learn_of(pass.visitor.id, &profile).await?;
        let (staffed, now) = (self.staff().anybody_online(), Timestamp::now());
        let placing = self.placing(None, pass.visitor.locale, now);
        let plan = move |head: &super::Head| {
            plans::contact_left(head, &contact, staffed, now).map(|change| placing.apply(head, change))
        };
        let written = self.append(pass.conversation, None, true, plan).await?;
        self.tell_changed(pass.conversation).await?;
        written
            .messages
            .last()
            .cloned()
            .ok_or_else(|| Error::internal("a contact that was left is no message"))
    }
}

/// An address that can be written to, or a number that can be rung.
fn profile_of(contact: &str) -> Result<VisitorProfile> {
    let (name, host) = contact.split_once('@').unwrap_or_default();
    let digits = contact.chars().filter(char::is_ascii_digit).count();
    let (is_mail, is_number) = (!name.is_empty() && !host.is_empty(), digits >= SHORTEST_NUMBER);
    if contact.chars().count() > LONGEST || !(is_mail || is_number) {
        return Err(Error::invalid("contact must be a phone number or an e-mail address"));
    }
    if is_mail {
        return Ok(VisitorProfile { email: Some(contact.to_owned()), ..VisitorProfile::default() });
    }
    // As shops write numbers, so that the same one is seen to be the same.
    let number = contact.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    Ok(VisitorProfile { phone: Some(number), ..VisitorProfile::default() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_can_be_reached_by_is_an_address_or_a_number() {
        assert_eq!(profile_of("lin@shop.example").unwrap().email.as_deref(), Some("lin@shop.example"));
        assert_eq!(profile_of("138 0000-1234").unwrap().phone.as_deref(), Some("13800001234"));
        for nothing in ["", "明天", "12345", "@", "lin@", &"1".repeat(121)] {
            assert!(profile_of(nothing).is_err(), "{nothing}");
        }
    }
}
