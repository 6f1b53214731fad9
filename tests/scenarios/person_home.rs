//! What people do at the app's Home, in its shortcuts, and with the buttons and lists of forms.

use muster::sandbox::{Seen, View};

use super::person::Person;

impl Person<'_> {
    /// Opens the app's Home tab; gives what stands there then.
    pub async fn opens_home(&self) -> String {
        self.did(self.world.slack.opens_home(self.name).await).await;
        self.reads_home()
    }

    /// Reads the app's Home tab, which they opened before.
    pub fn reads_home(&self) -> String {
        self.world.slack.read_view(&self.home())
    }

    /// Looks at the app's Home tab.
    pub fn home(&self) -> View {
        let home = self.world.slack.home(self.name);
        home.expect("their Home was published")
    }

    /// Presses a button of their Home; gives what is then on their screen.
    pub async fn presses_at_home(&self, button: &str) -> Seen {
        self.acts(&self.home(), button, None).await
    }

    /// Presses one of several buttons of a name at their Home, or chooses in one of its menus.
    pub async fn picks_at_home(&self, element: &str, value: &str) -> Seen {
        self.acts(&self.home(), element, Some(value)).await
    }

    /// Presses one of several buttons of a name in the form on their screen, or chooses in a field that tells
    /// the bot at once.
    pub async fn picks_in_form(&self, element: &str, value: &str) -> Seen {
        self.acts(&self.form(), element, Some(value)).await
    }

    /// Chooses several in a field of the form on their screen: options, people, channels.
    pub async fn fills_several(&self, label: &str, values: &[&str]) {
        let (slack, view) = (&self.world.slack, self.form());
        let filled = slack.fills(self.name, &view.id, label, values);
        assert_eq!(filled.await, Ok(()), "filling in {label}");
    }

    /// Closes the form on their screen without sending it.
    pub async fn closes(&self) -> Seen {
        let view = self.form();
        self.did(self.world.slack.closes(self.name, &view.id).await)
            .await
    }

    /// Starts a global shortcut; gives what is then on their screen.
    pub async fn starts(&self, shortcut: &str) -> Seen {
        self.did(self.world.slack.shortcut(self.name, shortcut).await)
            .await
    }

    async fn acts(&self, view: &View, element: &str, value: Option<&str>) -> Seen {
        let slack = &self.world.slack;
        let acted = slack.acts_in_view(self.name, &view.id, element, value);
        self.did(acted.await).await
    }
}
