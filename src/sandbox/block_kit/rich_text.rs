//! The schema of the `rich_text` block: sections, lists, quotes, code, and their elements.

use serde_json::Value;

use super::rules::{
    Field, Location, Presence, Rule, Shape, Violations, check_shape, no_extra_check,
};

use Presence::{Optional, Required};

/// Checks the elements of a `rich_text` block, or the `rich_text` object that is the initial
/// value of a field.
pub(super) fn check(violations: &mut Violations, location: &Location, value: &Value) {
    if value["type"] == "rich_text" {
        return check(violations, &location.child("elements"), &value["elements"]);
    }
    let Some(parts) = value.as_array() else {
        violations.add(&location.path, "must provide an array");
        return;
    };
    for (n, part) in parts.iter().enumerate() {
        check_part(violations, &location.child(n), part);
    }
}

/// Returns the plain text of a rich text value.
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

const ELEMENTS: Field = Field("elements", Required, Rule::Array(0, 1000, &Rule::AnyObject));
const BORDER: Field = Field("border", Optional, Rule::Int(0, 1));

fn check_part(violations: &mut Violations, location: &Location, part: &Value) {
    let kind = part["type"].as_str().unwrap_or_default();
    let Some(fields) = part_fields(kind) else {
        violations.add(
            &location.child("type").path,
            &format!("unsupported type: {kind}"),
        );
        return;
    };
    check_fields(violations, location, part, fields);
    for (n, inner) in part["elements"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let location = location.child("elements").child(n);
        if kind == "rich_text_list" {
            check_part(violations, &location, inner);
        } else {
            check_inline(violations, &location, inner);
        }
    }
}

fn check_inline(violations: &mut Violations, location: &Location, inline: &Value) {
    let kind = inline["type"].as_str().unwrap_or_default();
    match inline_fields(kind) {
        Some(fields) => check_fields(violations, location, inline, fields),
        None => violations.add(
            &location.child("type").path,
            &format!("unsupported type: {kind}"),
        ),
    }
}

fn check_fields(
    violations: &mut Violations,
    location: &Location,
    value: &Value,
    fields: &'static [Field],
) {
    let shape = Shape {
        fields,
        extra_check: no_extra_check,
    };
    check_shape(violations, location, value, &shape);
}

fn part_fields(kind: &str) -> Option<&'static [Field]> {
    Some(match kind {
        "rich_text_section" => &[ELEMENTS],
        "rich_text_list" => &[
            ELEMENTS,
            BORDER,
            Field("style", Required, Rule::OneOf(&["bullet", "ordered"])),
            Field("indent", Optional, Rule::Int(0, 8)),
            Field("offset", Optional, Rule::Int(0, 10_000)),
        ],
        "rich_text_preformatted" => &[
            ELEMENTS,
            BORDER,
            Field("language", Optional, Rule::Str(1, 100)),
        ],
        "rich_text_quote" => &[ELEMENTS, BORDER],
        _ => return None,
    })
}

const STYLE: Field = Field("style", Optional, Rule::AnyObject);

fn inline_fields(kind: &str) -> Option<&'static [Field]> {
    Some(match kind {
        "text" => &[Field("text", Required, Rule::Str(1, 40_000)), STYLE],
        "link" => &[
            Field("url", Required, Rule::Str(1, 3000)),
            Field("text", Optional, Rule::Str(1, 40_000)),
            Field("unsafe", Optional, Rule::Bool),
            STYLE,
        ],
        "user" => &[Field("user_id", Required, ID), STYLE],
        "usergroup" => &[Field("usergroup_id", Required, ID), STYLE],
        "channel" => &[Field("channel_id", Required, ID), STYLE],
        "emoji" => &[
            Field("name", Required, ID),
            Field("unicode", Optional, ID),
            Field("skin_tone", Optional, Rule::Int(1, 6)),
            STYLE,
        ],
        "broadcast" => &[Field(
            "range",
            Required,
            Rule::OneOf(&["here", "channel", "everyone"]),
        )],
        "color" => &[Field("value", Required, ID)],
        "date" => &[
            Field("timestamp", Required, Rule::Int(0, i64::MAX)),
            Field("format", Required, ID),
            Field("url", Optional, Rule::Str(1, 3000)),
            Field("fallback", Optional, ID),
        ],
        _ => return None,
    })
}

const ID: Rule = Rule::Str(1, 255);
