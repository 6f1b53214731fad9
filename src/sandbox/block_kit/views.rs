//! The schemas of modals and Home views (docs.slack.dev/reference/views).

use serde_json::Value;

use super::rules::{
    Field, Location, Presence, Rule, Shape, Violations, check_shape, no_extra_check,
};
use super::{Surface, Violation, blocks};

use Presence::{Optional, Required};

const MODAL: Shape = Shape {
    fields: &[
        Field("title", Required, Rule::PlainText(24)),
        Field("blocks", Required, Rule::Array(0, 100, &Rule::AnyObject)),
        Field("close", Optional, Rule::PlainText(24)),
        Field("submit", Optional, Rule::PlainText(24)),
        Field("private_metadata", Optional, Rule::Str(0, 3000)),
        Field("callback_id", Optional, Rule::Str(0, 255)),
        Field("clear_on_close", Optional, Rule::Bool),
        Field("notify_on_close", Optional, Rule::Bool),
        Field("external_id", Optional, Rule::Str(0, 255)),
        Field("submit_disabled", Optional, Rule::Bool),
    ],
    extra_check: no_extra_check,
};

const HOME: Shape = Shape {
    fields: &[
        Field("blocks", Required, Rule::Array(0, 100, &Rule::AnyObject)),
        Field("private_metadata", Optional, Rule::Str(0, 3000)),
        Field("callback_id", Optional, Rule::Str(0, 255)),
        Field("external_id", Optional, Rule::Str(0, 255)),
    ],
    extra_check: no_extra_check,
};

/// Returns the violations in a view for this surface.
pub(in super::super) fn check_view(view: &Value, surface: Surface) -> Vec<Violation> {
    let mut violations = Violations::default();
    let location = Location {
        surface,
        path: "/view".to_owned(),
    };
    let (expected, shape) = match surface {
        Surface::Modal => ("modal", &MODAL),
        Surface::Home => ("home", &HOME),
        Surface::Message => ("message", &HOME),
    };
    match view.get("type").and_then(Value::as_str) {
        None => violations.add("/view", "missing required field: type"),
        Some(kind) if kind != expected => {
            violations.add("/view/type", &format!("unsupported type: {kind}"));
        }
        Some(_) => {}
    }
    check_shape(&mut violations, &location, view, shape);
    let blocks = view["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    blocks::check(&mut violations, blocks, surface, "/view/blocks");
    check_inputs(&mut violations, view, blocks);
    violations.list
}

fn check_inputs(violations: &mut Violations, view: &Value, blocks: &[Value]) {
    let has_input = blocks.iter().any(|block| block["type"] == "input");
    if view["type"] == "modal" && has_input && view.get("submit").is_none() {
        violations.add(
            "/view",
            "must define `submit` to use an `input` block in modals",
        );
    }
    let elements = blocks.iter().flat_map(|block| {
        let row = block["elements"].as_array().into_iter().flatten();
        row.chain(block.get("element"))
            .chain(block.get("accessory"))
    });
    let focused = elements.filter(|element| element["focus_on_load"] == true);
    if focused.count() > 1 {
        violations.add("/view/blocks", "only one element can have `focus_on_load`");
    }
}
