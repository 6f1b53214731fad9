//! Changes of the fields of an incident.

use std::collections::BTreeMap;

use crate::field::required::is_interactive;
use crate::field::{FieldDefinition, FieldParser, FieldValue, RequiredFrom};
use crate::{
    Actor, DecisionContext, FieldChange, Incident, Rejection, Settings, Timestamp, UserClock,
};

/// New values by the names of the fields; `None` empties a field.
pub type FieldEdits = BTreeMap<String, Option<FieldValue>>;

impl Incident {
    /// Sets the fields that differ, and returns the changes in the order of the fields. A field of another type has no
    /// value that could be removed.
    pub(crate) fn apply_field_edits(
        &mut self,
        mut edits: FieldEdits,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Result<Vec<FieldChange>, Rejection> {
        let mut changes = Vec::new();
        for field in &ctx.settings.fields {
            let is_for = field.is_for(self.incident_type);
            if !is_for && edits.get(&field.name).is_some_and(Option::is_some) {
                continue;
            }
            let Some(to) = edits.remove(&field.name).filter(|_| is_for) else {
                continue;
            };
            if is_same(to.as_ref(), self.fields.get(&field.name)) {
                continue;
            }
            self.check_edit(field, to.as_ref(), actor, ctx.settings)?;
            let name = field.name.clone();
            let from = match to.clone() {
                Some(to) => self.fields.insert(name.clone(), to),
                None => self.fields.remove(&name),
            };
            let label = field.label();
            changes.push(FieldChange::Configured {
                name,
                label,
                from,
                to,
            });
        }
        match edits.keys().next() {
            Some(unknown) => Err(Rejection(format!(
                "The field “{unknown}” doesn't exist any more. Nothing was changed. Open the form again."
            ))),
            None => Ok(changes),
        }
    }

    /// Sets the fields of a new incident. A field that the declaration does not mention gets its default; one of
    /// another type is left out: a form or an alert had it before the type was selected.
    pub(crate) fn declare_fields(
        &mut self,
        mut edits: FieldEdits,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Result<(), Rejection> {
        let is_for = |field: &FieldDefinition| field.is_for(self.incident_type);
        edits.retain(|name, _| ctx.settings.field(name).is_none_or(is_for));
        for field in ctx.settings.fields.iter().filter(|it| is_for(it)) {
            if !edits.contains_key(&field.name) {
                let default = ctx.settings.default_of(field, actor.at);
                edits.extend(default.map(|value| (field.name.clone(), Some(value))));
            }
        }
        self.apply_field_edits(edits, actor, ctx)?;
        self.check_declared_fields(actor, ctx.settings)
    }

    fn check_edit(
        &self,
        field: &FieldDefinition,
        to: Option<&FieldValue>,
        actor: &Actor,
        settings: &Settings,
    ) -> Result<(), Rejection> {
        let label = field.label();
        let Some(to) = to else {
            let is_required = field.required.is_due(self.status) && is_interactive(actor);
            return match is_required {
                true => Err(Rejection(field.required_text())),
                false => Ok(()),
            };
        };
        if to.kind() != field.kind {
            return Err(Rejection(format!(
                "{label} has another type now. Nothing was changed. Open the form again."
            )));
        }
        // A value may have been taken off the list since the form was read.
        let clock = UserClock::new(actor.at, "");
        let parser = FieldParser {
            settings,
            clock: &clock,
        };
        if !field.kind.is_select() {
            return Ok(());
        }
        let items = to.items();
        let items: Vec<_> = items.iter().map(String::as_str).collect();
        let current = self.fields.get(&field.name);
        parser
            .parse(field, &items, current)
            .map(drop)
            .map_err(|problem| Rejection(format!("{label}: {problem}")))
    }
}

impl FieldDefinition {
    /// Returns the sentence for a required field that is empty.
    pub fn required_text(&self) -> String {
        let label = self.label();
        match self.required {
            RequiredFrom::Never | RequiredFrom::Declaration => format!("{label} can't be empty."),
            from @ (RequiredFrom::Stable | RequiredFrom::Resolved | RequiredFrom::Completed) => {
                format!(
                    "{label} can't be empty from {} on.",
                    from.as_str().to_uppercase()
                )
            }
        }
    }
}

impl Settings {
    /// Returns the default of a field; `None` if it has none, or if it is not valid any more.
    pub fn default_of(&self, field: &FieldDefinition, now: Timestamp) -> Option<FieldValue> {
        let clock = UserClock::new(now, "");
        let parser = FieldParser {
            settings: self,
            clock: &clock,
        };
        let default: Vec<_> = field.default.iter().map(String::as_str).collect();
        parser.parse(field, &default, None).ok().flatten()
    }
}

/// Returns whether two values are the same for a reader.
pub(crate) fn is_same(one: Option<&FieldValue>, other: Option<&FieldValue>) -> bool {
    one.map(FieldValue::items) == other.map(FieldValue::items)
}
