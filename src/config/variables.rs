//! The environment variables, with their defaults and descriptions.

/// An environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name in the environment and in `.env`.
    pub name: &'static str,
    /// The default; empty if there is none.
    pub default: &'static str,
    /// A description in one line.
    pub description: &'static str,
}

const fn variable(
    name: &'static str,
    default: &'static str,
    description: &'static str,
) -> Variable {
    Variable {
        name,
        default,
        description,
    }
}

/// All variables, in the order of `.env.example`.
pub const VARIABLES: &[Variable] = &[
    variable(
        "SLACK_BOT_TOKEN",
        "",
        "Bot token (xoxb-…). If unset, the sandbox starts.",
    ),
    variable(
        "SLACK_APP_TOKEN",
        "",
        "App-level token (xapp-…). Enables Socket Mode.",
    ),
    variable(
        "SLACK_SIGNING_SECRET",
        "",
        "Signing secret of the app. Enables requests over HTTP.",
    ),
    variable(
        "SLACK_CLIENT_ID",
        "",
        "Client ID of the app. With the client secret, enables Sign in with Slack.",
    ),
    variable("SLACK_CLIENT_SECRET", "", "Client secret of the app."),
    variable(
        "SLACK_API_URL",
        "https://slack.com/api",
        "URL of Slack's Web API. http:// only on this machine.",
    ),
    variable(
        "SLASH_COMMAND",
        "/datadog",
        "Slash command that users type in Slack.",
    ),
    variable(
        "INCIDENTS_CHANNEL",
        "",
        "Announcements channel, by name or ID. If unset, incidents aren't announced (sandbox: incidents).",
    ),
    variable(
        "LISTEN_ADDR",
        "127.0.0.1:3000",
        "Address and port of the HTTP server.",
    ),
    variable(
        "OPS_ADDR",
        "",
        "Address and port of /metrics and /readyz. If unset, LISTEN_ADDR serves them, but not through a proxy.",
    ),
    variable(
        "PUBLIC_URL",
        "",
        "URL of the bot, for its pages and for HTTP (https://…). If unset, there are no pages (sandbox: LISTEN_ADDR).",
    ),
    variable(
        "PAGERDUTY_API_URL",
        "https://events.pagerduty.com",
        "URL of PagerDuty's Events API, such as https://events.eu.pagerduty.com.",
    ),
    variable("DATABASE_PATH", "var/incidents.db", "Database file."),
    variable(
        "MAIL_URL",
        "",
        "Mail relay (smtps://user@host, smtp://user@host?tls=required). If unset, mail becomes files in var/mail.",
    ),
    variable(
        "MAIL_FROM",
        "",
        "Sender of mail, such as Muster <muster@example.com>. Required with MAIL_URL.",
    ),
    variable("MAIL_PASSWORD", "", "Password of the user in MAIL_URL."),
    variable(
        "MAIL_REPLY_TO",
        "",
        "Address for replies to mail. If unset, mail says that replies aren't read.",
    ),
    variable(
        "CONFLUENCE_URL",
        "",
        "Confluence to which postmortems are exported, such as https://acme.atlassian.net. If unset, there is none.",
    ),
    variable(
        "CONFLUENCE_USER",
        "",
        "Mail address of the user of the API token in Confluence Cloud. If unset, it is Data Center.",
    ),
    variable(
        "CONFLUENCE_TOKEN",
        "",
        "API token of Confluence Cloud, or personal access token of Data Center.",
    ),
    variable("CONFLUENCE_SPACE", "", "Key of the space, such as OPS."),
    variable(
        "CONFLUENCE_PARENT",
        "",
        "ID of the page below which pages are created. If unset, they are at the top of the space.",
    ),
    variable(
        "DATADOG_API_URL",
        "https://api.datadoghq.com",
        "URL of Datadog's API, such as https://api.datadoghq.eu.",
    ),
    variable(
        "DATADOG_API_KEY",
        "",
        "API key of Datadog. With the application key, enables the export of postmortems to notebooks.",
    ),
    variable("DATADOG_APP_KEY", "", "Application key of Datadog."),
    variable(
        "RUST_LOG",
        "info,slack_morphism=warn",
        "Log filter. Don't use debug or trace for slack_morphism: it logs message texts.",
    ),
    variable(
        "SANDBOX_ADDR",
        "127.0.0.1:3001",
        "Address and port of the sandbox.",
    ),
];
