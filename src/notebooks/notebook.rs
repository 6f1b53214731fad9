//! A notebook as it is written.

use serde_json::{Value, json};

use crate::notebooks::export::NotebookReceipt;

/// The longest name of a notebook. Datadog: 80 characters.
const LONGEST_NAME: usize = 80;

/// A notebook to be written.
#[derive(Clone, Debug)]
pub(crate) struct NotebookExport {
    pub(super) name: String,
    /// The beginning of the name, which is the same in all versions: `IR-7`.
    pub(super) label: String,
    /// The texts in Markdown.
    cells: Vec<String>,
    /// The name of the mark, which is the same in all versions.
    marker: String,
    /// The result of the latest export that is known.
    pub(super) receipt: Option<NotebookReceipt>,
}

impl NotebookExport {
    /// Creates an empty notebook. The name starts with the label; `marker` names the store and the incident.
    pub(crate) fn new(label: &str, name: &str, marker: &str) -> Self {
        Self {
            name: shortened(name),
            label: label.to_owned(),
            cells: Vec::new(),
            marker: marker.to_owned(),
            receipt: None,
        }
    }

    /// Adds a cell. Datadog rejects empty ones, which are left out.
    pub(crate) fn add_cell(&mut self, markdown: &str) {
        let markdown = markdown.trim();
        if !markdown.is_empty() {
            self.cells.push(markdown.to_owned());
        }
    }

    /// Adds the result of the latest export.
    #[must_use]
    pub(crate) fn with_receipt(self, receipt: Option<NotebookReceipt>) -> Self {
        Self { receipt, ..self }
    }

    /// Returns the body of the request that creates the notebook.
    pub(super) fn creation(&self) -> Value {
        let mut body = self.update();
        body["data"]["attributes"]["metadata"] = json!({ "type": "postmortem" });
        body
    }

    /// Returns the body of the request that replaces the content.
    pub(super) fn update(&self) -> Value {
        let last = self.cells.len().saturating_sub(1);
        let cells = self.cells.iter().enumerate().map(|(index, text)| {
            let text = match index == last {
                true => format!("{text}\n\n{}", self.marker_definition()),
                false => text.clone(),
            };
            let definition = json!({ "type": "markdown", "text": text });
            json!({ "type": "notebook_cells", "attributes": { "definition": definition } })
        });
        let attributes = json!({
            "name": self.name,
            "cells": cells.collect::<Vec<_>>(),
            "time": { "live_span": "1h" },
            "status": "published",
        });
        json!({ "data": { "type": "notebooks", "attributes": attributes } })
    }

    /// Returns whether a notebook of Datadog is one of this incident.
    pub(super) fn is_in(&self, notebook: &Value) -> bool {
        let cells = notebook["attributes"]["cells"].as_array();
        let marker = self.marker_definition();
        cells.into_iter().flatten().any(|cell| {
            let text = &cell["attributes"]["definition"]["text"];
            text.as_str().is_some_and(|text| text.contains(&marker))
        })
    }

    /// Returns the invisible mark: the definition of a link that is not used.
    fn marker_definition(&self) -> String {
        format!("[//]: # ({})", self.marker)
    }
}

/// Returns a name without line breaks, of at most 80 characters.
fn shortened(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().count() <= LONGEST_NAME {
        return name;
    }
    let start: String = name.chars().take(LONGEST_NAME - 1).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(text: &str) -> NotebookExport {
        let mut export = NotebookExport::new("IR-7", "IR-7 Checkout is slow", "muster-1-ir-7");
        export.add_cell("# Summary");
        export.add_cell(" \n");
        export.add_cell(text);
        export
    }

    #[test]
    fn notebook_is_recognized_by_its_mark() {
        let first = export("a");
        let notebook = &first.creation()["data"];
        assert_eq!(
            notebook["attributes"]["cells"].as_array().map(Vec::len),
            Some(2)
        );
        assert!(export("b").is_in(notebook));
        let other = NotebookExport::new("IR-70", "", "muster-1-ir-70");
        assert!(!other.is_in(notebook));
    }

    #[test]
    fn long_name_is_shortened_to_80_characters() {
        let export = NotebookExport::new("IR-7", &format!("IR-7 {}", "ä ".repeat(60)), "muster");
        assert!(export.name.chars().count() <= 80, "{}", export.name);
        assert!(export.name.starts_with("IR-7 ä ä") && export.name.ends_with("ä…"));
    }
}
