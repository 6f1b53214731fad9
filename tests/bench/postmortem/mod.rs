//! Measures a postmortem with a long timeline: loaded from the store and rendered.

use std::path::Path;
use std::time::Instant;

use muster::store::Store;
use muster_domain::postmortem::PostmortemView;
use muster_domain::{IncidentId, Settings, Timestamp, UserClock, Viewer};
use rusqlite::{Connection, named_params};

use crate::list::insert_incidents;
use crate::process::{create_folder, store_path};
use crate::thresholds::Thresholds;

/// The number of important entries, each a message. Every tenth was edited later.
const ENTRIES: usize = 5_000;

/// The number of rounds.
const ROUNDS: usize = 21;

/// The maximum time, in milliseconds.
const MAX_TIME: f64 = 100.0;

/// Measures the document of the default template.
pub fn measure(goals: &mut Thresholds) {
    let folder = create_folder();
    insert_incidents(folder.path(), 0, 1);
    insert_messages(folder.path());
    let store = Store::open(&store_path(folder.path())).unwrap();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started_at = Instant::now();
            let length = runtime.block_on(render(&store));
            assert!(length > ENTRIES * 100, "{length} bytes");
            started_at.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let median = times[ROUNDS / 2];
    println!("\nPostmortem with {ENTRIES} entries, loaded and rendered: {median:.1} ms");
    goals.at_most("postmortem with 5,000 entries", median, MAX_TIME, " ms");
}

/// Returns the length of the rendered document.
async fn render(store: &Store) -> usize {
    let source = store.postmortem_source(Viewer::Operator, IncidentId(1));
    let source = source.await.unwrap();
    let clock = UserClock::new(source.incident.declared_at, "Europe/Paris");
    let template = &Settings::default().postmortem_templates[0];
    let view = PostmortemView {
        clock: &clock,
        page_url: Some("https://muster.example.com/incidents/1"),
        channel_url: None,
    };
    source.render_text(&template.content, &view).len()
}

fn insert_messages(folder: &Path) {
    let mut connection = Connection::open(store_path(folder)).unwrap();
    let tx = connection.transaction().unwrap();
    for number in 0..ENTRIES {
        let at = Timestamp::from_epoch_seconds(1_795_447_205 + i64::try_from(number).unwrap());
        let event =
            |text: &str| format!(r#"{{"event":"message","text":"{text} {number}.\nIt's *bad*."}}"#);
        tx.prepare_cached(
            "INSERT INTO timeline (incident_id, kind, author, event, happened_at, recorded_at, recorded_by, important,
                    flagged_at, message_channel, message_ts, permalink)
             VALUES (1, 'message', 'U0ALICE0001', :event, :at, :at, 'U0ALICE0001', 1, :at, 'C000000000', :ts, :link)",
        )
        .unwrap()
        .execute(named_params! {
            ":event": event("I looked at graph"),
            ":at": at.to_string(),
            ":ts": format!("{number}.000100"),
            ":link": format!("https://acme.slack.com/archives/C000000000/p{number}000100"),
        })
        .unwrap();
        if number % 10 == 0 {
            tx.prepare_cached(
                "INSERT INTO timeline_edits (entry_id, previous_event, edited_at) VALUES (:entry, :event, :at)",
            )
            .unwrap()
            .execute(named_params! {
                ":entry": tx.last_insert_rowid(),
                ":event": event("I look at graph"),
                ":at": at.to_string(),
            })
            .unwrap();
        }
    }
    tx.commit().unwrap();
}
