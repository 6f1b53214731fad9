//! The behaviour tests of Datadog's Python client, unmodified, against the program. `MUSTER_DATADOG_SUITE` is the
//! folder of the client's source distribution. Without it or the client, they are skipped in one line, unless
//! `MUSTER_DATADOG_CLIENT` is `required`.

mod scenarios;
mod suite;

use std::collections::BTreeSet;

use self::scenarios::SCENARIOS;
use self::suite::Suite;
use super::deliver;
use crate::harness::scenario::scenario_with_pages;

#[test]
fn datadogs_scenarios_pass() {
    let Some(suite) = Suite::find() else {
        return;
    };
    scenario_with_pages(async |world, [alice, bob, _]| {
        // The scenarios with pagination expect three incidents.
        alice.declares("Checkout is slow").await;
        bob.declares("Search is down").await;
        bob.declares("Login fails").await;
        deliver(world).await;
        let program = super::program(world).await;

        let outcomes = suite.run(world, &program).await;

        let (passed, failed): (Vec<_>, Vec<_>) = outcomes
            .iter()
            .partition(|(_, failures)| failures.is_empty());
        let names = passed.into_iter().map(|(name, _)| name.as_str());
        let names = names.collect::<BTreeSet<_>>();
        assert_eq!(names, SCENARIOS.iter().copied().collect(), "{failed:#?}");
        assert!(failed.is_empty(), "{failed:#?}");
        // The suite deletes the incidents that it created.
        let list = program.gets("/api/v2/incidents?page[size]=100").await;
        assert_eq!(list.numbers(), [1, 2, 3]);
        deliver(world).await;
    });
}
