//! Numbers: answer times of one run, medians of several.

use std::time::Duration;

/// What one run of a load gave.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// How many were answered.
    pub answered: usize,
    /// The time that half of the answers took at the most, in milliseconds.
    pub p50: f64,
    /// The time that all but one of a hundred took at the most, in milliseconds.
    pub p99: f64,
    /// The time of the slowest, in milliseconds.
    pub max: f64,
    /// How many were answered in a second.
    pub per_second: f64,
    /// How long the server computed for each, in microseconds: what a busy machine does not change.
    pub cpu: f64,
}

impl Figures {
    /// Gives the figures of answers, each with the time it took, that all together took `elapsed`, and
    /// for which the server computed as long as `cpu`.
    pub fn of(mut times: Vec<Duration>, elapsed: Duration, cpu: Duration) -> Self {
        assert!(!times.is_empty(), "nothing was answered");
        times.sort_unstable();
        let at = |share: f64| {
            let place = (times.len() as f64 * share).ceil() as usize;
            milliseconds(times[place.clamp(1, times.len()) - 1])
        };
        Self {
            answered: times.len(),
            p50: at(0.50),
            p99: at(0.99),
            max: at(1.0),
            per_second: times.len() as f64 / elapsed.as_secs_f64(),
            cpu: milliseconds(cpu) * 1000.0 / times.len() as f64,
        }
    }

    /// Gives each figure's median over several runs, and how many were answered in all.
    pub fn median(runs: &[Self]) -> Self {
        let over = |figure: fn(&Self) -> f64| median(runs.iter().map(figure));
        Self {
            answered: runs.iter().map(|run| run.answered).sum(),
            p50: over(|run| run.p50),
            p99: over(|run| run.p99),
            max: over(|run| run.max),
            per_second: over(|run| run.per_second),
            cpu: over(|run| run.cpu),
        }
    }
}

/// Gives the median of ratios, each of two runs that followed one another.
pub fn median_ratio(runs: &[Figures], floors: &[Figures], figure: fn(&Figures) -> f64) -> f64 {
    median(
        runs.iter()
            .zip(floors)
            .map(|(run, floor)| figure(run) / figure(floor)),
    )
}

/// Gives the middle one of some values.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

/// Gives a time in milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
