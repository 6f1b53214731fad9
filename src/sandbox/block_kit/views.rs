//! Views: what a modal and a Home tab may hold (docs.slack.dev/reference/views).

use serde_json::Value;

use super::rules::{Field, Need, Place, Report, Rule, Shape, check_shape, nothing_more};
use super::{Problem, Surface, blocks};

use Need::{May, Must};

const MODAL: Shape = Shape {
    fields: &[
        Field("title", Must, Rule::Plain(24)),
        Field("blocks", Must, Rule::Many(0, 100, &Rule::AnyObject)),
        Field("close", May, Rule::Plain(24)),
        Field("submit", May, Rule::Plain(24)),
        Field("private_metadata", May, Rule::Words(0, 3000)),
        Field("callback_id", May, Rule::Words(0, 255)),
        Field("clear_on_close", May, Rule::Bool),
        Field("notify_on_close", May, Rule::Bool),
        Field("external_id", May, Rule::Words(0, 255)),
        Field("submit_disabled", May, Rule::Bool),
    ],
    also: nothing_more,
};

const HOME: Shape = Shape {
    fields: &[
        Field("blocks", Must, Rule::Many(0, 100, &Rule::AnyObject)),
        Field("private_metadata", May, Rule::Words(0, 3000)),
        Field("callback_id", May, Rule::Words(0, 255)),
        Field("external_id", May, Rule::Words(0, 255)),
    ],
    also: nothing_more,
};

/// Gives what Slack would refuse in a view for this surface.
pub(in super::super) fn check_view(view: &Value, surface: Surface) -> Vec<Problem> {
    let mut report = Report::default();
    let place = Place {
        surface,
        pointer: "/view".to_owned(),
    };
    let (word, shape) = match surface {
        Surface::Modal => ("modal", &MODAL),
        Surface::Home => ("home", &HOME),
        Surface::Message => ("message", &HOME),
    };
    match view.get("type").and_then(Value::as_str) {
        None => report.add("/view", "missing required field: type"),
        Some(kind) if kind != word => {
            report.add("/view/type", &format!("unsupported type: {kind}"));
        }
        Some(_) => {}
    }
    check_shape(&mut report, &place, view, shape);
    let given = view["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    blocks::check(&mut report, given, surface, "/view/blocks");
    check_inputs(&mut report, view, given);
    report.problems
}

fn check_inputs(report: &mut Report, view: &Value, given: &[Value]) {
    let has_input = given.iter().any(|block| block["type"] == "input");
    if view["type"] == "modal" && has_input && view.get("submit").is_none() {
        report.add(
            "/view",
            "must define `submit` to use an `input` block in modals",
        );
    }
    let elements = given.iter().flat_map(|block| {
        let row = block["elements"].as_array().into_iter().flatten();
        row.chain(block.get("element"))
            .chain(block.get("accessory"))
    });
    let focused = elements.filter(|element| element["focus_on_load"] == true);
    if focused.count() > 1 {
        report.add("/view/blocks", "only one element can have `focus_on_load`");
    }
}
