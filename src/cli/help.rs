//! `muster help`: the list of the handbook's pages, and each page.

use clap::CommandFactory;

use crate::cli::args::CommandLine;
use crate::cli::command_error::CommandError;
use crate::handbook::{TOPICS, closest_topic, find_topic};

/// Returns the page with this name, the help of the subcommand with this name, or without a name the list of
/// all pages.
pub fn help_text(name: Option<&str>) -> Result<String, CommandError> {
    let Some(name) = name else {
        return Ok(topic_list());
    };
    let page = find_topic(name).map(|topic| topic.text.trim_end().to_owned());
    page.or_else(|| subcommand_help(name))
        .ok_or_else(|| unknown_topic(name))
}

fn topic_list() -> String {
    let width = TOPICS.iter().map(|topic| topic.name.len()).max();
    let width = width.unwrap_or_default();
    let mut text = "The handbook of Muster. `muster help <topic>` prints a page:\n\n".to_owned();
    for topic in TOPICS {
        text.push_str(&format!("  {:width$}  {}\n", topic.name, topic.summary));
    }
    text.push_str("\n`muster --help` lists the subcommands and the environment variables.");
    text
}

fn subcommand_help(name: &str) -> Option<String> {
    // Building sets the full name of each subcommand: `muster backup` instead of `backup`.
    let mut program = CommandLine::command();
    program.build();
    let subcommand = program.find_subcommand_mut(name)?;
    let help = subcommand.render_long_help().to_string();
    Some(help.trim_end().to_owned())
}

fn unknown_topic(name: &str) -> CommandError {
    let suggestion = closest_topic(name).map_or_else(String::new, |topic| {
        format!(" Did you mean `muster help {}`?", topic.name)
    });
    CommandError::invalid_argument(format!(
        "There's no help page “{name}”.{suggestion} `muster help` lists the topics."
    ))
}
