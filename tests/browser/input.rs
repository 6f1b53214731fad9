//! User actions in a window: with the mouse, with the keyboard only, or by touch.

use std::time::Duration;

use serde_json::json;
use thirtyfour::action_chain::ActionChain;
use thirtyfour::common::action::{ActionSource, PointerAction, PointerActionType};
use thirtyfour::common::command::Command;
use thirtyfour::prelude::*;

use crate::selectors;
use crate::window::Window;

/// The input device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputMethod {
    Mouse,
    Keyboard,
    Touch,
}

/// How often Tab or an arrow key is pressed before an element counts as unreachable.
const MAX_KEY_PRESSES: usize = 80;

impl Window {
    /// Presses a button, a link or an option.
    pub async fn clicks(&self, selector: &str) {
        let target = self.sees(selector).await;
        match self.input {
            InputMethod::Mouse => target.click().await.unwrap(),
            InputMethod::Touch => self.taps(&target).await,
            InputMethod::Keyboard => {
                self.tabs_to(&target).await;
                self.presses_key(Key::Enter).await;
            }
        }
    }

    /// Presses the mouse button on an element without releasing it.
    pub async fn presses_mouse_on(&self, selector: &str) {
        let target = self.sees(selector).await;
        self.with_mouse(|mouse| mouse.move_to_element_center(&target).click_and_hold())
            .await;
    }

    /// Releases the mouse button.
    pub async fn releases_mouse(&self) {
        self.with_mouse(ActionChain::release).await;
    }

    async fn with_mouse(&self, moves: impl FnOnce(ActionChain) -> ActionChain) {
        let session = self.session().await;
        let mouse = session.action_chain_with_delay(None, Some(NO_DELAY));
        moves(mouse).perform().await.unwrap();
    }

    /// Focuses a field.
    pub async fn focuses(&self, selector: &str) {
        if self.input == InputMethod::Keyboard {
            let target = self.sees(selector).await;
            self.tabs_to(&target).await;
        } else {
            self.clicks(selector).await;
        }
    }

    /// Types at the cursor.
    pub async fn types(&self, text: &str) {
        self.sends_keys(text).await;
    }

    /// Replaces the content of a field of the modal.
    pub async fn fills_in(&self, label: &str, text: &str) {
        self.focuses(&selectors::field(label)).await;
        self.presses_with_modifier(Key::Control, "a").await;
        self.sends_keys(text).await;
        self.waits_for_value(label, text).await;
    }

    /// Selects an option of a field of the modal.
    pub async fn selects(&self, label: &str, option: &str) {
        let field = selectors::field(label);
        self.focuses(&field).await;
        if self.input == InputMethod::Keyboard {
            self.sends_keys(option).await;
            self.sees(&selectors::option(option)).await;
            self.presses_key(Key::Enter).await;
        } else {
            self.clicks(&selectors::option(option)).await;
        }
        self.waits_for_value(label, option).await;
    }

    /// Accepts the composer's suggestion for the typed text.
    pub async fn accepts_suggestion(&self, words: &str) {
        let offer = selectors::option(words);
        if self.input == InputMethod::Keyboard {
            self.sees(&offer).await;
            self.presses_key(Key::Enter).await;
        } else {
            self.clicks(&offer).await;
        }
        self.waits_until_gone(&offer).await;
    }

    /// Sends the text of the composer.
    pub async fn sends_message(&self) {
        match self.input {
            InputMethod::Keyboard => self.presses_key(Key::Enter).await,
            InputMethod::Mouse | InputMethod::Touch => {
                self.clicks(&selectors::button("Send")).await;
            }
        }
    }

    /// Opens a channel.
    pub async fn opens_channel(&self, channel: &str) {
        match self.input {
            InputMethod::Mouse => self.clicks(&selectors::channel_link(channel)).await,
            InputMethod::Touch => {
                if !self.is_visible(&selectors::channel_link(channel)).await {
                    self.clicks(&selectors::button("Back to the channels"))
                        .await;
                }
                self.clicks(&selectors::channel_link(channel)).await;
            }
            InputMethod::Keyboard => {
                self.presses_with_modifier(Key::Control, "k").await;
                self.sees("//*[@id='jump-list']").await;
                self.sends_keys(channel).await;
                self.sees(&selectors::option(channel)).await;
                self.presses_key(Key::Enter).await;
            }
        }
        self.sees(&selectors::open_channel(channel)).await;
    }

    /// Opens the menu of a message and selects the entry that starts with `words`.
    pub async fn selects_message_action(&self, message: &str, words: &str) {
        let more = selectors::within(message, "//button[@aria-label='More actions']");
        match self.input {
            InputMethod::Mouse => {
                let target = self.sees(message).await;
                self.with_mouse(|mouse| mouse.move_to_element_center(&target))
                    .await;
                self.clicks(&more).await;
                self.clicks(&selectors::menu_item(words)).await;
            }
            InputMethod::Touch => {
                self.clicks(&more).await;
                self.clicks(&selectors::menu_item(words)).await;
            }
            InputMethod::Keyboard => {
                self.moves_to_message(message).await;
                self.sends_keys("m").await;
                let item = self.sees(&selectors::menu_item(words)).await;
                self.presses_key_until(Key::Down, &item).await;
                self.presses_key(Key::Enter).await;
            }
        }
    }

    /// Moves from the composer to the messages with Shift and Tab, and between messages with the arrow keys.
    async fn moves_to_message(&self, message: &str) {
        let target = self.sees(message).await;
        let last = self.sees("//main//article[@tabindex='0']").await;
        self.tabs_to(&last).await;
        self.presses_key_until(Key::Up, &target).await;
    }

    /// Presses Tab until an element has the focus.
    pub async fn tabs_to(&self, target: &WebElement) {
        const BEHIND: &str = "const [to] = arguments, from = document.activeElement; \
            return !to.closest('dialog') \
            && Boolean(to.compareDocumentPosition(from) & Node.DOCUMENT_POSITION_FOLLOWING)";
        let is_behind = self.runs_script(BEHIND, &[target]).await == true;
        for _ in 0..MAX_KEY_PRESSES {
            if self.has_focus(target).await {
                return;
            }
            if is_behind {
                self.presses_with_modifier(Key::Shift, Key::Tab + "").await;
            } else {
                self.presses_key(Key::Tab).await;
            }
        }
        panic!("Tab does not reach {}", target.outer_html().await.unwrap());
    }

    async fn presses_key_until(&self, key: Key, target: &WebElement) {
        for _ in 0..MAX_KEY_PRESSES {
            if self.has_focus(target).await {
                return;
            }
            self.presses_key(key.clone()).await;
        }
        panic!(
            "{key:?} does not reach {}",
            target.outer_html().await.unwrap()
        );
    }

    /// Returns whether an element has the focus.
    pub async fn has_focus(&self, target: &WebElement) -> bool {
        self.session().await.active_element().await.unwrap() == *target
    }

    /// Chooses a radio button with Tab and the arrow keys.
    pub async fn tabs_to_radio(&self, selector: &str) {
        const IN_GROUP: &str =
            "const [to] = arguments; return document.activeElement.name === to.name";
        let target = self.sees(selector).await;
        for _ in 0..MAX_KEY_PRESSES {
            if self.runs_script(IN_GROUP, &[&target]).await == true {
                return self.presses_key_until(Key::Down, &target).await;
            }
            self.presses_key(Key::Tab).await;
        }
        panic!("Tab does not reach {selector}");
    }

    /// Submits the form of the focused field, as with Ctrl and Enter.
    pub async fn submits_form(&self) {
        self.presses_with_modifier(Key::Control, Key::Enter + "")
            .await;
    }

    /// Taps the centre of an element. An element above it receives the tap, as with a finger.
    async fn taps(&self, target: &WebElement) {
        target.scroll_into_view().await.unwrap();
        let mut finger =
            ActionSource::<PointerAction>::new("finger", PointerActionType::Touch, Some(NO_DELAY));
        finger.move_to_element_center(target.element_id());
        finger.click();
        let actions = json!([finger]);
        let session = self.session().await;
        session
            .handle()
            .cmd(Command::PerformActions(actions.into()))
            .await
            .unwrap();
    }

    /// Presses a key.
    pub async fn presses_key(&self, key: Key) {
        self.sends_keys(key + "").await;
    }

    /// Presses keys while another one is down.
    pub async fn presses_with_modifier(&self, modifier: Key, keys: impl Into<TypingData>) {
        let keyboard = self
            .session()
            .await
            .action_chain_with_delay(Some(NO_DELAY), None);
        let chain = keyboard
            .key_down(modifier.clone())
            .send_keys(keys)
            .key_up(modifier);
        chain.perform().await.unwrap();
    }

    async fn sends_keys(&self, keys: impl Into<TypingData>) {
        let keyboard = self
            .session()
            .await
            .action_chain_with_delay(Some(NO_DELAY), None);
        keyboard.send_keys(keys).perform().await.unwrap();
    }
}

const NO_DELAY: Duration = Duration::ZERO;
