//! Recipients as users type them: names, handles, mail addresses and channels.

use crate::notification::Recipient;
use crate::{SlackGroup, User, UserMatch, match_user};

/// Parses recipients that are separated by line breaks, commas or semicolons. A name or a handle becomes the user
/// that it refers to. Each recipient is returned once. The error has one sentence for each text that is not a
/// recipient.
pub fn parse_recipients(text: &str, users: &[User]) -> Result<Vec<Recipient>, Vec<String>> {
    let mut recipients: Vec<Recipient> = Vec::new();
    let mut problems = Vec::new();
    let pieces = text.split(['\n', '\r', ',', ';']).map(str::trim);
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        match parse_recipient(piece, users) {
            Ok(known) if recipients.contains(&known) => {}
            Ok(recipient) => recipients.push(recipient),
            Err(problem) if problems.contains(&problem) => {}
            Err(problem) => problems.push(problem),
        }
    }
    match problems.is_empty() {
        true => Ok(recipients),
        false => Err(problems),
    }
}

fn parse_recipient(piece: &str, users: &[User]) -> Result<Recipient, String> {
    let parsed = address_with_name(piece).unwrap_or(piece).parse();
    match &parsed {
        Ok(Recipient::Group(SlackGroup::Handle(_)) | Recipient::User(_)) | Err(_) => {}
        Ok(
            Recipient::Address(_)
            | Recipient::Commander
            | Recipient::Responders
            | Recipient::Role(_)
            | Recipient::Group(_)
            | Recipient::IncidentChannel
            | Recipient::Webhook(_)
            | Recipient::PagerDuty(_),
        ) => return parsed,
    }
    let name = piece.strip_prefix('@').unwrap_or(piece);
    let handles = |users: Vec<&User>| {
        let handles: Vec<_> = users
            .iter()
            .map(|user| format!("@{}", user.handle))
            .collect();
        handles.join(", ")
    };
    match (match_user(name, users), parsed) {
        (UserMatch::One(user), _) => Ok(Recipient::User(user.id.clone())),
        (UserMatch::Several(several), _) => Err(format!(
            "Several people are called “{name}”: {}. Enter one of these handles.",
            handles(several)
        )),
        (UserMatch::NotFound(_), Ok(recipient)) => Ok(recipient),
        (UserMatch::NotFound(similar), Err(problem))
            if similar.is_empty() || name.contains('@') =>
        {
            Err(format!("{problem}."))
        }
        (UserMatch::NotFound(similar), Err(_)) => Err(format!(
            "“{}” isn't a recipient. Do you mean {}?",
            name.escape_debug(),
            handles(similar)
        )),
    }
}

/// Returns the address of `Alice <alice@example.com>`; `None` for another form.
fn address_with_name(piece: &str) -> Option<&str> {
    let (_, address) = piece.strip_suffix('>')?.rsplit_once('<')?;
    let is_address = !address.starts_with('@') && address.contains('@');
    is_address.then_some(address)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{AccountKind, UserId};

    fn users() -> Vec<User> {
        let user = |id: &str, handle: &str, name: &str| User {
            id: UserId::from(id),
            handle: handle.to_owned(),
            name: name.to_owned(),
            time_zone: String::new(),
            email: None,
            account_kind: AccountKind::Member,
        };
        vec![
            user("U0ALICE0001", "alice", "Alice Okafor"),
            user("U0SAMSAM001", "sam", "Sam"),
            user("U0SAMSAM002", "sam2", "Sam"),
        ]
    }

    fn parsed(text: &str) -> Result<String, String> {
        match parse_recipients(text, &users()) {
            Ok(recipients) => Ok(recipients
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")),
            Err(problems) => Err(problems.join(" ")),
        }
    }

    #[test]
    fn names_addresses_and_channels_are_parsed_once_each() {
        let text = "Alice Okafor, @alice;#exec\r\nBob <bob@example.com>\n\n@sre, <@U0ALICE0001>,@responders";
        let expected = "<@U0ALICE0001> #exec bob@example.com @sre @responders";
        assert_eq!(parsed(text), Ok(expected.to_owned()));
        assert_eq!(parsed(" ,\n"), Ok(String::new()));
    }

    #[test]
    fn each_text_that_is_no_recipient_is_named() {
        let problem = parsed("alise, sam, alice@, nobody at all").unwrap_err();
        assert_eq!(
            problem,
            "“alise” isn't a recipient. Do you mean @alice? Several people are called “sam”: @sam, @sam2. Enter one \
             of these handles. “alice@” isn't a mail address, such as alice@example.com. “nobody at all” isn't a \
             recipient: enter a person, a mail address, a channel such as #exec, or a user group such as @sre."
        );
    }
}
