//! `muster keys`: lists, creates and revokes keys of the HTTP API. A running bot accepts or refuses a key from its
//! next request on.

use std::path::Path;

use clap::Subcommand;

use crate::cli::command_error::CommandError;
use crate::domain::api_key::{ApiKey, KeyIdentity, Scope};
use crate::domain::{Timestamp, User, UserId};
use crate::error::Error;
use crate::store::{AddApiKey, ApiCredentials, OfflineKeys, new_api_credentials};

/// The actions of `muster keys`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Subcommand)]
pub enum KeysCommand {
    /// List all keys, without their secrets
    #[default]
    List,
    /// Create a key and print it once
    Add {
        /// The program that uses the key
        name: String,
        /// Scope of the key: read, write or settings; repeat it for several
        #[arg(long = "scope", value_name = "SCOPE", default_value = "read")]
        scopes: Vec<Scope>,
        /// The user it acts as, by mail address or Slack ID; without it, the key sees public incidents only
        #[arg(long, value_name = "USER")]
        user: Option<String>,
    },
    /// Revoke a key
    Revoke {
        /// Number of the key, as `list` prints it
        number: i64,
    },
}

/// Runs a command on the keys of a store. Returns the text to print.
pub fn run(command: &KeysCommand, database: &Path, now: Timestamp) -> Result<String, CommandError> {
    let failed = |error: Error| store_error(database, &error);
    let mut store = OfflineKeys::open(database).map_err(failed)?;
    match command {
        KeysCommand::List => Ok(list_text(
            &store.keys().map_err(failed)?,
            &store.users().map_err(failed)?,
        )),
        KeysCommand::Add { name, scopes, user } => {
            let users = store.users().map_err(failed)?;
            let credentials = new_api_credentials();
            let request = AddApiKey {
                name: name.clone(),
                key_id: credentials.key_id.clone(),
                secret: credentials.secret.clone(),
                scopes: scopes.iter().copied().collect(),
                identity: match user {
                    Some(user) => KeyIdentity::User(find_user(&users, user)?),
                    None => KeyIdentity::Muster,
                },
                created_by: None,
                is_own: false,
            };
            store.add(&request, now).map_err(add_error(database))?;
            Ok(created_text(&request, &credentials))
        }
        KeysCommand::Revoke { number } => match store.revoke(*number, now) {
            Ok(key) => Ok(format!("Revoked {}.", key.name)),
            Err(Error::NotFound(_)) => Err(CommandError::invalid_argument(format!(
                "There's no key {number}. `muster keys list` prints all keys."
            ))),
            Err(error) => Err(failed(error)),
        },
    }
}

/// Returns the ID of an active user.
fn find_user(users: &[User], name: &str) -> Result<UserId, CommandError> {
    let is_named = |user: &&User| {
        let email = user.email.as_ref();
        user.id.as_str() == name || email.is_some_and(|it| it.as_str().eq_ignore_ascii_case(name))
    };
    let user = users.iter().find(is_named);
    match user {
        Some(user) if user.is_active() => Ok(user.id.clone()),
        Some(user) => Err(CommandError::invalid_argument(format!(
            "Nothing was changed. {}'s account isn't active.",
            user.name
        ))),
        None => Err(CommandError::invalid_argument(format!(
            "Nothing was changed. Muster doesn't know {name}. It knows users who were in an incident or signed in."
        ))),
    }
}

fn created_text(request: &AddApiKey, credentials: &ApiCredentials) -> String {
    format!(
        "Created {}. Copy it now: it isn't shown again.\n\n\
         DD_API_KEY={}\nDD_APP_KEY={}\n\nOr both as a bearer token:\n\n{}",
        request.name.trim(),
        credentials.key_id,
        credentials.secret.reveal(),
        credentials.bearer_token()
    )
}

fn list_text(keys: &[ApiKey], users: &[User]) -> String {
    if keys.is_empty() {
        return "There are no keys. `muster keys add NAME` creates one.".to_owned();
    }
    let keys = keys.iter().map(|key| key_text(key, users));
    keys.collect::<Vec<_>>().join("\n\n")
}

fn key_text(key: &ApiKey, users: &[User]) -> String {
    let name_of = |id: &UserId| {
        let user = users.iter().find(|user| user.id == *id);
        user.map_or_else(|| id.to_string(), |user| user.name.clone())
    };
    let identity = key.identity.user().map(name_of);
    let used = key.last_used_at;
    let used = used.map_or("never used".to_owned(), |at| format!("last used {at}"));
    let revoked = key.revoked_at;
    let revoked = revoked.map_or(String::new(), |at| format!(", revoked {at}"));
    format!(
        "{}  {}\n    {}, acts as {}\n    {}, created {}, {used}{revoked}",
        key.id,
        key.name,
        key.scopes,
        identity.as_deref().unwrap_or("Muster"),
        key.key_id,
        key.created_at
    )
}

/// Returns the error of a key that was not created. What the operator typed wrong has its own exit code.
fn add_error(database: &Path) -> impl Fn(Error) -> CommandError + '_ {
    |error| match error {
        Error::Rejected(reason) => {
            CommandError::invalid_argument(format!("Nothing was changed. {reason}"))
        }
        error => store_error(database, &error),
    }
}

fn store_error(database: &Path, error: &Error) -> CommandError {
    let message = format!(
        "Can't use the database {}: {}. Nothing was changed. Check that DATABASE_PATH is a Muster database or a \
         new file, and that it's writable.",
        database.display(),
        error.cause()
    );
    CommandError::store(error, message)
}
