//! The form that declares an incident: its values and its page.

use askama::Template;
use axum::http::StatusCode;
use muster_commands::declare::incident_type::INCIDENT_TYPE;
use muster_commands::declare::{
    ANNOUNCE, COMMANDER, IMPACT, MAX_SIGNALS, OPTIONS, SEVERITY, SIGNALS, SUMMARY, TITLE,
};
use muster_commands::modal::configured_fields::block_name;
use muster_commands::modal::{FieldErrors, ViewState};

use crate::domain::text::format_age;
use crate::domain::{
    ClipboardItem, CustomerImpact, Declare, FieldDefinition, FieldForm, FieldValues, Incident,
    IncidentKind, Settings, SeverityScale, Signal, UserId, Visibility,
};
use crate::error::Result;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::commander_choices::commander_choices;
use crate::web::pages::incident::incident_path;
use crate::web::parts::{
    Choice, FieldInput, SeverityPill, StatusPill, commander_name, incident_type_choices,
    is_web_address,
};
use crate::web::session::SignedIn;

/// The path of the form.
pub(super) const PATH: &str = "/incidents/new";

/// The fields in which a problem can be, in the order of the form.
const FIELDS: [&str; 6] = [TITLE, SEVERITY, COMMANDER, IMPACT, SIGNALS, OPTIONS];

/// The values of the form.
#[derive(Clone, Debug, Default)]
pub(super) struct DeclareForm {
    title: String,
    /// The number of the incident type.
    pub(super) incident_type: i64,
    severity: String,
    commander: String,
    impact: String,
    signals: String,
    summary: String,
    ticked: Vec<String>,
    /// The values of the fields that the team defines, by the names of their inputs.
    configured: Vec<(String, Vec<String>)>,
    pub(super) kind: IncidentKind,
    /// The group of alerts from which the incident is declared.
    pub(super) alerts: Option<i64>,
    /// Whether the user has seen the similar incidents.
    pub(super) is_another: bool,
    pub(super) problems: Problems,
    pub(super) similar: Vec<Incident>,
    /// Why the user may not declare.
    pub(super) rejection: Option<String>,
    /// How many signals of a link were left out.
    rejected_signals: usize,
}

/// Why a submission is not accepted.
#[derive(Clone, Debug, Default)]
pub(super) struct Problems(Vec<(String, String)>);

impl Problems {
    /// Returns the problems of single fields.
    pub(super) fn of_fields(errors: &FieldErrors) -> Self {
        let problem_of = |field: &&str| errors.iter().find(|(name, _)| name == field);
        let configured = errors.iter().filter(|(name, _)| !FIELDS.contains(name));
        let problems = FIELDS.iter().filter_map(problem_of).chain(configured);
        Self(
            problems
                .map(|(field, problem)| (field.to_owned(), problem.to_owned()))
                .collect(),
        )
    }

    /// Returns a problem that concerns no single field.
    pub(super) fn of_form(problem: String) -> Self {
        Self(vec![(String::new(), problem)])
    }

    fn of_field(&self, name: &str) -> Option<&str> {
        let mut problems = self.0.iter();
        let matching = problems.find(|(field, _)| field == name);
        matching.map(|(_, problem)| problem.as_str())
    }
}

/// Returns the values of the fields of the form, by the names of their inputs. Those of all types, so that another type
/// can be selected.
fn configured_values(
    settings: &Settings,
    values: impl Fn(&FieldDefinition) -> Vec<String>,
) -> Vec<(String, Vec<String>)> {
    let fields = settings.form_fields(FieldForm::Declare).into_iter();
    let values = fields.map(|field| (block_name(&field.name), values(field)));
    values.collect()
}

/// Returns the incident type with a number or a name; the default type if there is none.
fn named_type(text: &str, settings: &Settings) -> i64 {
    let is_named = |name: &str| name.to_lowercase() == text.to_lowercase();
    let mut types = settings.incident_types.iter();
    let named = types.find(|it| it.number.to_string() == text || is_named(&it.name));
    named.map_or_else(|| settings.default_incident_type(), |it| it.number)
}

fn kind_of(form: &Form) -> IncidentKind {
    match form.value("test") {
        "" | "0" => IncidentKind::Real,
        _ => IncidentKind::Test,
    }
}

impl DeclareForm {
    /// Reads the values that an address fills in. A signal that is no web address is left out: it would run a
    /// script.
    pub(super) fn of_link(query: &Form, settings: &Settings) -> Self {
        let scale = settings.severity_scale();
        let named = scale.parse(query.value(SEVERITY)).ok();
        let severity = named.or_else(|| scale.default_severity());
        let (accepted, rejected): (Vec<&str>, Vec<&str>) = query
            .values("signal")
            .filter(|signal| !signal.is_empty())
            .partition(|signal| is_web_address(signal));
        Self {
            title: query.value(TITLE).replace('\n', " "),
            incident_type: named_type(query.value(INCIDENT_TYPE), settings),
            severity: severity.map(|it| it.to_string()).unwrap_or_default(),
            signals: accepted.join("\n"),
            summary: query.value(SUMMARY).to_owned(),
            configured: configured_values(settings, |field| {
                let values = query.values(&field.name).filter(|value| !value.is_empty());
                let values: Vec<_> = values.map(str::to_owned).collect();
                match values.is_empty() {
                    true => field.default.clone(),
                    false => values,
                }
            }),
            kind: kind_of(query),
            rejected_signals: rejected.len(),
            ..Self::default()
        }
    }

    /// Fills in the facts of a group of alerts.
    pub(super) fn of_alerts(group: i64, request: Declare, settings: &Settings) -> Self {
        let signals = request.signals.iter().map(Signal::to_line);
        let is_private = request.visibility == Visibility::Private;
        let commander = request.commander.map(|user| user.to_string());
        Self {
            title: request.title,
            incident_type: request.incident_type,
            severity: request.severity.to_string(),
            commander: commander.unwrap_or_default(),
            signals: signals.collect::<Vec<_>>().join("\n"),
            ticked: match is_private {
                true => vec![Visibility::Private.to_string()],
                false => Vec::new(),
            },
            configured: configured_values(settings, |field| {
                match request.fields.get(&field.name) {
                    Some(Some(value)) => value.items(),
                    Some(None) | None => field.default.clone(),
                }
            }),
            kind: request.kind,
            alerts: Some(group),
            ..Self::default()
        }
    }

    /// Adds items of the user's clipboard to the signals.
    pub(super) fn add_signals(&mut self, items: &[ClipboardItem]) {
        let signals = items.iter().map(ClipboardItem::signal_text);
        let present = (!self.signals.is_empty()).then(|| self.signals.clone());
        let signals: Vec<_> = present.into_iter().chain(signals).collect();
        self.signals = signals.join("\n");
    }

    /// Reads a submission.
    pub(super) fn of_submission(form: &Form, settings: &Settings) -> Self {
        let value = |name: &str| form.fields().find(|(known, _)| *known == name);
        let value = |name: &str| value(name).map_or(String::new(), |(_, value)| value.to_owned());
        Self {
            title: value(TITLE).replace('\n', " "),
            incident_type: named_type(&value(INCIDENT_TYPE), settings),
            severity: value(SEVERITY),
            commander: value(COMMANDER),
            impact: value(IMPACT),
            signals: value(SIGNALS),
            summary: value(SUMMARY),
            ticked: form.values(OPTIONS).map(str::to_owned).collect(),
            configured: configured_values(settings, |field| {
                let name = block_name(&field.name);
                let values = form.values(&name).filter(|value| !value.is_empty());
                values.map(str::to_owned).collect()
            }),
            kind: kind_of(form),
            alerts: value("alerts").parse().ok(),
            is_another: !value("another").is_empty(),
            ..Self::default()
        }
    }

    /// Returns the values as the modal has them.
    pub(super) fn view_state(&self) -> ViewState {
        let field = |name: &str, value: &String| (name.to_owned(), vec![value.clone()]);
        let fields = [
            field(TITLE, &self.title),
            field(SEVERITY, &self.severity),
            field(COMMANDER, &self.commander),
            field(IMPACT, &self.impact),
            field(SIGNALS, &self.signals),
            field(SUMMARY, &self.summary),
            (OPTIONS.to_owned(), self.ticked.clone()),
        ];
        ViewState::of_web_form(fields.into_iter().chain(self.configured.iter().cloned()))
    }

    /// Renders the page.
    pub(super) async fn render(self, signed_in: &SignedIn, status: StatusCode) -> PageResult {
        let template = self.template(signed_in).await?;
        page_with_status(status, &template)
    }

    async fn template(mut self, signed_in: &SignedIn) -> Result<DeclareTemplate> {
        let store = signed_in.store();
        let settings = store.settings().await?;
        let scale = settings.severity_scale();
        if self.commander.is_empty() {
            self.commander = signed_in.user.id.to_string();
        }
        if self.impact.is_empty() {
            self.impact = CustomerImpact::default().to_string();
        }
        let commander = UserId::from(self.commander.as_str());
        let impacts = CustomerImpact::ALL.into_iter().map(|impact| Choice {
            value: impact.to_string(),
            label: impact.label().to_owned(),
        });
        Ok(DeclareTemplate {
            layout: signed_in.layout(Section::Declare),
            severities: severity_choices(&scale),
            commanders: commander_choices(store.users().await?, Some(&commander)),
            impacts: impacts.collect(),
            incident_types: incident_type_choices(&settings),
            inputs: self.inputs(signed_in, &settings),
            similar: similar_rows(signed_in, &self.similar, &scale).await?,
            key: new_key(),
            form: self,
        })
    }

    /// Returns the inputs of the fields that the team defines.
    fn inputs(&self, signed_in: &SignedIn, settings: &Settings) -> Vec<FieldInput> {
        let entered = self.configured.iter();
        let entered = entered.flat_map(|(name, values)| {
            values
                .iter()
                .map(move |value| (name.clone(), value.clone()))
        });
        let entered = Form::of_fields(entered);
        let none = FieldValues::new();
        let settings = settings.of_incident_type(self.incident_type);
        let inputs = FieldInput::of_form(FieldForm::Declare, &settings, &signed_in.clock, &none);
        let inputs = inputs.into_iter().map(|input| {
            let problem = self.problems.of_field(&input.name);
            input.submitted(&entered, problem)
        });
        inputs.collect()
    }

    fn is_ticked(&self, option: &str) -> bool {
        self.ticked.iter().any(|ticked| ticked == option)
    }
}

#[derive(Template)]
#[template(path = "declare.html", config = "src/web/askama.toml")]
struct DeclareTemplate {
    layout: Layout,
    form: DeclareForm,
    severities: Vec<SeverityChoice>,
    commanders: Vec<Choice>,
    impacts: Vec<Choice>,
    /// The incident types; none unless there is a choice.
    incident_types: Vec<Choice>,
    inputs: Vec<FieldInput>,
    similar: Vec<SimilarRow>,
    key: String,
}

impl DeclareTemplate {
    fn problem(&self, field: &str) -> Option<&str> {
        self.form.problems.of_field(field)
    }

    fn is_selected_type(&self, value: &str) -> bool {
        self.form.incident_type.to_string() == value
    }

    fn is_private(&self) -> bool {
        self.form.is_ticked(Visibility::Private.as_str())
    }

    fn is_announced(&self) -> bool {
        self.form.is_ticked(ANNOUNCE)
    }

    fn action(&self) -> &'static str {
        match (self.similar.is_empty(), self.form.kind.is_test()) {
            (false, _) => "Declare another",
            (true, true) => "Declare Test Incident",
            (true, false) => "Declare Incident",
        }
    }
}

struct SeverityChoice {
    value: String,
    pill: SeverityPill,
    description: String,
}

/// An open incident with a similar title.
struct SimilarRow {
    id: String,
    path: String,
    title: String,
    severity: SeverityPill,
    status: StatusPill,
    commander: String,
    age: String,
    /// Whether the user takes part already.
    is_responder: bool,
    key: String,
}

fn severity_choices(scale: &SeverityScale) -> Vec<SeverityChoice> {
    let options = scale.options(None).into_iter();
    let choices = options.filter_map(|(_, value)| {
        let severity = value.parse().ok()?;
        Some(SeverityChoice {
            pill: SeverityPill::long(severity, scale),
            description: scale.description(&value).unwrap_or_default().to_owned(),
            value,
        })
    });
    choices.collect()
}

async fn similar_rows(
    signed_in: &SignedIn,
    similar: &[Incident],
    scale: &SeverityScale,
) -> Result<Vec<SimilarRow>> {
    let commanders = similar
        .iter()
        .filter_map(|incident| incident.commander.clone());
    let names = signed_in.store().user_names(commanders.collect()).await?;
    let user = &signed_in.user.id;
    let rows = similar.iter().map(|incident| SimilarRow {
        id: incident.id.to_string(),
        path: incident_path(incident.id),
        title: incident.title.clone(),
        severity: SeverityPill::short(incident.severity, scale),
        status: incident.status.into(),
        commander: commander_name(incident.commander.as_ref(), &names),
        age: format_age(incident.declared_at, signed_in.now),
        is_responder: incident.responder_ids().any(|known| known == user),
        key: new_key(),
    });
    Ok(rows.collect())
}
