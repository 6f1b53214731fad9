//! The thresholds of the benchmark, and whether they are met.

/// The thresholds and the measured values.
#[derive(Default)]
pub struct Thresholds(Vec<Threshold>);

struct Threshold {
    name: String,
    measured: String,
    is_satisfied: bool,
}

impl Thresholds {
    /// Adds an upper threshold. `unit` is printed after both values.
    pub fn at_most(&mut self, what: &str, measured: f64, most: f64, unit: &str) {
        self.0.push(Threshold {
            name: format!("{what}: at most {most}{unit}"),
            measured: format!("{measured:.2}{unit}"),
            is_satisfied: measured <= most,
        });
    }

    /// Adds a lower threshold. `unit` is printed after both values.
    pub fn at_least(&mut self, what: &str, measured: f64, least: f64, unit: &str) {
        self.0.push(Threshold {
            name: format!("{what}: at least {least:.2}{unit}"),
            measured: format!("{measured:.2}{unit}"),
            is_satisfied: measured >= least,
        });
    }

    /// Prints all thresholds and whether they are met.
    pub fn print(&self) {
        println!("\nThresholds");
        for goal in &self.0 {
            let state = if goal.is_satisfied {
                "passed"
            } else {
                "FAILED"
            };
            println!("  {:<72} {:>10}   {state}", goal.name, goal.measured);
        }
    }
}
