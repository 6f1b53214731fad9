//! The options of external selects: what the app offers for what somebody typed so far.

use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::entered::{Choice, Input, choices, pick};
use super::super::ids::PersonId;
use super::super::message_json::Metadata;
use super::super::people::merge;
use super::super::requests::{Request, RequestKind};
use super::super::workspace::Workspace;
use super::Made;
use super::acting::{Spot, find};
use super::shortcuts::channel_of_interaction;

/// Where an external select stands.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Asked<'a> {
    View(&'a str),
    /// Its channel and `ts`.
    Message(&'a str, &'a str),
}

/// The most options that Slack takes (docs.slack.dev/reference/block-kit/block-elements/select-menu-element).
const MOST_OPTIONS: usize = 100;

impl Sandbox {
    /// Asks the app for the options of an external select in a view, as typing `query` into it does.
    /// Whatever goes wrong shows an empty list, as in Slack.
    pub async fn suggests(
        &self,
        who: &str,
        view_id: &str,
        action_id: &str,
        query: &str,
    ) -> Vec<Choice> {
        let asked = Asked::View(view_id);
        let told = self
            .suggestions(who, asked, Spot::anywhere(action_id), query)
            .await;
        choices(&told.unwrap_or_default())
    }

    /// Gives what the app offers, `options` or `option_groups`. An error is a sentence.
    pub(in super::super) async fn suggestions(
        &self,
        who: &str,
        asked: Asked<'_>,
        spot: Spot<'_>,
        query: &str,
    ) -> Result<Value, String> {
        let request = self.shared.change(|workspace| {
            let who = workspace.somebody(who)?;
            let request = workspace.ask_for_options(&who, (asked, spot), query)?;
            workspace.sent.insert(who, request.clone());
            Ok::<_, String>(request)
        })?;
        let answer = self.shared.deliver(&request, None).await;
        let told: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let offered = choices(&told);
        let is_list = told["options"].is_array() || told["option_groups"].is_array();
        if !answer.is_good() || !answer.is_json || !is_list || offered.len() > MOST_OPTIONS {
            return Err("The app gave no options. Try again?".to_owned());
        }
        if let Asked::View(view_id) = asked {
            self.shared.with(|workspace| {
                let known = workspace.offered.entry(view_id.to_owned()).or_default();
                known.extend(offered);
            });
        }
        Ok(told)
    }

    /// Turns what was typed into an external select into the option that the app offers for it.
    pub(super) async fn with_suggestions(
        &self,
        who: &str,
        view_id: &str,
        (block, element): (&Value, &Value),
        input: Input,
    ) -> Result<Input, String> {
        let several = element["type"] == "multi_external_select";
        if !several && element["type"] != "external_select" {
            return Ok(input);
        }
        let wanted = match &input {
            Input::Text(text) => vec![text.clone()],
            Input::Many(texts) => texts.clone(),
            Input::State(_) | Input::Nothing => return Ok(input),
        };
        let spot = Spot {
            block_id: block["block_id"].as_str(),
            action_id: element["action_id"].as_str().unwrap_or_default(),
        };
        let mut chosen = Vec::new();
        for text in wanted {
            let asked = Asked::View(view_id);
            let offered = choices(&self.suggestions(who, asked, spot, &text).await?);
            chosen.push(pick(&offered, &text)?.json.clone());
        }
        let state = if several {
            json!({"type": element["type"], "selected_options": chosen})
        } else {
            json!({"type": element["type"], "selected_option": chosen.pop()})
        };
        Ok(Input::State(state))
    }
}

impl Workspace {
    fn ask_for_options(
        &mut self,
        who: &PersonId,
        (asked, spot): (Asked, Spot),
        query: &str,
    ) -> Made {
        let (blocks, place) = match asked {
            Asked::View(view_id) => self.view_asked(who, view_id)?,
            Asked::Message(channel, ts) => self.message_asked(who, channel, ts)?,
        };
        let (block_id, element) = find(&blocks, spot, &Input::Nothing)?;
        let least = element["min_query_length"].as_u64().unwrap_or(3);
        if (query.chars().count() as u64) < least {
            return Err(format!(
                "Slack asks the app once {least} characters are typed."
            ));
        }
        let mut payload = self.interaction("block_suggestion", who);
        merge(&mut payload, place);
        let field = json!({
            "action_id": element["action_id"], "block_id": block_id, "value": query,
        });
        merge(&mut payload, field);
        Ok(Request {
            kind: RequestKind::Options,
            payload,
            who: Some(who.clone()),
        })
    }

    fn view_asked(&self, who: &PersonId, view_id: &str) -> Result<(Value, Value), String> {
        let view = self.view(view_id).filter(|view| view.person == *who);
        let view = view.ok_or("This form is closed.")?;
        let place = json!({
            "container": {"type": "view", "view_id": view_id}, "view": self.view_json(view),
        });
        Ok((view.blocks.clone(), place))
    }

    fn message_asked(
        &self,
        who: &PersonId,
        channel: &str,
        ts: &str,
    ) -> Result<(Value, Value), String> {
        let found = self.seen_channel(who, channel)?;
        let message = found
            .message_for(ts, Some(who))
            .ok_or("The message was deleted.")?;
        let container = json!({
            "type": "message", "message_ts": ts, "channel_id": found.id,
            "is_ephemeral": message.only_for.is_some(),
        });
        let place = json!({
            "container": container, "channel": channel_of_interaction(found),
            "message": self.message_json(found, message, Metadata::Shown),
        });
        Ok((message.blocks.clone().unwrap_or_default(), place))
    }
}
