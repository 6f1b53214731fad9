//! The handbook's set-up of each tool.

use muster::handbook::find_topic;
use muster_domain::alert::{FieldMapping, SourceKind, read_mapped};

use super::Sender;
use super::intake_scenario;
use super::mapping::{MAPPING, body};

const BASE_URL: &str = "http://muster.example.com";

#[test]
fn snippets_of_the_handbook_are_those_of_the_page() {
    let page = find_topic("alerts").unwrap().text;
    for kind in [
        SourceKind::Alertmanager,
        SourceKind::Datadog,
        SourceKind::Json,
    ] {
        let snippet = kind.setup(BASE_URL, "TOKEN").snippet.unwrap();
        assert!(page.contains(snippet.trim_end()), "{kind}: {snippet}");
    }
    for kind in SourceKind::ALL {
        assert!(page.contains(&format!("| `{kind}` |")), "{kind}");
    }
    assert!(page.contains(&SourceKind::PagerDuty.setup(BASE_URL, "TOKEN").url));
    assert!(page.contains(MAPPING.trim_end()));
    let mapping: FieldMapping = toml::from_str(MAPPING).unwrap();
    assert!(read_mapped(body("on").as_bytes(), &mapping).is_ok());
}

#[test]
fn documented_json_and_datadog_template_are_accepted() {
    intake_scenario(async |world, _| {
        let page = find_topic("alerts").unwrap().text;
        let (_, rest) = page.split_once("-d '").unwrap();
        let json = rest.split('\'').next().unwrap();
        let tool = Sender::new(world, SourceKind::Json).await;
        assert_eq!(tool.sends(json).await.status, 202);
        let template = SourceKind::Datadog
            .setup(BASE_URL, "TOKEN")
            .snippet
            .unwrap();
        let filled = template
            .replace("$ALERT_ID", "4711")
            .replace("$EVENT_TITLE", "Latency");
        let tool = Sender::new(world, SourceKind::Datadog).await;
        assert_eq!(tool.sends(filled).await.status, 202);
        let alerts = super::alerts(world);
        assert_eq!(
            alerts,
            ["Nightly backup failed firing 1", "Latency firing 1"]
        );
    });
}
