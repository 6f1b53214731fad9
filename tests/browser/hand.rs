//! What somebody does in a window: with the mouse, with the keyboard alone, or with a finger.

use std::time::Duration;

use serde_json::json;
use thirtyfour::action_chain::ActionChain;
use thirtyfour::common::action::{ActionSource, PointerAction, PointerActionType};
use thirtyfour::common::command::Command;
use thirtyfour::prelude::*;

use crate::places;
use crate::window::Window;

/// What somebody uses the page with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    Mouse,
    Keyboard,
    Touch,
}

/// How often Tab or an arrow is pressed before something counts as out of reach.
const PATIENCE: usize = 80;

impl Window {
    /// Presses something: a button, a link, an option.
    pub async fn presses(&self, place: &str) {
        let target = self.sees(place).await;
        match self.hand {
            Hand::Mouse => target.click().await.unwrap(),
            Hand::Touch => self.taps(&target).await,
            Hand::Keyboard => {
                self.tabs_to(&target).await;
                self.hits(Key::Enter).await;
            }
        }
    }

    /// Puts the mouse down on something, and does not let go.
    pub async fn holds_down(&self, place: &str) {
        let target = self.sees(place).await;
        self.with_mouse(|mouse| mouse.move_to_element_center(&target).click_and_hold())
            .await;
    }

    /// Lets go of what the mouse was put down on.
    pub async fn lets_go(&self) {
        self.with_mouse(ActionChain::release).await;
    }

    async fn with_mouse(&self, moves: impl FnOnce(ActionChain) -> ActionChain) {
        let session = self.session().await;
        let mouse = session.action_chain_with_delay(None, Some(INSTANT));
        moves(mouse).perform().await.unwrap();
    }

    /// Goes to a field.
    pub async fn goes_to(&self, place: &str) {
        if self.hand == Hand::Keyboard {
            let target = self.sees(place).await;
            self.tabs_to(&target).await;
        } else {
            self.presses(place).await;
        }
    }

    /// Types where the cursor is.
    pub async fn types(&self, text: &str) {
        self.keys(text).await;
    }

    /// Writes into a field of the form, instead of what stands there.
    pub async fn fills_in(&self, label: &str, text: &str) {
        self.goes_to(&places::field(label)).await;
        self.holds(Key::Control, "a").await;
        self.keys(text).await;
        self.field_says(label, text).await;
    }

    /// Chooses an option of a field of the form.
    pub async fn chooses(&self, label: &str, option: &str) {
        let field = places::field(label);
        self.goes_to(&field).await;
        if self.hand == Hand::Keyboard {
            self.keys(option).await;
            self.sees(&places::option(option)).await;
            self.hits(Key::Enter).await;
        } else {
            self.presses(&places::option(option)).await;
        }
        self.field_says(label, option).await;
    }

    /// Takes what the composer offers for what was typed.
    pub async fn takes_the_offer(&self, words: &str) {
        let offer = places::option(words);
        if self.hand == Hand::Keyboard {
            self.sees(&offer).await;
            self.hits(Key::Enter).await;
        } else {
            self.presses(&offer).await;
        }
        self.sees_no_longer(&offer).await;
    }

    /// Sends what stands in the composer.
    pub async fn sends(&self) {
        match self.hand {
            Hand::Keyboard => self.hits(Key::Enter).await,
            Hand::Mouse | Hand::Touch => self.presses(&places::button("Send")).await,
        }
    }

    /// Goes to a channel.
    pub async fn opens_channel(&self, channel: &str) {
        match self.hand {
            Hand::Mouse => self.presses(&places::listed(channel)).await,
            Hand::Touch => {
                if !self.shows(&places::listed(channel)).await {
                    self.presses(&places::button("Back to the channels")).await;
                }
                self.presses(&places::listed(channel)).await;
            }
            Hand::Keyboard => {
                self.holds(Key::Control, "k").await;
                self.sees("//*[@id='jump-list']").await;
                self.keys(channel).await;
                self.sees(&places::option(channel)).await;
                self.hits(Key::Enter).await;
            }
        }
        self.sees(&places::open_channel(channel)).await;
    }

    /// Opens the menu of a message and chooses what begins with these words.
    pub async fn chooses_in_menu_of(&self, message: &str, words: &str) {
        let more = places::within(message, "//button[@aria-label='More actions']");
        match self.hand {
            Hand::Mouse => {
                let target = self.sees(message).await;
                self.with_mouse(|mouse| mouse.move_to_element_center(&target))
                    .await;
                self.presses(&more).await;
                self.presses(&places::menu_item(words)).await;
            }
            Hand::Touch => {
                self.presses(&more).await;
                self.presses(&places::menu_item(words)).await;
            }
            Hand::Keyboard => {
                self.walks_to_message(message).await;
                self.keys("m").await;
                let item = self.sees(&places::menu_item(words)).await;
                self.strikes_until(Key::Down, &item).await;
                self.hits(Key::Enter).await;
            }
        }
    }

    /// From the field to the messages with Shift and Tab, and among them with the arrows.
    async fn walks_to_message(&self, message: &str) {
        let target = self.sees(message).await;
        let last = self.sees("//main//article[@tabindex='0']").await;
        self.tabs_to(&last).await;
        self.strikes_until(Key::Up, &target).await;
    }

    async fn tabs_to(&self, target: &WebElement) {
        const BEHIND: &str = "const [to] = arguments, from = document.activeElement; \
            return !to.closest('dialog') \
            && Boolean(to.compareDocumentPosition(from) & Node.DOCUMENT_POSITION_FOLLOWING)";
        let is_behind = self.asks(BEHIND, &[target]).await == true;
        for _ in 0..PATIENCE {
            if self.is_on(target).await {
                return;
            }
            if is_behind {
                self.holds(Key::Shift, Key::Tab + "").await;
            } else {
                self.hits(Key::Tab).await;
            }
        }
        panic!(
            "Tab does not lead to {}",
            target.outer_html().await.unwrap()
        );
    }

    async fn strikes_until(&self, key: Key, target: &WebElement) {
        for _ in 0..PATIENCE {
            if self.is_on(target).await {
                return;
            }
            self.hits(key.clone()).await;
        }
        panic!(
            "{key:?} does not lead to {}",
            target.outer_html().await.unwrap()
        );
    }

    async fn is_on(&self, target: &WebElement) -> bool {
        self.session().await.active_element().await.unwrap() == *target
    }

    /// Taps the middle of something; whatever lies over it gets the tap, as with a real finger.
    async fn taps(&self, target: &WebElement) {
        target.scroll_into_view().await.unwrap();
        let mut finger =
            ActionSource::<PointerAction>::new("finger", PointerActionType::Touch, Some(INSTANT));
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

    async fn hits(&self, key: Key) {
        self.keys(key + "").await;
    }

    async fn holds(&self, held: Key, keys: impl Into<TypingData>) {
        let keyboard = self
            .session()
            .await
            .action_chain_with_delay(Some(INSTANT), None);
        let chain = keyboard.key_down(held.clone()).send_keys(keys).key_up(held);
        chain.perform().await.unwrap();
    }

    async fn keys(&self, keys: impl Into<TypingData>) {
        let keyboard = self
            .session()
            .await
            .action_chain_with_delay(Some(INSTANT), None);
        keyboard.send_keys(keys).perform().await.unwrap();
    }
}

const INSTANT: Duration = Duration::ZERO;
