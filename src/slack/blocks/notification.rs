//! A notification as a message in Slack.

use slack_morphism::prelude::*;

use crate::domain::notification::NotificationText;
use crate::slack::client::Message;

/// Returns the message: the subject, the body and a link to the incident's page.
pub(crate) fn notification_message(text: &NotificationText, page_url: Option<&str>) -> Message {
    let subject = SlackBlockPlainText::new(text.subject.clone());
    let mut blocks: Vec<SlackBlock> = vec![
        SlackSectionBlock::new().with_text(subject.into()).into(),
        SlackMarkdownBlock::new(text.body.clone()).into(),
    ];
    if let Some(url) = page_url {
        let link = SlackBlockMarkDownText::new(format!("<{url}|Open Page>"));
        blocks.push(SlackContextBlock::new(vec![link.into()]).into());
    }
    Message {
        text: text.subject.clone(),
        blocks,
    }
}
