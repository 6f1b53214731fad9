//! The parts in which two versions of a rule differ: the stored one, and the one in a form that is based on an older
//! one.

use crate::domain::alert::rule::AlertRule;
use crate::web::form::Form;
use crate::web::pages::settings::alert_rules::form_values::form_of;
use crate::web::pages::settings::alert_rules::sections::{FormChoices, RuleSection};

/// A part in which the versions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PartDifference {
    pub(super) label: String,
    pub(super) current: String,
    pub(super) entered: String,
}

/// Returns the parts in which the stored rule and a form differ.
pub(super) fn differences(
    choices: &FormChoices<'_>,
    current: &AlertRule,
    form: &Form,
) -> Vec<PartDifference> {
    let current = choices.sections(&form_of(current, &choices.clock), &[]);
    let current: Vec<_> = labels_and_values(&current).collect();
    let entered = choices.sections(form, &[]);
    let mut differences: Vec<_> = labels_and_values(&entered)
        .map(|(label, entered)| {
            let known = current.iter().find(|(known, _)| *known == label);
            PartDifference {
                label,
                current: known.map(|(_, value)| value.clone()).unwrap_or_default(),
                entered,
            }
        })
        .collect();
    differences.retain(|it| it.current != it.entered);
    differences
}

fn labels_and_values(sections: &[RuleSection]) -> impl Iterator<Item = (String, String)> {
    let inputs = sections.iter().flat_map(|section| &section.inputs);
    inputs.map(|input| (input.label.clone(), input.readable()))
}
