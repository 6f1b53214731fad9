//! The settings in a request of the API: incident types, and the items of settings that are resources.

use serde_json::Value;

use crate::domain::Settings;
use crate::domain::api::SettingResourceKind;
use crate::domain::notification::RuleQuestion;
use crate::error::{Error, Result};
use crate::store::api::ApiTransaction;
use crate::store::tables::api::incident_types::{self, IncidentType};
use crate::store::tables::api::setting_resources::{self, SettingResource};
use crate::store::tables::workspace::settings;

impl ApiTransaction<'_> {
    /// Returns all incident types, including deleted ones.
    pub fn incident_types(&self) -> Result<Vec<IncidentType>> {
        incident_types::all_types(self.tx)
    }

    /// Returns an incident type. `Error::NotFound` also means that it was deleted.
    pub fn incident_type(&self, number: i64) -> Result<IncidentType> {
        incident_types::find_type(self.tx, number)
    }

    /// Returns the type of incidents that name none.
    pub fn default_incident_type(&self) -> Result<IncidentType> {
        incident_types::default_type(self.tx)
    }

    /// Adds an incident type and returns it with its number.
    pub fn add_incident_type(&self, new: IncidentType) -> Result<IncidentType> {
        let number = incident_types::insert_type(self.tx, &new)?;
        let added = IncidentType { number, ..new };
        self.apply_default(&added)?;
        Ok(added)
    }

    /// Stores a changed incident type.
    ///
    /// # Errors
    /// Rejects the change if no type would be the default.
    pub fn save_incident_type(&self, changed: &IncidentType) -> Result<()> {
        let is_default_now = self.default_incident_type()?.number == changed.number;
        if is_default_now && !changed.is_default {
            return Err(Error::Rejected(format!(
                "{} is the default incident type. Make another type the default instead.",
                changed.name
            )));
        }
        incident_types::update_type(self.tx, changed)?;
        self.apply_default(changed)
    }

    /// Deletes an incident type. What belongs to it stays.
    ///
    /// # Errors
    /// Rejects the request if the type is the default, or if incidents have it.
    pub fn delete_incident_type(&self, mut deleted: IncidentType) -> Result<()> {
        let name = &deleted.name;
        if deleted.is_default {
            return Err(Error::Rejected(format!(
                "{name} is the default incident type, so it can't be deleted."
            )));
        }
        let count = incident_types::count_incidents(self.tx, deleted.number)?;
        if count > 0 {
            let have = match count {
                1 => "1 incident has".to_owned(),
                count => format!("{count} incidents have"),
            };
            return Err(Error::Rejected(format!(
                "{have} the type {name}, so it can't be deleted."
            )));
        }
        deleted.deleted_at = Some(self.now());
        incident_types::update_type(self.tx, &deleted)
    }

    fn apply_default(&self, changed: &IncidentType) -> Result<()> {
        match changed.is_default {
            true => incident_types::set_default(self.tx, changed.number),
            false => Ok(()),
        }
    }

    /// Returns all resources of a kind, including deleted ones.
    pub fn setting_resources(&self, kind: SettingResourceKind) -> Result<Vec<SettingResource>> {
        setting_resources::resources(self.tx, kind)
    }

    /// Adds a resource with its item, and returns it with its number.
    pub fn add_setting_resource(
        &self,
        new: SettingResource,
        values: Vec<(String, Value)>,
    ) -> Result<SettingResource> {
        let number = setting_resources::insert_resource(self.tx, &new)?;
        self.change_settings(values)?;
        Ok(SettingResource { number, ..new })
    }

    /// Stores a changed or deleted resource together with its item.
    pub fn save_setting_resource(
        &self,
        changed: &SettingResource,
        values: Vec<(String, Value)>,
    ) -> Result<()> {
        setting_resources::update_resource(self.tx, changed)?;
        self.change_settings(values)
    }

    /// Changes settings.
    ///
    /// # Errors
    /// Rejects invalid values, and the removal of what a notification rule names.
    fn change_settings(&self, values: Vec<(String, Value)>) -> Result<()> {
        let before = self.settings()?;
        let after = before.with_values(values).map_err(|errors| {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            Error::Rejected(errors.join(" "))
        })?;
        check_names(&before, &after)?;
        let changes = before.diff(&after);
        if changes.is_empty() {
            return Ok(());
        }
        settings::save_settings(self.tx, &changes, self.now())?;
        let keys: Vec<_> = changes.iter().map(|change| change.key).collect();
        tracing::info!(source = "api", "Changed settings: {}", keys.join(", "));
        Ok(())
    }
}

/// Checks that the rules name nothing that the new settings lack. A program can't be asked, as an admin is.
fn check_names(before: &Settings, after: &Settings) -> Result<()> {
    let mut questions = before.rule_questions(after).into_iter();
    let lost = questions.find(|question| match question {
        RuleQuestion::Loses { .. } => true,
        RuleQuestion::LeavesPrivacy { .. } => false,
    });
    match lost {
        Some(question) => Err(Error::Rejected(format!("{question} Change it first."))),
        None => Ok(()),
    }
}
