//! Filling in, submitting and closing modals: `view_submission` and `view_closed`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::Sandbox;
use crate::app_requests::Request;
use crate::app_requests::response_effects::{ActionResult, errors_by_block_and_label};
use crate::ids::UserId;
use crate::user_actions::RequestResult;
use crate::user_actions::input_values::Input;
use crate::user_actions::select_options::select_options;
use crate::user_actions::shortcuts::interaction_request;
use crate::workspace::Workspace;
use crate::workspace::users::merge;
use crate::workspace::view_state;
use crate::workspace::views::View;

impl Sandbox {
    /// Sets the value of a field, identified by its label, block ID or action ID.
    ///
    /// The error is a sentence: the field does not exist, or the value is invalid.
    pub async fn fills(
        &self,
        who: &str,
        view_id: &str,
        field: &str,
        input: impl Into<Input>,
    ) -> Result<(), String> {
        let input = input.into();
        let view = self
            .shared
            .with(|workspace| workspace.view(view_id).cloned());
        let view = view.ok_or("This form is closed.")?;
        let matching = view.field(field).ok_or_else(|| {
            let labels = view.labels().join(", ");
            format!("There is no field “{field}”. There are: {labels}.")
        })?;
        let input = self
            .resolve_external_input(who, view_id, matching, input)
            .await?;
        self.shared
            .change(|workspace| workspace.fill_field(view_id, field, &input))
    }

    /// Sets the states of all fields, as the page sends them.
    pub(crate) fn set_field_states(&self, view_id: &str, values: &Value) -> Result<(), String> {
        self.shared
            .change(|workspace| workspace.set_fields(view_id, values))
    }

    /// Stores the field values of the page for a view. Invalid values are ignored.
    pub(crate) fn store_view_values(&self, view_id: &str, values: &Value) {
        // The page validates on submission. Until then an incomplete value is not an error.
        let _ = self
            .shared
            .with(|workspace| workspace.set_fields(view_id, values));
    }

    /// Returns the errors shown under the fields of a view, by block ID.
    pub(crate) fn view_errors(&self, view_id: &str) -> BTreeMap<String, String> {
        let errors = self
            .shared
            .with(|workspace| workspace.view(view_id).map(|view| view.errors.clone()));
        errors.unwrap_or_default()
    }

    /// Submits a modal. If a required field is empty, the error is shown and nothing is sent, as
    /// in Slack's client.
    pub async fn submits(&self, who: &str, view_id: &str) -> ActionResult {
        let errors = self.shared.change(|workspace| {
            let view = workspace.view(view_id)?;
            let errors = required_field_errors(view);
            workspace.with_view(view_id, |view| {
                view.errors = errors;
                errors_by_block_and_label(view)
            })
        });
        if let Some(errors) = errors
            && !errors.is_empty()
        {
            return ActionResult {
                errors,
                view: self.top_modal(who),
                ..ActionResult::default()
            };
        }
        self.send_action(who, |workspace, who| {
            workspace.submission_request(who, view_id)
        })
        .await
    }

    /// Closes a modal with its close button. Sends `view_closed` if the modal has `notify_on_close`.
    pub async fn closes(&self, who: &str, view_id: &str) -> ActionResult {
        self.closes_modals(who, view_id, CloseScope::Top).await
    }

    /// Closes a modal and all those below it, like the X in its corner.
    pub async fn closes_all(&self, who: &str, view_id: &str) -> ActionResult {
        self.closes_modals(who, view_id, CloseScope::Stack).await
    }

    async fn closes_modals(&self, who: &str, view_id: &str, scope: CloseScope) -> ActionResult {
        let requests = self.shared.change(|workspace| {
            let who = workspace.active_user(who)?;
            workspace.close_requests(&who, view_id, scope)
        });
        let requests = match requests {
            Ok(requests) => requests,
            Err(sentence) => return ActionResult::rejected(sentence),
        };
        let mut result = ActionResult::default();
        for request in &requests {
            result = self.shared.send_and_apply(request, None).await;
        }
        result.view = self.top_modal(who);
        result
    }
}

/// The modals of the stack that are closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CloseScope {
    Top,
    Stack,
}

impl Workspace {
    /// Sets the value of a field, identified by its label, block ID or action ID.
    fn fill_field(&mut self, view_id: &str, field: &str, input: &Input) -> Result<(), String> {
        let view = self.view(view_id).ok_or("This form is closed.")?;
        let field = view.field(field).ok_or("This field doesn't exist.")?;
        let (block_id, element) = (field.block_id().to_owned(), field.element.clone());
        self.set_field(view_id, &block_id, &element, input)
    }

    fn set_field(
        &mut self,
        view_id: &str,
        block_id: &str,
        element: &Value,
        input: &Input,
    ) -> Result<(), String> {
        let mut offered = select_options(element);
        offered.extend(select_options(
            &json!({"options": [element["initial_option"].clone()]}),
        ));
        offered.extend(select_options(
            &json!({"options": element["initial_options"].clone()}),
        ));
        offered.extend(
            self.suggested_options
                .get(view_id)
                .cloned()
                .unwrap_or_default(),
        );
        let state = self.element_state(element, input, &offered)?;
        let action_id = element["action_id"].as_str().unwrap_or_default();
        self.with_view(view_id, |view| {
            view.values[block_id][action_id] = state;
            view.errors.remove(block_id);
        });
        Ok(())
    }

    /// Sets the states of all fields of the view that `values` contains.
    fn set_fields(&mut self, view_id: &str, values: &Value) -> Result<(), String> {
        let view = self.view(view_id).ok_or("This form is closed.")?;
        let fields: Vec<(String, Value)> = view_state::fields(&view.blocks)
            .into_iter()
            .map(|field| (field.block_id().to_owned(), field.element.clone()))
            .collect();
        for (block_id, element) in fields {
            let state = &values[&block_id][element["action_id"].as_str().unwrap_or_default()];
            if state.is_object() {
                let input = Input::State(state.clone());
                self.set_field(view_id, &block_id, &element, &input)?;
            }
        }
        Ok(())
    }

    fn submission_request(&mut self, who: &UserId, view_id: &str) -> RequestResult {
        let view = self.view(view_id).filter(|view| view.user == *who);
        let view = view.ok_or("This form is closed.")?;
        if view.submit.is_none() && view.blocks.as_array().is_none_or(Vec::is_empty) {
            return Err("This form has nothing to send.".to_owned());
        }
        let json = self.view_json(view);
        let mut payload = self.interaction_payload("view_submission", who);
        let more = json!({
            "trigger_id": self.new_trigger(who, Some(view_id)), "view": json, "response_urls": [],
        });
        merge(&mut payload, more);
        Ok(interaction_request(payload, who))
    }

    /// Closes a view, or the whole stack. Returns the `view_closed` requests that the app subscribed to.
    fn close_requests(
        &mut self,
        who: &UserId,
        view_id: &str,
        scope: CloseScope,
    ) -> Result<Vec<Request>, String> {
        let view = self.view(view_id).filter(|view| view.user == *who);
        let view = view.ok_or("This form is closed.")?.clone();
        let clears = scope == CloseScope::Stack || view.content["clear_on_close"] == true;
        let stack: Vec<View> = self.modal_stack(who).into_iter().cloned().collect();
        let gone = if clears { stack } else { vec![view] };
        let requests = gone
            .iter()
            .filter(|view| view.content["notify_on_close"] == true)
            .map(|view| {
                let mut payload = self.interaction_payload("view_closed", who);
                merge(
                    &mut payload,
                    json!({"view": self.view_json(view), "is_cleared": clears}),
                );
                interaction_request(payload, who)
            })
            .collect();
        if clears {
            self.clear_modals(who);
        } else {
            self.close_view(view_id);
        }
        Ok(requests)
    }
}

/// Returns the errors that Slack's client shows before it sends a submission.
fn required_field_errors(view: &View) -> BTreeMap<String, String> {
    let mut errors = BTreeMap::new();
    for field in view_state::fields(&view.blocks) {
        let state = &view.values[field.block_id()][field.action_id()];
        let text = state["value"].as_str().unwrap_or_default();
        let is_empty = view_state::is_empty(state);
        let error = if field.block["type"] != "input" {
            None
        } else if is_empty {
            let is_required = field.block["optional"] != true;
            is_required.then(|| "Please complete this required field.".to_owned())
        } else {
            text_error(field.element, text)
        };
        if let Some(error) = error {
            errors.insert(field.block_id().to_owned(), error);
        }
    }
    errors
}

fn text_error(element: &Value, text: &str) -> Option<String> {
    let least = element["min_length"].as_u64().unwrap_or(0);
    let bound = |name: &str| {
        element[name]
            .as_str()
            .and_then(|bound| bound.parse::<f64>().ok())
    };
    match element["type"].as_str()? {
        "plain_text_input" if (text.chars().count() as u64) < least => {
            Some(format!("Please enter at least {least} characters."))
        }
        "email_text_input" if !text.contains('@') => {
            Some("Please enter a valid email address.".to_owned())
        }
        "url_text_input" if !text.contains("://") => Some("Please enter a valid URL.".to_owned()),
        "number_input" => match text.parse::<f64>() {
            Err(_) => Some("Please enter a number.".to_owned()),
            Ok(number) if element["is_decimal_allowed"] != true && number.fract() != 0.0 => {
                Some("Please enter a whole number.".to_owned())
            }
            Ok(number) if bound("min_value").is_some_and(|least| number < least) => {
                Some("Please enter a higher number.".to_owned())
            }
            Ok(number) if bound("max_value").is_some_and(|most| number > most) => {
                Some("Please enter a lower number.".to_owned())
            }
            Ok(_) => None,
        },
        _ => None,
    }
}
