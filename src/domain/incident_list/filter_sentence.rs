//! A filter in words: “Open, SEV-1 or SEV-2, last 7 days”.

use crate::{
    DeclaredRange, FieldDefinition, FieldSelection, FilterField, ImpactState, IncidentFilter,
    Settings, Severity, Status, UserNames, Visibility,
};

/// A restricted field in words. A page shows a link next to it that lifts the restriction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterPart {
    /// The field.
    pub field: FilterField,
    /// The restriction, such as `SEV-1 or SEV-2`.
    pub text: String,
}

/// The names that a filter in words contains.
#[derive(Clone, Copy)]
pub struct FilterNames<'a> {
    /// The names of the commanders.
    pub users: &'a UserNames,
    /// The settings, with the labels of the fields.
    pub settings: &'a Settings,
}

impl IncidentFilter {
    /// Returns the filter as a sentence.
    pub fn sentence(&self, names: FilterNames<'_>) -> String {
        let parts = self.parts(names);
        if parts.is_empty() {
            return "All incidents".to_owned();
        }
        let texts: Vec<_> = parts.into_iter().map(|part| part.text).collect();
        texts.join(", ")
    }

    /// Returns the restricted fields in words, in the order of the sentence. The first one is capitalized.
    pub fn parts(&self, names: FilterNames<'_>) -> Vec<FilterPart> {
        let fields = self.restricted_fields().into_iter();
        let parts = fields.enumerate().map(|(index, field)| {
            let text = self.part_text(&field, names);
            let text = if index == 0 { capitalize(&text) } else { text };
            FilterPart { field, text }
        });
        parts.collect()
    }

    fn part_text(&self, field: &FilterField, names: FilterNames<'_>) -> String {
        match field {
            FilterField::Words => format!("“{}”", self.words),
            FilterField::Status if self.statuses == Self::default().statuses => "open".to_owned(),
            FilterField::Status => either(self.statuses.iter().map(|it| status_text(*it))),
            FilterField::Severity => either(self.severities.iter().copied().map(Severity::as_str)),
            FilterField::Commander => {
                let commanders = self.commanders.iter();
                let names = commanders.map(|it| names.users.get(it).unwrap_or(it.as_str()));
                format!("commanded by {}", either(names))
            }
            FilterField::Mine => "mine".to_owned(),
            FilterField::Impact => either(self.impacts.iter().map(|it| impact_text(*it))),
            FilterField::Detection => {
                let methods = self.detection_methods.iter();
                let labels = methods.map(|it| it.label().to_lowercase());
                format!("detection method {}", either(labels))
            }
            FilterField::Declared => self.declared.map(declared_text).unwrap_or_default(),
            FilterField::Visibility => {
                either(self.visibilities.iter().copied().map(Visibility::as_str))
            }
            FilterField::Test => text_of(self.is_test, "tests", "no tests"),
            FilterField::Archived => {
                text_of(self.is_archived, "channel archived", "channel not archived")
            }
            FilterField::Field(name) => self.selection_text(name, names.settings),
        }
    }
}

impl IncidentFilter {
    /// Returns the restriction of a field of the settings: `Services: checkout or none`.
    fn selection_text(&self, name: &str, settings: &Settings) -> String {
        let label = settings.field(name).map(FieldDefinition::label);
        let label = label.unwrap_or_else(|| name.to_owned());
        let values = self.fields.get(name).map_or_else(Vec::new, texts_of);
        format!("{label}: {}", either(values.into_iter()))
    }
}

fn texts_of(selection: &FieldSelection) -> Vec<&str> {
    let values = selection.values.iter().map(String::as_str);
    values.chain(selection.has_none.then_some("none")).collect()
}

fn text_of(value: Option<bool>, yes: &str, no: &str) -> String {
    if value == Some(true) { yes } else { no }.to_owned()
}

fn status_text(status: Status) -> &'static str {
    // The stored names are lower case, as words in a sentence.
    status.as_str()
}

fn impact_text(impact: ImpactState) -> &'static str {
    match impact {
        ImpactState::Ongoing => "customer impact ongoing",
        ImpactState::Over => "customer impact over",
        ImpactState::None => "no customer impact",
    }
}

fn declared_text(range: DeclaredRange) -> String {
    match range {
        DeclaredRange::Last(period) => period.label().to_lowercase(),
        DeclaredRange::Days { from, to } => match (from, to) {
            (Some(from), Some(to)) if from == to => format!("declared on {from}"),
            (Some(from), Some(to)) => format!("declared {from} to {to}"),
            (Some(from), None) => format!("declared since {from}"),
            (None, Some(to)) => format!("declared until {to}"),
            (None, None) => "declared at any time".to_owned(),
        },
    }
}

/// Joins alternatives: `a, b or c`.
fn either<T: AsRef<str>>(values: impl Iterator<Item = T>) -> String {
    let values: Vec<T> = values.collect();
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        text.push_str(match index {
            0 => "",
            _ if index + 1 == values.len() => " or ",
            _ => ", ",
        });
        text.push_str(value.as_ref());
    }
    text
}

fn capitalize(text: &str) -> String {
    let mut signs = text.chars();
    let first = signs.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(signs).collect()
}
