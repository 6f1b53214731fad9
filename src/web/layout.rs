//! The surroundings of the content of every page: the head, the navigation, the theme.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::domain::{AccountKind, User};
use crate::error::Error;
use crate::web::error_page::ErrorPage;
use crate::web::{assets, cookies, routes};

/// The response of a page's handler.
pub(crate) type PageResult = Result<Response, ErrorPage>;

/// The colours of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the device is set.
    #[default]
    Device,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All themes.
    pub(crate) const ALL: [Self; 3] = [Self::Device, Self::Light, Self::Dark];

    /// Returns the theme of a request, from its cookie.
    pub(crate) fn of_request(headers: &HeaderMap) -> Self {
        Self::from_name(cookies::find(headers, "theme").unwrap_or_default())
    }

    /// Returns the theme with this name; that of the device if there is none.
    pub(crate) fn from_name(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|theme| theme.as_str() == name);
        known.unwrap_or_default()
    }

    /// Returns the value of the cookie and of `data-theme`; empty for the theme of the device.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Device => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Returns the colours of the browser's own bars, each with the media query for which it holds.
    fn bar_colors(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Device => &[
                ("(prefers-color-scheme: light)", LIGHT_BAR),
                ("(prefers-color-scheme: dark)", DARK_BAR),
            ],
            Self::Light => &[("screen", LIGHT_BAR)],
            Self::Dark => &[("screen", DARK_BAR)],
        }
    }

    /// Returns the label in the profile.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Device => "Same as device",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// The colour of the top bar, `--card` of the style sheet, in both schemes.
pub(crate) const LIGHT_BAR: &str = "#ffffff";
const DARK_BAR: &str = "#1a1d24";

/// Whether single letters are shortcuts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shortcuts {
    /// They are.
    #[default]
    On,
    /// They are not: a user types by voice or presses keys by accident (WCAG 2.1.4).
    Off,
}

impl Shortcuts {
    /// Returns whether shortcuts are on in the browser of a request, from its cookie.
    pub(crate) fn of_request(headers: &HeaderMap) -> Self {
        Self::from_name(cookies::find(headers, "shortcuts").unwrap_or_default())
    }

    /// Returns the value with this name; on, if there is none.
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "off" => Self::Off,
            _ => Self::On,
        }
    }

    /// Returns the value of the cookie and of `data-shortcuts`; empty if they are on.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::On => "",
            Self::Off => "off",
        }
    }
}

/// The part of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// The list of incidents, and each incident.
    Incidents,
    /// The tasks.
    Tasks,
    /// The alerts.
    Alerts,
    /// The list of postmortems, and each postmortem.
    Postmortems,
    /// The form that declares an incident.
    Declare,
    /// The user's clipboard.
    Clipboard,
    /// The settings.
    Settings,
    /// The handbook.
    Help,
    /// The user's profile.
    Profile,
    /// None of them.
    Other,
}

impl Section {
    /// Returns the path of its icon, which a phone shows above the label. It is drawn with a line of constant width on
    /// an area of 24 by 24.
    fn icon(self) -> &'static str {
        match self {
            Self::Incidents => "M12 4 2.5 20h19zM12 10v4.5M12 17v.01",
            Self::Tasks => "M4 4h16v16H4zM8 12l3 3 5.5-6",
            Self::Alerts => "M6 17v-6a6 6 0 0 1 12 0v6l1.5 1.5H4.5zM10 21.5h4",
            Self::Declare => "M12 4v16M4 12h16",
            Self::Postmortems
            | Self::Clipboard
            | Self::Settings
            | Self::Help
            | Self::Profile
            | Self::Other => "",
        }
    }

    /// Returns the keys that open it; empty if there are none.
    fn keys(self) -> &'static str {
        match self {
            Self::Incidents => "gi",
            Self::Tasks => "gt",
            Self::Declare => "c",
            Self::Help => "gh",
            Self::Alerts
            | Self::Postmortems
            | Self::Clipboard
            | Self::Settings
            | Self::Profile
            | Self::Other => "",
        }
    }
}

/// The links of the navigation. A link is shown once its page exists. Those with an icon are always visible; on a narrow
/// screen, the others are under **More**.
const NAVIGATION: [(Section, &str, &str); 7] = [
    (Section::Incidents, "/incidents", "Incidents"),
    (Section::Tasks, "/tasks", "Tasks"),
    (Section::Alerts, "/alerts", "Alerts"),
    (Section::Declare, "/incidents/new", "Declare Incident"),
    (Section::Postmortems, "/postmortems", "Postmortems"),
    (Section::Settings, "/settings", "Settings"),
    (Section::Help, "/help", "Help"),
];

static EXISTING: LazyLock<Vec<(Section, &str, &str)>> = LazyLock::new(|| {
    let paths: Vec<_> = routes::routes().iter().map(|route| route.path).collect();
    let links = NAVIGATION.into_iter();
    links.filter(|(_, path, _)| paths.contains(path)).collect()
});

/// A link of the navigation.
pub(crate) struct NavLink {
    pub(crate) path: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_current: bool,
    /// Whether it is the most important action.
    pub(crate) is_primary: bool,
    /// The path of its icon; empty if the link is under **More**.
    pub(crate) icon: &'static str,
    /// The keys that open it; empty if there are none.
    pub(crate) keys: &'static str,
}

/// The surroundings of the content of a page.
pub(crate) struct Layout {
    theme: Theme,
    shortcuts: Shortcuts,
    section: Section,
    /// The user; `None` if they are not known.
    user: Option<User>,
}

impl Layout {
    /// Creates the layout of a page for a user.
    pub(crate) fn for_user(theme: Theme, section: Section, user: &User) -> Self {
        Self {
            theme,
            shortcuts: Shortcuts::On,
            section,
            user: Some(user.clone()),
        }
    }

    /// Creates the layout of a page that does not know its user.
    pub(crate) fn anonymous(theme: Theme) -> Self {
        Self {
            theme,
            shortcuts: Shortcuts::On,
            section: Section::Other,
            user: None,
        }
    }

    /// Returns the layout with shortcuts on or off.
    pub(crate) fn with_shortcuts(self, shortcuts: Shortcuts) -> Self {
        Self { shortcuts, ..self }
    }

    /// Returns the value of `data-shortcuts`.
    pub(crate) fn shortcuts(&self) -> &'static str {
        self.shortcuts.as_str()
    }

    /// Returns the value of `data-theme`.
    pub(crate) fn theme(&self) -> &'static str {
        self.theme.as_str()
    }

    /// Returns the colours of the browser's own bars, each with the media query for which it holds.
    pub(crate) fn bar_colors(&self) -> &'static [(&'static str, &'static str)] {
        self.theme.bar_colors()
    }

    /// Returns the name of the user.
    pub(crate) fn user(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.name.as_str())
    }

    /// Returns the initials of the user.
    pub(crate) fn initials(&self) -> String {
        let names = self.user().unwrap_or_default().split_whitespace();
        let first = names.filter_map(|name| name.chars().next());
        first.take(2).flat_map(char::to_uppercase).collect()
    }

    /// Returns whether the page is the user's profile.
    pub(crate) fn is_profile(&self) -> bool {
        self.section == Section::Profile
    }

    /// Returns the links of the navigation that are always visible.
    pub(crate) fn nav(&self) -> Vec<NavLink> {
        let mut links = self.links();
        links.retain(|link| !link.icon.is_empty());
        links
    }

    /// Returns the links under **More**.
    pub(crate) fn more(&self) -> Vec<NavLink> {
        let mut links = self.links();
        links.retain(|link| link.icon.is_empty());
        links
    }

    /// Returns the links of the navigation. Guests may not see the settings.
    fn links(&self) -> Vec<NavLink> {
        let user = self.user.as_ref();
        let is_guest = user.is_some_and(|user| user.account_kind == AccountKind::Guest);
        let links = EXISTING.iter();
        let links = links.filter(|(section, ..)| !(is_guest && *section == Section::Settings));
        let link = |(section, path, label): &(Section, &'static str, &'static str)| NavLink {
            path,
            label,
            is_current: *section == self.section,
            is_primary: *section == Section::Declare,
            icon: section.icon(),
            keys: section.keys(),
        };
        links.map(link).collect()
    }

    /// Returns the address of an asset.
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
}

/// Renders a page.
pub(crate) fn page(template: &impl Template) -> PageResult {
    page_with_status(StatusCode::OK, template)
}

/// Renders a page with a status, such as 422 for a form with errors.
pub(crate) fn page_with_status(status: StatusCode, template: &impl Template) -> PageResult {
    let body = template.render().map_err(Error::internal)?;
    Ok(html(status, body))
}

/// Returns the response of a rendered page. `Vary`: htmx asks the same address for a part of the page.
pub(crate) fn html(status: StatusCode, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::VARY, "HX-Request-Type, Cookie"),
    ];
    (status, headers, body).into_response()
}
