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
    let kind = part["type"].as_str().unwrap_or_default();
    let Some(fields) = part_fields(kind) else {
        report.add(
            &place.at("type").pointer,
            &format!("unsupported type: {kind}"),
        );
        return;
    };
    check_fields(report, place, part, fields);
    for (n, inner) in part["elements"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let place = place.at("elements").at(n);
        if kind == "rich_text_list" {
            check_part(report, &place, inner);
        } else {
            check_inline(report, &place, inner);
        }
    }
}

fn check_inline(report: &mut Report, place: &Place, inline: &Value) {
    let kind = inline["type"].as_str().unwrap_or_default();
    match inline_fields(kind) {
        Some(fields) => check_fields(report, place, inline, fields),
        None => report.add(
            &place.at("type").pointer,
            &format!("unsupported type: {kind}"),
        ),
    }
}

fn check_fields(report: &mut Report, place: &Place, value: &Value, fields: &'static [Field]) {
    let shape = Shape {
        fields,
        also: nothing_more,
    };
    check_shape(report, place, value, &shape);
}

fn part_fields(kind: &str) -> Option<&'static [Field]> {
    Some(match kind {
        "rich_text_section" => &[LINE],
        "rich_text_list" => &[
            LINE,
            BORDER,
            Field("style", Must, Rule::OneOf(&["bullet", "ordered"])),
            Field("indent", May, Rule::Int(0, 8)),
            Field("offset", May, Rule::Int(0, 10_000)),
        ],
        "rich_text_preformatted" => &[LINE, BORDER, Field("language", May, Rule::Words(1, 100))],
        "rich_text_quote" => &[LINE, BORDER],
        _ => return None,
    })
}

const STYLE: Field = Field("style", May, Rule::AnyObject);

fn inline_fields(kind: &str) -> Option<&'static [Field]> {
    Some(match kind {
        "text" => &[Field("text", Must, Rule::Words(1, 40_000)), STYLE],
        "link" => &[
            Field("url", Must, Rule::Words(1, 3000)),
            Field("text", May, Rule::Words(1, 40_000)),
            Field("unsafe", May, Rule::Bool),
            STYLE,
        ],
        "user" => &[Field("user_id", Must, ID), STYLE],
        "usergroup" => &[Field("usergroup_id", Must, ID), STYLE],
        "channel" => &[Field("channel_id", Must, ID), STYLE],
        "emoji" => &[
            Field("name", Must, ID),
            Field("unicode", May, ID),
            Field("skin_tone", May, Rule::Int(1, 6)),
            STYLE,
        ],
        "broadcast" => &[Field(
            "range",
            Must,
            Rule::OneOf(&["here", "channel", "everyone"]),
        )],
        "color" => &[Field("value", Must, ID)],
        "date" => &[
            Field("timestamp", Must, Rule::Int(0, i64::MAX)),
            Field("format", Must, ID),
            Field("url", May, Rule::Words(1, 3000)),
            Field("fallback", May, ID),
        ],
        _ => return None,
    })
}

const ID: Rule = Rule::Words(1, 255);
