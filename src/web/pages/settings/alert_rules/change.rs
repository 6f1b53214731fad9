//! The buttons of the list: switch a rule on or off, move it, snooze it, delete it.

use serde_json::json;

use crate::domain::alert::rule::AlertRule;
use crate::domain::{Settings, UserClock};
use crate::error::Error;
use crate::web::access::AdminSession;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::settings::Rights;
use crate::web::pages::settings::alert_rules::list::{Notice, render};
use crate::web::pages::settings::alert_rules::{
    CHANGE, KEY, LIST, displayed_rule, find_rule, list_page,
};
use crate::web::pages::settings::rules_change::RulesChange;

/// Changes a rule in the list.
pub(super) async fn submit(AdminSession(signed_in): AdminSession, form: Form) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let Some(rule) = displayed_rule(&form) else {
        let problem = "This form names no rule. Reload the page and send it again.";
        return Err(Error::Rejected(problem.to_owned()).into());
    };
    let action = form.value("action");
    let done = match action {
        "delete" => list_page("deleted", &rule.name),
        _ => list_page("saved", &rule.name),
    };
    let mut rules = settings.alert_rules.clone();
    let Some(index) = rules.iter().position(|known| *known == rule) else {
        // The second of two clicks, or another admin changed it.
        if is_done(&rule, &settings, action) {
            return Ok(done);
        }
        let current = find_rule(&settings, &rule.name).cloned().map(Box::new);
        let displayed = Box::new(rule);
        let notice = Notice::Overtaken { displayed, current };
        return render(&signed_in, Rights::Change, notice).await;
    };
    if let Err(problem) = apply(&mut rules, index, &form, &signed_in.clock) {
        let notice = Notice::InvalidSnooze {
            rule: rule.name,
            entered: form.value("until").to_owned(),
            problem,
        };
        return render(&signed_in, Rights::Change, notice).await;
    }
    let change = RulesChange {
        form: &form,
        displayed: &settings,
        key: KEY,
        rules: json!(rules),
        action: CHANGE,
        list: LIST,
    };
    change.store(&signed_in, done).await
}

/// Applies the button of a rule.
///
/// # Errors
/// Returns why the end of a snooze is invalid.
fn apply(
    rules: &mut Vec<AlertRule>,
    index: usize,
    form: &Form,
    clock: &UserClock,
) -> Result<(), String> {
    match form.value("action") {
        "on" => rules[index].enabled = true,
        "off" => rules[index].enabled = false,
        "up" if index > 0 => rules.swap(index, index - 1),
        "down" if index + 1 < rules.len() => rules.swap(index, index + 1),
        "delete" => drop(rules.remove(index)),
        "snooze" => {
            let until = clock.parse_future(form.value("until"));
            rules[index].snoozed_until = Some(until.map_err(|error| error.to_string())?);
        }
        "end-snooze" => rules[index].snoozed_until = None,
        _ => {}
    }
    Ok(())
}

/// Returns whether the rule is already as the button makes it.
fn is_done(rule: &AlertRule, settings: &Settings, action: &str) -> bool {
    let current = find_rule(settings, &rule.name);
    let mut done = rule.clone();
    match action {
        "on" => done.enabled = true,
        "off" => done.enabled = false,
        "delete" => return current.is_none(),
        // The first click may have counted from another minute.
        "snooze" => done.snoozed_until = current.and_then(|rule| rule.snoozed_until),
        "end-snooze" => done.snoozed_until = None,
        _ => return false,
    }
    current == Some(&done)
}
