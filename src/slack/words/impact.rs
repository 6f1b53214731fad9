//! What became of an impact, in words.

use muster_commands::limits;

use super::{Piece, QUOTED, Sentence, plain, starting};
use crate::domain::{ImpactChange, Line, Moment, What};

/// Gives what became of an impact. Times that are those of the telling go without saying.
pub fn told(who: Option<&Piece>, line: &Line) -> Vec<Sentence> {
    let by = |rest: Sentence| starting(who.cloned(), rest);
    let is_now = |at: Moment| line.at.since(at).num_seconds() < 60;
    match &line.what {
        What::ImpactStarted {
            description,
            since,
            until,
            ..
        } => {
            let mut rest = vec![plain(" added an impact")];
            if let Some(since) = since.filter(|since| !is_now(*since)) {
                rest.extend([plain(" since "), Piece::Time(since)]);
            }
            if let Some(until) = until {
                rest.extend([plain(" until "), Piece::Time(*until)]);
            }
            rest.push(match description.as_str() {
                "" => plain("."),
                text => plain(format!(": {}", limits::cut(text, QUOTED))),
            });
            vec![by(rest)]
        }
        What::ImpactEnded { at } => match at.filter(|at| !is_now(*at)) {
            Some(at) => vec![by(vec![
                plain(" ended the impact at "),
                Piece::Time(at),
                plain("."),
            ])],
            None => vec![by(vec![plain(" ended the impact.")])],
        },
        What::ImpactEdited { changes, .. } => {
            changes.iter().map(|change| by(edited(change))).collect()
        }
        _ => Vec::new(),
    }
}

/// Gives what was changed of an impact, without who did it.
fn edited(change: &ImpactChange) -> Sentence {
    match change {
        ImpactChange::Start { to, .. } => vec![
            plain(" moved the start of the impact to "),
            Piece::Time(*to),
            plain("."),
        ],
        ImpactChange::End { to: Some(to), .. } => vec![
            plain(" moved the end of the impact to "),
            Piece::Time(*to),
            plain("."),
        ],
        ImpactChange::End { to: None, .. } => {
            vec![plain(" took the end of the impact away: it goes on.")]
        }
        ImpactChange::Description { to, .. } if to.is_empty() => {
            vec![plain(" emptied the description of the impact.")]
        }
        ImpactChange::Description { to, .. } => vec![plain(format!(
            " described the impact: {}",
            limits::cut(to, QUOTED)
        ))],
    }
}
