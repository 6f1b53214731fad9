//! Statistics: response times of one run, and medians of several runs.

use std::time::Duration;

/// The statistics of one run.
#[derive(Clone, Copy, Debug)]
pub struct Stats {
    /// The number of responses.
    pub responses: usize,
    /// The median response time, in milliseconds.
    pub p50: f64,
    /// The 99th percentile of the response times, in milliseconds.
    pub p99: f64,
    /// The maximum response time, in milliseconds.
    pub max: f64,
    /// The number of responses per second.
    pub per_second: f64,
    /// The server's CPU time per response, in microseconds. It does not depend on the load of the machine.
    pub cpu: f64,
}

impl Stats {
    /// Computes the statistics of a run from its response times, its duration and the server's CPU time.
    pub fn from_times(mut times: Vec<Duration>, elapsed: Duration, cpu: Duration) -> Self {
        assert!(!times.is_empty(), "no responses");
        times.sort_unstable();
        let at = |share: f64| {
            let position = (times.len() as f64 * share).ceil() as usize;
            milliseconds(times[position.clamp(1, times.len()) - 1])
        };
        Self {
            responses: times.len(),
            p50: at(0.50),
            p99: at(0.99),
            max: at(1.0),
            per_second: times.len() as f64 / elapsed.as_secs_f64(),
            cpu: milliseconds(cpu) * 1000.0 / times.len() as f64,
        }
    }

    /// Returns the median of each figure over several runs, and the total number of responses.
    pub fn median(runs: &[Self]) -> Self {
        let over = |figure: fn(&Self) -> f64| median(runs.iter().map(figure));
        Self {
            responses: runs.iter().map(|run| run.responses).sum(),
            p50: over(|run| run.p50),
            p99: over(|run| run.p99),
            max: over(|run| run.max),
            per_second: over(|run| run.per_second),
            cpu: over(|run| run.cpu),
        }
    }
}

/// Returns the median of the ratios of consecutive runs.
pub fn median_ratio(runs: &[Stats], floors: &[Stats], figure: fn(&Stats) -> f64) -> f64 {
    median(
        runs.iter()
            .zip(floors)
            .map(|(run, floor)| figure(run) / figure(floor)),
    )
}

/// Returns the median of the values.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

/// Converts a duration to milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
