//! The links for Grafana and Datadog in the handbook, with the values that those insert.

use form_urlencoded::Serializer;
use muster::handbook::find_topic;

use crate::harness::scenario::scenario_with_pages;
use crate::html::form_fields;

const MUSTER: &str = "https://muster.example.com";

/// Replaces the variables as Grafana does.
fn interpolate(link: &str) -> String {
    [
        ("${__dashboard:percentencode}", "Checkout%20%26%20payments"),
        ("${__dashboard.uid}", "cIBgcSjkk"),
        ("${__from}", "1594671549254"),
        ("${__to}", "1594675149254"),
        ("${__series.name:percentencode}", "errors%20%7Bshop%7D"),
        ("${__value.text:percentencode}", "12%25"),
    ]
    .iter()
    .fold(link.to_owned(), |link, (variable, value)| {
        link.replace(variable, value)
    })
}

/// Returns the values of the Datadog parameters, encoded, with the variables replaced.
fn datadog_query(text: &str) -> String {
    let rows = text.lines().filter_map(|row| row.strip_prefix("| `"));
    let cells = rows.filter_map(|row| row.strip_suffix("` |")?.split_once("` | `"));
    let mut query = Serializer::new(String::new());
    for (name, value) in cells {
        let value = value.replace("{{$env.value}}", "prod");
        let value = value.replace("{{timestamp_start}}", "1643021787564");
        let value = value.replace("{{timestamp_end}}", "1643021847564");
        assert!(!value.contains("{{"), "{value}");
        query.append_pair(name, &value);
    }
    query.finish()
}

#[test]
fn links_in_the_handbook_fill_in_the_form() {
    let text = find_topic("clipboard").unwrap().text;
    let blocks = text.split("```text\n").skip(1);
    let links = blocks.filter_map(|block| block.lines().next());
    let mut paths: Vec<_> = links
        .map(|link| interpolate(link.strip_prefix(MUSTER).unwrap()))
        .collect();
    paths.push(format!("/incidents/new?{}", datadog_query(text)));
    let grafana = "https://grafana.example.com/d/cIBgcSjkk?from=1594671549254&to=1594675149254";
    let datadog = "https://app.datadoghq.com/dashboard/abc-def-ghi?from_ts=1643021787564\
                   &to_ts=1643021847564&tpl_var_env=prod";
    let expected = [
        ("Checkout & payments", grafana),
        ("Checkout & payments: errors {shop} is 12%", grafana),
        ("Checkout in prod", datadog),
    ];
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        assert_eq!(paths.len(), expected.len());
        for (path, (title, signal)) in paths.iter().zip(expected) {
            let form = browser.opens(path).await;
            let fields = form_fields(&form.html, "/incidents/new").unwrap();
            for (name, value) in [("title", title), ("signals", signal)] {
                let field = (name.to_owned(), value.to_owned());
                assert!(fields.contains(&field), "{path}: {fields:?}");
            }
        }
    });
}
