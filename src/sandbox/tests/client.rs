//! Reads the sandbox with a Slack client that was written independently of it.

use muster_sandbox::Sandbox;
use slack_morphism::prelude::*;

use crate::app::Fixture;
use crate::modals::last_trigger_id;

type Client = SlackHyperClient;

fn client(slack: &Sandbox) -> (Client, SlackApiToken) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut tcp = hyper_util::client::legacy::connect::HttpConnector::new();
    tcp.enforce_http(false);
    let tls = hyper_rustls::HttpsConnectorBuilder::new()
        .with_native_roots()
        .unwrap()
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let connector =
        SlackClientHyperConnector::with_connector(tls).with_slack_api_url(&slack.api_url());
    (
        SlackClient::new(connector),
        SlackApiToken::new(slack.bot_token().into()),
    )
}

#[tokio::test]
async fn client_reads_channels_and_users() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let (client, token) = client(slack);
    let session = client.open_session(&token);
    let test = session.auth_test().await.unwrap();
    assert_eq!(test.user_id.0, slack.bot_user().0);

    let create = SlackApiConversationsCreateRequest::new("fire-1".into());
    let made = session.conversations_create(&create).await.unwrap().channel;
    let topic = SlackApiConversationsSetTopicRequest::new(made.id.clone(), "Burning".into());
    session.conversations_set_topic(&topic).await.unwrap();
    let info =
        SlackApiConversationsInfoRequest::new(made.id.clone()).with_include_num_members(true);
    let response = session.conversations_info(&info).await.unwrap().channel;
    assert_eq!(
        (response.name.as_deref(), response.num_members),
        (Some("fire-1"), Some(1))
    );

    let list = SlackApiConversationsListRequest::new();
    assert_eq!(
        session
            .conversations_list(&list)
            .await
            .unwrap()
            .channels
            .len(),
        4
    );
    let info = SlackApiUsersInfoRequest::new(slack.user("chioma").0.into());
    let user = session.users_info(&info).await.unwrap().user;
    assert_eq!(user.tz.as_deref(), Some("Asia/Tokyo"));
    let list = SlackApiUsersListRequest::new();
    assert_eq!(session.users_list(&list).await.unwrap().members.len(), 4);
}

#[tokio::test]
async fn client_reads_messages_reactions_and_pins() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let (client, token) = client(slack);
    let session = client.open_session(&token);
    slack.invite_bot("general").await;
    let channel = SlackChannelId::new(fixture.channel("general"));
    let section =
        SlackSectionBlock::new().with_text(SlackBlockMarkDownText::new("*Burning*".into()).into());
    let content = SlackMessageContent::new()
        .with_text("Burning".into())
        .with_blocks(vec![section.into()]);
    let post = SlackApiChatPostMessageRequest::new(channel.clone(), content);
    let ts = session.chat_post_message(&post).await.unwrap().ts;
    slack.adds_reaction("bob", "general", &ts.0, "eyes").await;

    let history = SlackApiConversationsHistoryRequest::new().with_channel(channel.clone());
    let response = session
        .conversations_history(&history)
        .await
        .unwrap()
        .messages;
    assert_eq!(response[0].content.text.as_deref(), Some("Burning"));
    assert_eq!(response[0].content.reactions.as_ref().unwrap()[0].count, 1);
    session
        .pins_add(&SlackApiPinsAddRequest::new(channel.clone(), ts.clone()))
        .await
        .unwrap();
    let pins = session
        .pins_list(&SlackApiPinsListRequest::new(channel.clone()))
        .await
        .unwrap();
    assert_eq!(pins.items.len(), 1);
    let link = SlackApiChatGetPermalinkRequest::new(channel, ts.clone());
    let link = session.chat_get_permalink(&link).await.unwrap().permalink;
    assert_eq!(Some(link.to_string()), slack.permalink("general", &ts.0));
}

#[tokio::test]
async fn client_reads_modals_and_errors() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let (client, token) = client(slack);
    let session = client.open_session(&token);
    slack.runs_shortcut("alice", "light").await;
    let trigger_id = last_trigger_id(&fixture);
    let input = SlackInputBlock::new(
        SlackBlockPlainText::new("What".into()).into(),
        SlackBlockPlainTextInputElement::new()
            .with_action_id("what".into())
            .into(),
    );
    let view = SlackModalView::new(
        SlackBlockPlainText::new("Light".into()).into(),
        vec![input.into()],
    )
    .with_submit(SlackBlockPlainText::new("Go".into()).into());
    let open = SlackApiViewsOpenRequest::new(trigger_id.into(), SlackView::Modal(view));
    let opened = session.views_open(&open).await.unwrap();
    assert_eq!(
        opened.view.state_params.id.0,
        slack.top_modal("alice").unwrap().id
    );
    let again = session.views_open(&open).await.unwrap_err();
    assert!(
        again.to_string().contains("exchanged_trigger_id"),
        "{again}"
    );
}

#[tokio::test]
async fn client_creates_and_edits_canvases() {
    let fixture = Fixture::new().await;
    let (client, token) = client(&fixture.slack);
    let session = client.open_session(&token);
    let channel = SlackChannelId::new(fixture.creates_channel("fire-1").await);
    let content = |markdown: &str| SlackCanvasDocumentContent::new(markdown.to_owned());
    let create = SlackApiConversationsCanvasesCreateRequest::new(channel)
        .with_title("Fire".into())
        .with_document_content(content("# Fire"));
    let canvas = session
        .conversations_canvases_create(&create)
        .await
        .unwrap()
        .canvas_id;
    let criteria = SlackCanvasSectionsLookupCriteria::new()
        .with_section_types(vec![SlackCanvasSectionType::H1])
        .with_contains_text("Fire".into());
    let lookup = SlackApiCanvasesSectionsLookupRequest::new(canvas.clone(), criteria);
    let sections = session
        .canvases_sections_lookup(&lookup)
        .await
        .unwrap()
        .sections;
    let change = SlackCanvasChange::new(SlackCanvasOperation::InsertAfter)
        .with_section_id(sections[0].id.clone())
        .with_document_content(content("It burns."));
    let edit = SlackApiCanvasesEditRequest::new(canvas, vec![change]);
    session.canvases_edit(&edit).await.unwrap();
    let canvases = fixture.slack.canvases("fire-1");
    assert_eq!(canvases[0].text, "# Fire\n\nIt burns.");
}
