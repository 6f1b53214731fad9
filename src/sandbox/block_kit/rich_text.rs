//! The `rich_text` block: sections, lists, quotes and code, and what stands in their lines.

use serde_json::Value;

use super::rules::{Field, Need, Place, Report, Rule, Shape, check_shape, nothing_more};

use Need::{May, Must};

/// Checks the elements of a `rich_text` block, or a whole `rich_text` object as a field's preset.
pub(super) fn check(report: &mut Report, place: &Place, value: &Value) {
    if value["type"] == "rich_text" {
        return check(report, &place.at("elements"), &value["elements"]);
    }
    let Some(parts) = value.as_array() else {
        report.add(&place.pointer, "must provide an array");
        return;
    };
    for (n, part) in parts.iter().enumerate() {
        check_part(report, &place.at(n), part);
    }
}

/// Gives the words in a piece of rich text, as they are read.
pub(super) fn text(value: &Value) -> String {
    if let Some(text) = value["text"].as_str() {
        return text.to_owned();
    }
    value["elements"]
        .as_array()
        .into_iter()
        .flatten()
        .map(text)
        .collect()
}

const LINE: Field = Field("elements", Must, Rule::Many(0, 1000, &Rule::AnyObject));
const BORDER: Field = Field("border", May, Rule::Int(0, 1));

fn check_part(report: &mut Report, place: &Place, part: &Value) {
    let shape: &Shape = match part["type"].as_str() {
        Some("rich_text_section") => &Shape {
            fields: &[LINE],
            also: nothing_more,
        },
        Some("rich_text_list") => &Shape {
            fields: &[
                LINE,
                BORDER,
                Field("style", Must, Rule::OneOf(&["bullet", "ordered"])),
                Field("indent", May, Rule::Int(0, 8)),
                Field("offset", May, Rule::Int(0, 10_000)),
            ],
            also: nothing_more,
        },
        Some("rich_text_preformatted") => &Shape {
            fields: &[LINE, BORDER, Field("language", May, Rule::Words(1, 100))],
            also: nothing_more,
        },
        Some("rich_text_quote") => &Shape {
            fields: &[LINE, BORDER],
            also: nothing_more,
        },
        other => {
            let text = format!("unsupported type: {}", other.unwrap_or_default());
            report.add(&place.at("type").pointer, &text);
            return;
        }
    };
    check_shape(report, place, part, shape);
    for (n, inner) in part["elements"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let place = place.at("elements").at(n);
        if part["type"] == "rich_text_list" {
            check_part(report, &place, inner);
        } else {
            check_inline(report, &place, inner);
        }
    }
}

const STYLE: Field = Field("style", May, Rule::AnyObject);

fn check_inline(report: &mut Report, place: &Place, inline: &Value) {
    let fields: &'static [Field] = match inline["type"].as_str() {
        Some("text") => &[Field("text", Must, Rule::Words(1, 40_000)), STYLE],
        Some("link") => &[
            Field("url", Must, Rule::Words(1, 3000)),
            Field("text", May, Rule::Words(1, 40_000)),
            Field("unsafe", May, Rule::Bool),
            STYLE,
        ],
        Some("user") => &[Field("user_id", Must, Rule::Words(1, 255)), STYLE],
        Some("usergroup") => &[Field("usergroup_id", Must, Rule::Words(1, 255)), STYLE],
        Some("channel") => &[Field("channel_id", Must, Rule::Words(1, 255)), STYLE],
        Some("emoji") => &[
            Field("name", Must, Rule::Words(1, 255)),
            Field("unicode", May, Rule::Words(1, 255)),
            Field("skin_tone", May, Rule::Int(1, 6)),
            STYLE,
        ],
        Some("broadcast") => &[Field(
            "range",
            Must,
            Rule::OneOf(&["here", "channel", "everyone"]),
        )],
        Some("color") => &[Field("value", Must, Rule::Words(1, 255))],
        Some("date") => &[
            Field("timestamp", Must, Rule::Int(0, i64::MAX)),
            Field("format", Must, Rule::Words(1, 255)),
            Field("url", May, Rule::Words(1, 3000)),
            Field("fallback", May, Rule::Words(1, 255)),
        ],
        other => {
            let text = format!("unsupported type: {}", other.unwrap_or_default());
            report.add(&place.at("type").pointer, &text);
            return;
        }
    };
    check_shape(
        report,
        place,
        inline,
        &Shape {
            fields,
            also: nothing_more,
        },
    );
}
