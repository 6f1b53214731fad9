//! Random incidents and random filters.

use muster::store::IdempotencyKey;
use muster_domain::{
    Channel, ChannelId, ChannelState, DetectionMethod, FieldValue, FieldValues, Impact, Incident,
    IncidentKind, ListGrouping, ListQuery, ListSort, Responder, Severity, Status, UserId,
    Visibility,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::support::{TestStore, alice, at, declare_request};

/// The attributes in which the incidents of a test differ.
#[derive(Clone, Debug)]
pub struct Seed {
    pub title: &'static str,
    pub status: Status,
    pub severity: Severity,
    pub commander: Option<&'static str>,
    pub responder: &'static str,
    pub method: DetectionMethod,
    pub impacts: usize,
    pub age_hours: i64,
    pub is_private: bool,
    pub kind: IncidentKind,
    pub has_channel: bool,
    pub services: Vec<&'static str>,
    pub team: Option<&'static str>,
}

pub const USERS: [&str; 3] = ["U0ALICE0001", "U0BOB000001", "U0CAROL0001"];
pub const SERVICES: [&str; 3] = ["api", "checkout", "search"];
const TITLES: [&str; 3] = [
    "Checkout is slow",
    "Search returns errors",
    "Checkout lost orders",
];

pub fn seeds() -> impl Strategy<Value = Seed> {
    let texts = (
        select(TITLES.to_vec()),
        option::weighted(0.8, select(USERS.to_vec())),
        select(USERS.to_vec()),
    );
    let enums = (
        select(Status::ALL.to_vec()),
        select(vec![Severity::Sev1, Severity::Sev2, Severity::Unknown]),
        select(DetectionMethod::ALL.to_vec()),
        select(IncidentKind::ALL.to_vec()),
    );
    let numbers = (0usize..3, 0i64..4_000, any::<bool>(), any::<bool>());
    let services = subsequence(SERVICES.to_vec(), 0..3);
    let fields = (services, option::of(select(SERVICES.to_vec())));
    (texts, enums, numbers, fields).prop_map(
        |((title, commander, responder), (status, severity, method, kind), numbers, fields)| {
            let (impacts, age_hours, is_private, has_channel) = numbers;
            Seed {
                title,
                status,
                severity,
                commander,
                responder,
                method,
                impacts,
                age_hours,
                is_private,
                kind,
                has_channel,
                services: fields.0,
                team: fields.1,
            }
        },
    )
}

/// The URL parameters of random filters.
const PARAMETERS: [(&str, &str); 29] = [
    ("q", "checkout"),
    ("q", "slow"),
    ("q", "is"),
    ("status", "any"),
    ("status", "any"),
    ("status", "resolved"),
    ("status", "completed"),
    ("status", "active"),
    ("severity", "SEV-1"),
    ("severity", "UNKNOWN"),
    ("commander", "U0ALICE0001"),
    ("commander", "U0BOB000001"),
    ("mine", "yes"),
    ("impact", "ongoing"),
    ("impact", "none"),
    ("detection", "customer"),
    ("declared", "30d"),
    ("to", "2026-11-01"),
    ("visibility", "private"),
    ("test", "yes"),
    ("test", "no"),
    ("archived", "yes"),
    ("field.services", "api"),
    ("field.services", "checkout"),
    ("field.services", "search"),
    ("without", "services"),
    ("field.teams", "api"),
    ("without", "teams"),
    ("field.teams", "nobody"),
];

pub fn queries() -> impl Strategy<Value = ListQuery> {
    let order = (
        select(ListSort::ALL.to_vec()),
        select(ListGrouping::ALL.to_vec()),
    );
    let parameters = vec(select(PARAMETERS.to_vec()), 0..5);
    (parameters, order).prop_map(|(parameters, (sort, grouping))| {
        let query = ListQuery::parse(parameters).unwrap().query;
        ListQuery {
            sort,
            grouping,
            ..query
        }
    })
}

pub fn apply_seed(incident: &mut Incident, seed: &Seed) {
    let declared_at = at(-seed.age_hours * 3_600);
    incident.title = seed.title.to_owned();
    incident.status = seed.status;
    incident.severity = seed.severity;
    incident.commander = seed.commander.map(UserId::from);
    incident.detection_method = seed.method;
    incident.declared_at = declared_at;
    incident.resolved_at = (!seed.status.is_open()).then(|| at(-seed.age_hours * 1_000));
    incident.kind = seed.kind;
    incident.visibility = if seed.is_private {
        Visibility::Private
    } else {
        Visibility::Public
    };
    incident.impacts = (0..seed.impacts)
        .map(|index| Impact {
            number: i64::try_from(index).unwrap() + 1,
            description: String::new(),
            started_at: declared_at,
            ended_at: (index == 0).then(|| at(0)),
        })
        .collect();
    incident.fields = seed_fields(seed);
    incident.responders = vec![Responder {
        user: UserId::from(seed.responder),
        joined_at: declared_at,
        last_active_at: None,
    }];
    incident.channel = seed.has_channel.then(|| Channel {
        id: ChannelId(format!("C{:08}", incident.id.number())),
        name: format!("incident-{}", incident.id.number()),
        requested_name: None,
    });
    incident.channel_state = if seed.has_channel {
        ChannelState::Archived
    } else {
        ChannelState::Pending
    };
}

/// Returns the values of a multi-select and of a single-select field.
fn seed_fields(seed: &Seed) -> FieldValues {
    let services = seed.services.iter().map(|it| (*it).to_owned());
    let services = FieldValue::MultiSelect(services.collect());
    let services = (!seed.services.is_empty()).then(|| ("services".to_owned(), services));
    let team = seed
        .team
        .map(|team| FieldValue::SingleSelect(team.to_owned()));
    let team = team.map(|team| ("teams".to_owned(), team));
    services.into_iter().chain(team).collect()
}

pub async fn declare_seeds(store: &TestStore, seeds: Vec<Seed>) -> Vec<Incident> {
    let mut incidents = Vec::new();
    for seed in seeds {
        let key = IdempotencyKey::view(&format!("V{}", incidents.len()));
        let declared = store.declare(key, at(0), move |id, ctx| {
            let request = declare_request(Severity::Sev1);
            let mut change = Incident::declare(id, request, &alice(), None, ctx)?;
            apply_seed(&mut change.incident, &seed);
            Ok(change)
        });
        incidents.push(declared.await.unwrap());
    }
    incidents
}
