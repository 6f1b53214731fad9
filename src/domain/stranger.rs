//! Somebody whom a person named and whom we never met: Slack is asked who that is, and what was asked is done,
//! or refused, once it said so.
//!
//! What was asked is owed from the moment at which it was acknowledged, so nothing of it is lost meanwhile.

use muster_commands::PersonId;
use serde::{Deserialize, Serialize};

use super::{
    By, Change, Decision, Effect, HowMany, Incident, Moment, Place, Refusal, Seat, TeamRole,
};

/// Why nothing is done of whom Slack never told.
const NEVER_SAID: &str = "For a whole day Slack did not say who that is. If it is still to be done, ask for it \
                          again.";

/// Somebody whom a person named and whom we never met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stranger {
    /// Who.
    pub person: PersonId,
    /// What they are to be; `None` if what was asked is stored, and only whether they can take part is not
    /// known yet.
    pub seat: Option<Seat>,
    /// Who named them, and is told what became of it.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// Where.
    pub place: Place,
}

/// What became of what was asked about somebody whom we had not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "became", rename_all = "snake_case")]
pub enum Became {
    /// They are what they were to be.
    Seated {
        /// Who led before, if they lead now.
        instead_of: Option<PersonId>,
    },
    /// They were it already.
    Already,
    /// It was not done.
    Refused {
        /// Why.
        why: String,
    },
}

impl Incident {
    /// Owes it to somebody that Slack is asked whom they named, and that what they asked is done then. What
    /// can be refused without that is refused at once.
    pub fn asks_after(&self, stranger: Stranger) -> Decision {
        if let Some(seat) = &stranger.seat {
            self.seats(seat, &stranger)?;
        }
        Ok(Change::to(self.clone(), stranger.at).asking_after([stranger]))
    }

    /// Says what follows once it is known who somebody is: what was asked is done, unless somebody asked for
    /// something else since; and whoever asked is told.
    ///
    /// `refusal` is why they cannot take part. `led_since` is when the commander was last changed, if ever.
    pub fn met(
        &self,
        stranger: &Stranger,
        refusal: Option<&str>,
        led_since: Option<Moment>,
        now: Moment,
    ) -> Change {
        let outcome = match (refusal, &stranger.seat) {
            (Some(why), _) => Err(Refusal(why.to_owned())),
            (None, None) => return Change::to(self.clone(), now),
            (None, Some(seat)) if seat.is_of(&stranger.person, self) => {
                Ok((Change::to(self.clone(), now), Became::Already))
            }
            (None, Some(seat)) => self.seats_unless_overtaken(seat, stranger, led_since),
        };
        let (mut change, became) = outcome.unwrap_or_else(|Refusal(why)| {
            (Change::to(self.clone(), now), Became::Refused { why })
        });
        change.at = now;
        change.answers(stranger, became);
        change
    }

    /// Says what follows when Slack did not say who somebody is for as long as we ask.
    pub(super) fn never_met(&self, stranger: &Stranger, now: Moment) -> Change {
        self.met(stranger, Some(NEVER_SAID), None, now)
    }

    fn seats_unless_overtaken(
        &self,
        seat: &Seat,
        stranger: &Stranger,
        led_since: Option<Moment>,
    ) -> Result<(Change, Became), Refusal> {
        let (since, holder) = match seat {
            Seat::Commander => (led_since, Some(&self.commander)),
            Seat::Role {
                role:
                    TeamRole {
                        name,
                        people: HowMany::One,
                        ..
                    },
            } => {
                let holding = self.roles.iter().find(|it| it.role == *name);
                (holding.map(|it| it.given_at), holding.map(|it| &it.person))
            }
            Seat::Role { .. } | Seat::Responder => (None, None),
        };
        if holder.is_some() && since.is_some_and(|since| since > stranger.at) {
            return Err(Refusal(format!(
                "Somebody else was given the role {} meanwhile. Nothing was changed: if it is still to be \
                 done, ask for it again.",
                seat.name()
            )));
        }
        let instead_of = match seat {
            Seat::Commander => holder.cloned(),
            Seat::Role { .. } | Seat::Responder => None,
        };
        let change = self.seats(seat, stranger)?;
        Ok((change, Became::Seated { instead_of }))
    }

    fn seats(&self, seat: &Seat, stranger: &Stranger) -> Decision {
        let by = By::new(stranger.by.clone(), stranger.at);
        self.assign(&seat.goes(vec![stranger.person.clone()], Vec::new()), &by)
    }
}

impl Change {
    /// Owes it as well that Slack is asked who these are: for their sake alone it need not be asked once more.
    #[must_use]
    pub fn asking_after(mut self, strangers: impl IntoIterator<Item = Stranger>) -> Self {
        for stranger in strangers {
            self.effects.retain(|owed| {
                !matches!(owed, Effect::LearnPerson { person } if *person == stranger.person)
            });
            self.then(Effect::Meet { stranger });
        }
        self
    }

    fn answers(&mut self, stranger: &Stranger, became: Became) {
        let stranger = stranger.clone();
        self.then(Effect::Answer { stranger, became });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::domain::Owed;
    use crate::domain::sample::in_its_channel;

    const DORA: &str = "U0DORA00001";

    fn stranger(seat: Option<Seat>) -> Stranger {
        Stranger {
            person: DORA.into(),
            seat,
            by: "U0ALICE0001".into(),
            at: in_its_channel("").declared_at,
            place: Place {
                channel: None,
                response_url: None,
                thread: None,
            },
        }
    }

    fn scribe() -> Seat {
        let role = TeamRole {
            name: "Scribe".to_owned(),
            people: HowMany::One,
            description: String::new(),
        };
        Seat::Role { role }
    }

    fn became(change: &Change) -> Option<&Became> {
        change.effects.iter().find_map(|effect| match effect {
            Effect::Answer { became, .. } => Some(became),
            _ => None,
        })
    }

    #[test]
    fn nothing_is_done_of_a_stranger_until_it_is_known_who_they_are() {
        let incident = in_its_channel("Checkout");
        let asked = incident
            .asks_after(stranger(Some(Seat::Commander)))
            .unwrap();
        assert_eq!(asked.incident, incident);
        let owed: Vec<Owed> = asked.effects.iter().map(Effect::owed).collect();
        assert_eq!(owed, [Owed::Meet]);

        let now = incident.declared_at.after(Duration::seconds(9));
        let known = stranger(Some(Seat::Commander));
        let change = incident.met(&known, None, None, now);
        assert_eq!(change.incident.commander.as_str(), DORA);
        let instead_of = Some(incident.commander.clone());
        assert_eq!(became(&change), Some(&Became::Seated { instead_of }));
        // It happened when it was asked.
        assert_eq!(change.entries[0].happened_at, known.at);

        let again = change.incident.met(&known, None, None, now);
        assert_eq!(became(&again), Some(&Became::Already));
        assert!(again.entries.is_empty());
    }

    #[test]
    fn who_was_given_the_one_place_later_keeps_it() {
        let mut incident = in_its_channel("Checkout");
        let now = incident.declared_at.after(Duration::seconds(9));
        let is_refused = |incident: &Incident, seat: Seat, led_since| {
            let change = incident.met(&stranger(Some(seat)), None, led_since, now);
            assert!(change.entries.is_empty());
            matches!(became(&change), Some(Became::Refused { .. }))
        };
        assert!(is_refused(&incident, Seat::Commander, Some(now)));

        let by = By::new("U0BOB000001".into(), now);
        let given = scribe().goes(vec![by.person.clone()], Vec::new());
        incident = incident.assign(&given, &by).unwrap().incident;
        assert!(is_refused(&incident, scribe(), None));
    }

    #[test]
    fn whoever_stored_something_hears_only_of_whom_cannot_take_part() {
        let incident = in_its_channel("Checkout");
        let now = incident.declared_at;
        let fits = incident.met(&stranger(None), None, None, now);
        assert!(fits.effects.is_empty());
        let app = incident.met(&stranger(None), Some("An app."), None, now);
        let why = "An app.".to_owned();
        assert_eq!(became(&app), Some(&Became::Refused { why }));
    }
}
