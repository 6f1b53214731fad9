//! `/datadog incident responders`: the form that shows who takes part with which role, and what it changes.

use muster_commands::form::{FieldErrors, Submission};
use muster_commands::responders::{
    self, COMMANDER, Changes, FilledRole, RESPONDERS, Seats, Standing,
};
use muster_commands::{IncidentId, PersonId};

use super::asked::{Typed, sender, sent_in};
use super::listener::Reply;
use super::mentioned::takes_part;
use super::open_form::open_typed;
use super::stored_only;
use super::strangers::among;
use super::which_incident::{Meant, meant};
use crate::bot::Bot;
use crate::domain::{Assign, By, Guests, HowMany, Incident, Settings, TeamRole};
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: opens the form of the incident that is meant.
///
/// # Errors
/// When there is no incident to choose, or the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    let settings = bot.store.settings().await?;
    let form = responders::form(&standing(&incident, &settings));
    let command = &bot.settings.command;
    let again = format!("Type it again: {command} incident responders");
    Ok(open_typed(bot, typed, form, again))
}

/// Submitted: stores what the person changed, and nothing else. The outbox tells the others.
///
/// # Errors
/// Under the field of whoever cannot take part, or that it could not be stored.
pub async fn submitted(bot: &Bot, form: &Submission) -> Result<Reply> {
    let changes = responders::read(&form.answers)?;
    let settings = bot.store.settings().await?;
    everybody_can(bot, &changes, settings.guests()).await?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let strangers = among(bot, added(&changes), (&by, &sent_in(form))).await?;
    let request = assign(changes, &settings);
    let id: IncidentId = form.incident().ok_or(Error::NotFound("incident"))?;
    let key = Key::view(&form.view);
    let asked = request.clone();
    bot.store
        .change(sender(form), id, key, move |incident| {
            Ok(incident.assign(&request, &by)?.asking_after(strangers))
        })
        .await
        .map_err(|error| under_full_role(error, &asked))?;
    Ok(stored_only::answer(bot, "Responders stored", || {
        format!(
            "Who takes part in {id} is stored. Slack does not answer us right now: everybody is told as \
             soon as it does. There is nothing more to do here."
        )
    }))
}

/// Gives the form's view of an incident: the roles that the team has, and those that somebody has still.
fn standing(incident: &Incident, settings: &Settings) -> Standing {
    let holders = |role: &str| incident.holders(role).cloned().collect::<Vec<PersonId>>();
    let roles = settings.roles.iter().map(|role| FilledRole {
        name: role.name.clone(),
        seats: match role.people {
            HowMany::One => Seats::One,
            HowMany::Several => Seats::Several,
        },
        description: role.description.clone(),
        people: holders(&role.name),
    });
    let mut roles: Vec<FilledRole> = roles.collect();
    for holding in &incident.roles {
        if roles.iter().all(|role| role.name != holding.role) {
            roles.push(FilledRole {
                name: holding.role.clone(),
                seats: Seats::Several,
                description: String::new(),
                people: holders(&holding.role),
            });
        }
    }
    let others = incident
        .people()
        .filter(|person| !incident.has_role(person));
    Standing {
        incident: incident.id,
        commander: incident.commander.clone(),
        roles,
        responders: others.cloned().collect(),
    }
}

/// Sees that everybody who is to take part can.
async fn everybody_can(bot: &Bot, changes: &Changes, guests: Guests) -> Result<()> {
    let mut errors = FieldErrors::default();
    let of_roles = changes.roles.iter().map(|change| {
        let field = responders::field(&change.role);
        (field, change.people.added.clone())
    });
    let commander = changes.commander.clone().into_iter().collect();
    let others = changes.responders.added.clone();
    let fields = [
        (COMMANDER.to_owned(), commander),
        (RESPONDERS.to_owned(), others),
    ];
    for (field, people) in fields.into_iter().chain(of_roles) {
        for person in people {
            match takes_part(bot, &person, guests).await {
                Ok(_) => {}
                Err(Error::Refused(why)) => errors.add(&field, why),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(errors.or(())?)
}

/// Gives everybody who is given something.
fn added(changes: &Changes) -> impl Iterator<Item = &PersonId> {
    let of_roles = changes.roles.iter().flat_map(|role| &role.people.added);
    let others = &changes.responders.added;
    changes.commander.iter().chain(others).chain(of_roles)
}

/// Says under the field of a role that others filled it while the form was open.
fn under_full_role(error: Error, asked: &Assign) -> Error {
    match error {
        Error::Refused(why) => match asked.full_role(&why) {
            Some(role) => Error::Form(FieldErrors::one(&responders::field(role), why)),
            None => Error::Refused(why),
        },
        other => other,
    }
}

/// Gives what is asked of the domain. A role that the team no longer has can only be taken away.
fn assign(changes: Changes, settings: &Settings) -> Assign {
    let roles = changes.roles.into_iter().map(|change| {
        let known = settings.roles.iter().find(|role| role.name == change.role);
        let role = known.cloned().unwrap_or_else(|| TeamRole {
            name: change.role,
            people: HowMany::Several,
            description: String::new(),
        });
        (role, change.people)
    });
    Assign {
        commander: changes.commander,
        roles: roles.collect(),
        responders: changes.responders,
    }
}
