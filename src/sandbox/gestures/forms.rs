//! Filling in, sending and closing forms.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::answers::{Seen, errors_by_name};
use super::super::entered::{Input, choices};
use super::super::ids::PersonId;
use super::super::people::merge;
use super::super::requests::Request;
use super::super::view_state;
use super::super::views::View;
use super::super::workspace::Workspace;
use super::Made;
use super::shortcuts::interaction;

impl Sandbox {
    /// Enters something into a field, named by its label, block id or action id.
    ///
    /// An error is a sentence: there is no such field, or that cannot be entered there.
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
        let found = view.field(field).ok_or_else(|| {
            let labels = view.labels().join(", ");
            format!("There is no field “{field}”. There are: {labels}.")
        })?;
        let input = self.with_suggestions(who, view_id, found, input).await?;
        self.shared
            .change(|workspace| workspace.fill_field(view_id, field, &input))
    }

    /// Enters the states of all fields at once, as the page holds them.
    pub(in super::super) fn fills_all(&self, view_id: &str, values: &Value) -> Result<(), String> {
        self.shared
            .change(|workspace| workspace.set_fields(view_id, values))
    }

    /// Keeps what the page has in a view's fields so far; what does not fit is left as it was.
    pub(in super::super) fn keeps_in_view(&self, view_id: &str, values: &Value) {
        // The page checks nothing before something is sent: until then a half-written field is no mistake.
        let _ = self
            .shared
            .with(|workspace| workspace.set_fields(view_id, values));
    }

    /// Gives what is shown under the fields of a view, by block id.
    pub(in super::super) fn errors_in(&self, view_id: &str) -> BTreeMap<String, String> {
        let errors = self
            .shared
            .with(|workspace| workspace.view(view_id).map(|view| view.errors.clone()));
        errors.unwrap_or_default()
    }

    /// Sends a form. Slack itself checks first that no required field is empty: then nothing is sent.
    pub async fn submits(&self, who: &str, view_id: &str) -> Seen {
        let errors = self.shared.change(|workspace| {
            let view = workspace.view(view_id)?;
            let errors = own_errors(view);
            workspace.with_view(view_id, |view| {
                view.errors = errors;
                errors_by_name(view)
            })
        });
        if let Some(errors) = errors
            && !errors.is_empty()
        {
            return Seen {
                errors,
                view: self.view(who),
                ..Seen::default()
            };
        }
        self.sends(who, |workspace, who| workspace.submission(who, view_id))
            .await
    }

    /// Closes a form without sending it, as its button does. The app hears of it if the form asked for that.
    pub async fn closes(&self, who: &str, view_id: &str) -> Seen {
        self.leaves_form(who, view_id, Leaving::This).await
    }

    /// Closes a form and all those below it without sending them, as the X in its corner does.
    pub async fn closes_all(&self, who: &str, view_id: &str) -> Seen {
        self.leaves_form(who, view_id, Leaving::All).await
    }

    async fn leaves_form(&self, who: &str, view_id: &str, leaving: Leaving) -> Seen {
        let made = self.shared.change(|workspace| {
            let who = workspace.somebody(who)?;
            workspace.closing(&who, view_id, leaving)
        });
        let requests = match made {
            Ok(requests) => requests,
            Err(sentence) => return Seen::refused(sentence),
        };
        let mut seen = Seen::default();
        for request in &requests {
            seen = self.shared.send(request, None).await;
        }
        seen.view = self.view(who);
        seen
    }
}

/// How much of a stack of forms somebody leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaving {
    This,
    All,
}

impl Workspace {
    /// Enters something into a field of a view, named by its label, block id or action id.
    fn fill_field(&mut self, view_id: &str, field: &str, input: &Input) -> Result<(), String> {
        let view = self.view(view_id).ok_or("This form is closed.")?;
        let (block, element) = view.field(field).ok_or("There is no such field.")?;
        let (block_id, element) = (block["block_id"].clone(), element.clone());
        self.set_field(
            view_id,
            (block_id.as_str().unwrap_or_default(), &element),
            input,
        )
    }

    fn set_field(
        &mut self,
        view_id: &str,
        (block_id, element): (&str, &Value),
        input: &Input,
    ) -> Result<(), String> {
        let mut offered = choices(element);
        offered.extend(choices(
            &json!({"options": [element["initial_option"].clone()]}),
        ));
        offered.extend(choices(
            &json!({"options": element["initial_options"].clone()}),
        ));
        offered.extend(self.offered.get(view_id).cloned().unwrap_or_default());
        let state = self.entered(element, input, &offered)?;
        let action_id = element["action_id"].as_str().unwrap_or_default();
        self.with_view(view_id, |view| {
            view.values[block_id][action_id] = state;
            view.errors.remove(block_id);
        });
        Ok(())
    }

    /// Enters all states that are given for fields of a view.
    fn set_fields(&mut self, view_id: &str, values: &Value) -> Result<(), String> {
        let view = self.view(view_id).ok_or("This form is closed.")?;
        let fields: Vec<(String, Value)> = view_state::fields(&view.blocks)
            .into_iter()
            .map(|(block, element)| {
                (
                    block["block_id"].as_str().unwrap_or_default().to_owned(),
                    element.clone(),
                )
            })
            .collect();
        for (block_id, element) in fields {
            let state = &values[&block_id][element["action_id"].as_str().unwrap_or_default()];
            if state.is_object() {
                let input = Input::State(state.clone());
                self.set_field(view_id, (&block_id, &element), &input)?;
            }
        }
        Ok(())
    }

    fn submission(&mut self, who: &PersonId, view_id: &str) -> Made {
        let view = self.view(view_id).filter(|view| view.person == *who);
        let view = view.ok_or("This form is closed.")?;
        if view.submit.is_none() && view.blocks.as_array().is_none_or(Vec::is_empty) {
            return Err("This form has nothing to send.".to_owned());
        }
        let told = self.view_json(view);
        let mut payload = self.interaction("view_submission", who);
        let more = json!({
            "trigger_id": self.new_trigger(who, Some(view_id)), "view": told, "response_urls": [],
        });
        merge(&mut payload, more);
        Ok(interaction(payload, who))
    }

    /// Closes a view, or the whole stack; gives what the app asked to be told.
    fn closing(
        &mut self,
        who: &PersonId,
        view_id: &str,
        leaving: Leaving,
    ) -> Result<Vec<Request>, String> {
        let view = self.view(view_id).filter(|view| view.person == *who);
        let view = view.ok_or("This form is closed.")?.clone();
        let clears = leaving == Leaving::All || view.content["clear_on_close"] == true;
        let stack: Vec<View> = self.screen_of(who).into_iter().cloned().collect();
        let gone = if clears { stack } else { vec![view] };
        let requests = gone
            .iter()
            .filter(|view| view.content["notify_on_close"] == true)
            .map(|view| {
                let mut payload = self.interaction("view_closed", who);
                merge(
                    &mut payload,
                    json!({"view": self.view_json(view), "is_cleared": clears}),
                );
                interaction(payload, who)
            })
            .collect();
        if clears {
            self.clear_screen(who);
        } else {
            self.close_view(view_id);
        }
        Ok(requests)
    }
}

/// What Slack itself shows under the fields before it sends a form.
fn own_errors(view: &View) -> BTreeMap<String, String> {
    let mut errors = BTreeMap::new();
    for (block, element) in view_state::fields(&view.blocks) {
        let block_id = block["block_id"].as_str().unwrap_or_default();
        let action_id = element["action_id"].as_str().unwrap_or_default();
        let state = &view.values[block_id][action_id];
        let text = state["value"].as_str().unwrap_or_default();
        let is_empty = view_state::is_empty(state);
        let error = if block["type"] != "input" {
            None
        } else if is_empty {
            let is_required = block["optional"] != true;
            is_required.then(|| "Please complete this required field.".to_owned())
        } else {
            wrong_text(element, text)
        };
        if let Some(error) = error {
            errors.insert(block_id.to_owned(), error);
        }
    }
    errors
}

fn wrong_text(element: &Value, text: &str) -> Option<String> {
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
