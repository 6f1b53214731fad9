//! The parts that several pages show: times, severities, statuses, sentences. Each renders itself: `{{ time }}`.

mod action_form;
mod edit_form;
mod field_form;
mod field_input;
mod pills;
mod rich_html;
mod status_strip;
mod time;
mod type_field;
pub(crate) mod variable_completion;

pub(crate) use action_form::{
    ActionButton, ActionForm, FieldControl, FormField, Tense, join_values, split_values,
};
pub(crate) use edit_form::{Choice, Control, EditForm};
pub(crate) use field_form::FieldEditForm;
pub(crate) use field_input::{FieldInput, stored_lines};
pub(crate) use pills::{SeverityPill, StatusPill};
pub(crate) use rich_html::{
    RichHtml, actor_name, channel_url, commander_name, is_web_address, user_name,
};
pub(crate) use status_strip::StatusStrip;
pub(crate) use time::Time;
pub(crate) use type_field::{TypeField, incident_type_choices};
