//! Finds the user that a name refers to, among the users in the user cache.

use crate::User;

/// The users that match a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserMatch<'a> {
    /// Exactly one user matches.
    One(&'a User),
    /// Several users match, at most five of which are listed.
    Several(Vec<&'a User>),
    /// No user matches. The listed users have a similar name.
    NotFound(Vec<&'a User>),
}

/// The maximum number of users that are suggested when a name is ambiguous or unknown.
const MAX_SUGGESTIONS: usize = 5;

/// Returns the users whose handle or name equals `name`, ignoring case. Deactivated users match only if no
/// active user does.
pub fn match_user<'a>(name: &str, users: &'a [User]) -> UserMatch<'a> {
    let lower_name = name.to_lowercase();
    let is_it = |own: &str| own.to_lowercase() == lower_name;
    let matching: Vec<&User> = users
        .iter()
        .filter(|user| is_it(&user.handle) || is_it(&user.name))
        .collect();
    let here = matching.iter().copied().filter(|user| user.is_active());
    let here: Vec<&User> = here.take(MAX_SUGGESTIONS).collect();
    match (here.as_slice(), matching.as_slice()) {
        ([one], _) | ([], [one]) => UserMatch::One(one),
        ([], []) => UserMatch::NotFound(similar_users(name, users)),
        ([], several) => {
            UserMatch::Several(several.iter().copied().take(MAX_SUGGESTIONS).collect())
        }
        (_, _) => UserMatch::Several(here),
    }
}

fn similar_users<'a>(name: &str, users: &'a [User]) -> Vec<&'a User> {
    let is_near = |own: &str| is_similar(name, own);
    users
        .iter()
        .filter(|user| user.is_active() && (is_near(&user.handle) || is_near(&user.name)))
        .take(MAX_SUGGESTIONS)
        .collect()
}

/// Returns whether two names differ by at most one or two typos, or one is a prefix of the other.
fn is_similar(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let shorter = one.chars().count().min(other.chars().count());
    let slips = if shorter <= 4 { 1 } else { 2 };
    shorter > 0
        && (one.starts_with(&other)
            || other.starts_with(&one)
            || strsim::osa_distance(&one, &other) <= slips)
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::{AccountKind, UserId};

    fn user(handle: &str, name: &str, account_kind: AccountKind) -> User {
        User {
            id: UserId(format!("U-{handle}")),
            name: name.to_owned(),
            handle: handle.to_owned(),
            time_zone: String::new(),
            email: None,
            account_kind,
        }
    }

    fn handles(called: &UserMatch<'_>) -> (&'static str, Vec<String>) {
        let handles_of = |users: &[&User]| users.iter().map(|it| it.handle.clone()).collect();
        match called {
            UserMatch::One(user) => ("one", handles_of(&[*user])),
            UserMatch::Several(users) => ("several", handles_of(users)),
            UserMatch::NotFound(near) => ("nobody", handles_of(near)),
        }
    }

    #[test]
    fn handle_or_name_matches_a_user_in_any_case() {
        let users = [
            user("ann", "Ann Lee", AccountKind::Member),
            user("ann2", "Zoë", AccountKind::Guest),
            user("ann.old", "Zoë", AccountKind::Deactivated),
            user("bob", "Bob", AccountKind::Deactivated),
            user("sam", "Sam", AccountKind::Member),
            user("sam2", "SAM", AccountKind::Member),
        ];
        let meant = [
            ("ANN", "one", vec!["ann"]),
            ("ann lee", "one", vec!["ann"]),
            ("zoË", "one", vec!["ann2"]),
            ("bob", "one", vec!["bob"]),
            ("sam", "several", vec!["sam", "sam2"]),
            ("an", "nobody", vec!["ann", "ann2"]),
            ("bobby", "nobody", vec![]),
        ];
        for (name, how, who) in meant {
            let who: Vec<String> = who.into_iter().map(str::to_owned).collect();
            assert_eq!(handles(&match_user(name, &users)), (how, who), "{name}");
        }
    }

    #[test]
    fn typo_is_similar_and_another_name_is_not() {
        for (one, other) in [
            ("anne", "ann"),
            ("Bbo", "bob"),
            ("chiom", "Chioma"),
            ("al", "alice"),
        ] {
            assert!(is_similar(one, other), "{one} {other}");
        }
        for (one, other) in [("bob", "ann"), ("", "ann"), ("chioma", "alice")] {
            assert!(!is_similar(one, other), "{one} {other}");
        }
    }
}
