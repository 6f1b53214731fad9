//! Sends `ExportPostmortem` to the tool that it names.

use crate::domain::delivery::ExportPostmortem;
use crate::domain::delivery::export_postmortem::ExportedPostmortem;
use crate::domain::postmortem::{ExportTarget, RequestExport};
use crate::store::ReadyDelivery;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::job_error::{JobError, JobResult};
use crate::worker::postmortem_export::{ExportInput, canvas, confluence, notebook, rejected};
use crate::worker::rate_limits::RateLimitKey;

impl Job for ExportPostmortem {
    type Error = JobError;
    const METHOD: Option<&'static str> = None;

    fn rate_limits(&self, _ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        match self.target {
            ExportTarget::Canvas => canvas::METHODS.map(RateLimitKey::Method).to_vec(),
            ExportTarget::Confluence | ExportTarget::Notebook => Vec::new(),
        }
    }

    async fn send(&self, job: &JobContext<'_>) -> JobResult<Outcome<ExportedPostmortem>> {
        let request = RequestExport {
            target: self.target,
            is_confirmed: self.is_confirmed,
        };
        if let Some(problem) = job.incident.export_privacy_problem(request) {
            return Err(rejected(problem).into());
        }
        let Some(input) = ExportInput::new(self.target, job) else {
            return Ok(Outcome::Skipped);
        };
        let exported = match self.target {
            ExportTarget::Canvas => canvas::export(job, &input).await?,
            ExportTarget::Confluence => confluence::export(job, &input, self).await?,
            ExportTarget::Notebook => notebook::export(job, &input).await?,
        };
        Ok(Outcome::Done(exported))
    }
}
