//! Who is meant by a name, among the people whom we know.

use muster_commands::mention::is_near;

use super::Person;

/// Who is meant by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called<'a> {
    /// One person.
    One(&'a Person),
    /// Several are called so.
    Several(Vec<&'a Person>),
    /// Nobody is called so; these nearly are.
    Nobody(Vec<&'a Person>),
}

/// How many people are named to somebody who has to choose.
const NAMED: usize = 5;

/// Says who is meant by a name: a handle or what people call them, in whatever case. Whoever has left is
/// meant only if nobody else is.
pub fn called<'a>(name: &str, people: &'a [Person]) -> Called<'a> {
    let wanted = name.to_lowercase();
    let is_it = |own: &str| own.to_lowercase() == wanted;
    let all: Vec<&Person> = people
        .iter()
        .filter(|person| is_it(&person.handle) || is_it(&person.name))
        .collect();
    let here = all.iter().copied().filter(|person| person.is_here());
    let here: Vec<&Person> = here.take(NAMED).collect();
    match (here.as_slice(), all.as_slice()) {
        ([one], _) | ([], [one]) => Called::One(one),
        ([], []) => Called::Nobody(near(name, people)),
        ([], several) => Called::Several(several.iter().copied().take(NAMED).collect()),
        (_, _) => Called::Several(here),
    }
}

fn near<'a>(name: &str, people: &'a [Person]) -> Vec<&'a Person> {
    let is_near = |own: &str| is_near(name, own);
    people
        .iter()
        .filter(|person| person.is_here() && (is_near(&person.handle) || is_near(&person.name)))
        .take(NAMED)
        .collect()
}

#[cfg(test)]
mod tests {
    use muster_commands::PersonId;

    use super::*;
    use crate::domain::PersonStanding;

    fn person(handle: &str, name: &str, standing: PersonStanding) -> Person {
        Person {
            id: PersonId(format!("U-{handle}")),
            name: name.to_owned(),
            handle: handle.to_owned(),
            time_zone: String::new(),
            standing,
        }
    }

    fn handles(called: &Called<'_>) -> (&'static str, Vec<String>) {
        let of = |people: &[&Person]| people.iter().map(|it| it.handle.clone()).collect();
        match called {
            Called::One(person) => ("one", of(&[*person])),
            Called::Several(people) => ("several", of(people)),
            Called::Nobody(near) => ("nobody", of(near)),
        }
    }

    #[test]
    fn a_handle_or_a_name_in_any_case_means_somebody() {
        let people = [
            person("ann", "Ann Lee", PersonStanding::Member),
            person("ann2", "Zoë", PersonStanding::Guest),
            person("ann.old", "Zoë", PersonStanding::Deactivated),
            person("bob", "Bob", PersonStanding::Deactivated),
            person("sam", "Sam", PersonStanding::Member),
            person("sam2", "SAM", PersonStanding::Member),
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
            assert_eq!(handles(&called(name, &people)), (how, who), "{name}");
        }
    }
}
