//! What blocks and elements are composed of: texts, options, confirmations.

use serde_json::Value;

use super::rules::{Field, Need, Place, Report, Rule, Shape, check, nothing_more};

use Need::{May, Must};

/// The words at an element that has them: `confirm`.
pub(super) const CONFIRM: Rule = Rule::Object(&Shape {
    fields: &[
        Field("title", Must, Rule::Plain(100)),
        Field("text", Must, Rule::Text(300)),
        Field("confirm", Must, Rule::Plain(30)),
        Field("deny", Must, Rule::Plain(30)),
        Field("style", May, Rule::OneOf(&["primary", "danger"])),
    ],
    also: nothing_more,
});

/// `dispatch_action_config`.
pub(super) const DISPATCH: Rule = Rule::Object(&Shape {
    fields: &[Field(
        "trigger_actions_on",
        May,
        Rule::Many(
            1,
            2,
            &Rule::OneOf(&["on_enter_pressed", "on_character_entered"]),
        ),
    )],
    also: nothing_more,
});

/// Which conversations a select offers.
pub(super) const FILTER: Rule = Rule::Object(&Shape {
    fields: &[
        Field(
            "include",
            May,
            Rule::Many(1, 4, &Rule::OneOf(&["im", "mpim", "private", "public"])),
        ),
        Field("exclude_external_shared_channels", May, Rule::Bool),
        Field("exclude_bot_users", May, Rule::Bool),
    ],
    also: nothing_more,
});

/// An option of a select: plain text only.
pub(super) const OPTION: Rule = Rule::Object(&Shape {
    fields: &[
        Field("text", Must, Rule::Plain(75)),
        Field("value", Must, Rule::Words(1, 150)),
        Field("description", May, Rule::Plain(75)),
    ],
    also: nothing_more,
});

/// An option of checkboxes or radio buttons: mrkdwn too.
pub(super) const BOX: Rule = Rule::Object(&Shape {
    fields: &[
        Field("text", Must, Rule::Text(75)),
        Field("value", Must, Rule::Words(1, 150)),
        Field("description", May, Rule::Text(75)),
    ],
    also: nothing_more,
});

/// An option of an overflow menu: it may lead somewhere.
pub(super) const MENU_ITEM: Rule = Rule::Object(&Shape {
    fields: &[
        Field("text", Must, Rule::Plain(75)),
        Field("value", Must, Rule::Words(1, 150)),
        Field("description", May, Rule::Plain(75)),
        Field("url", May, Rule::Words(1, 3000)),
    ],
    also: nothing_more,
});

/// Options under a heading.
pub(super) const GROUP: Rule = Rule::Object(&Shape {
    fields: &[
        Field("label", Must, Rule::Plain(75)),
        Field("options", Must, Rule::Many(1, 100, &OPTION)),
    ],
    also: nothing_more,
});

/// A picture that was uploaded to Slack.
pub(super) const SLACK_FILE: Rule = Rule::Object(&Shape {
    fields: &[
        Field("id", May, Rule::Words(1, 255)),
        Field("url", May, Rule::Words(1, 3000)),
    ],
    also: nothing_more,
});

const PLAIN_TEXT: &[&str] = &["type", "text", "emoji"];
const MRKDWN: &[&str] = &["type", "text", "verbatim"];

/// Checks a text object of one of these types and at most so many characters.
pub(super) fn check_text(
    report: &mut Report,
    place: &Place,
    value: &Value,
    (types, most): (&[&str], usize),
) {
    let Some(object) = value.as_object() else {
        report.add(&place.pointer, "must provide an object");
        return;
    };
    let Some(kind) = object.get("type") else {
        report.add(&place.pointer, "missing required field: type");
        return;
    };
    let kind = kind.as_str().unwrap_or_default();
    if !types.contains(&kind) {
        let text = format!("unsupported type: {kind}");
        report.add(&place.at("type").pointer, &text);
        return;
    }
    let allowed = if kind == "mrkdwn" { MRKDWN } else { PLAIN_TEXT };
    for (name, value) in object {
        if !allowed.contains(&name.as_str()) {
            report.add(
                &place.pointer,
                &format!("invalid additional property: {name}"),
            );
        } else if (name == "emoji" || name == "verbatim") && !value.is_boolean() {
            report.add(&place.at(name).pointer, "must provide a boolean");
        }
    }
    match object.get("text") {
        Some(text) => check(report, &place.at("text"), text, Rule::Words(1, most)),
        None => report.add(&place.pointer, "missing required field: text"),
    }
}
