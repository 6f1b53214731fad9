//! User actions in the Home view, with shortcuts, and with buttons and multi-selects of modals.

use muster_sandbox::{ActionResult, View};

use crate::harness::user::TestUser;

impl TestUser<'_> {
    /// Opens the Home view. Returns its text.
    pub async fn opens_home(&self) -> String {
        self.after_action(self.world.slack.opens_home(self.name).await)
            .await;
        self.reads_home()
    }

    /// Returns the text of the Home view, which the user opened before.
    pub fn reads_home(&self) -> String {
        self.world.slack.render_view(&self.home_view())
    }

    /// Returns the Home view.
    pub fn home_view(&self) -> View {
        let home = self.world.slack.home_view(self.name);
        home.expect("the Home view was not published")
    }

    /// Clicks a button of the Home view. Returns the screen after it.
    pub async fn clicks_at_home(&self, button: &str) -> ActionResult {
        self.acts_in_view(&self.home_view(), button, None).await
    }

    /// Clicks one of several buttons with the same action ID in the Home view, or selects in one of its
    /// menus.
    pub async fn selects_at_home(&self, element: &str, value: &str) -> ActionResult {
        self.acts_in_view(&self.home_view(), element, Some(value))
            .await
    }

    /// Clicks one of several buttons with the same action ID in the open modal, or selects in a field that
    /// dispatches its value at once.
    pub async fn selects_in_modal(&self, element: &str, value: &str) -> ActionResult {
        self.acts_in_view(&self.modal(), element, Some(value)).await
    }

    /// Selects several values in a field of the open modal: options, users or channels.
    pub async fn fills_several(&self, label: &str, values: &[&str]) {
        let (slack, view) = (&self.world.slack, self.modal());
        let filled = slack.fills(self.name, &view.id, label, values);
        assert_eq!(filled.await, Ok(()), "filling in {label}");
    }

    /// Closes the open modal without submitting it.
    pub async fn closes_modal(&self) -> ActionResult {
        let view = self.modal();
        self.after_action(self.world.slack.closes(self.name, &view.id).await)
            .await
    }

    /// Starts a global shortcut. Returns the screen after it.
    pub async fn runs_shortcut(&self, shortcut: &str) -> ActionResult {
        self.after_action(self.world.slack.runs_shortcut(self.name, shortcut).await)
            .await
    }

    async fn acts_in_view(&self, view: &View, element: &str, value: Option<&str>) -> ActionResult {
        let slack = &self.world.slack;
        let acted = slack.clicks_in_view(self.name, &view.id, element, value);
        self.after_action(acted.await).await
    }
}
