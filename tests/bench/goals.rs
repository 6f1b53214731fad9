//! What is to be reached, and whether it is.

/// What is to be reached, with what was measured.
#[derive(Default)]
pub struct Goals(Vec<Goal>);

struct Goal {
    what: String,
    measured: String,
    reached: bool,
}

impl Goals {
    /// Notes that a measured value is to be at most `most`; `unit` follows both.
    pub fn at_most(&mut self, what: &str, measured: f64, most: f64, unit: &str) {
        self.0.push(Goal {
            what: format!("{what}: at most {most}{unit}"),
            measured: format!("{measured:.2}{unit}"),
            reached: measured <= most,
        });
    }

    /// Notes that a measured value is to be at least `least`; `unit` follows both.
    pub fn at_least(&mut self, what: &str, measured: f64, least: f64, unit: &str) {
        self.0.push(Goal {
            what: format!("{what}: at least {least:.2}{unit}"),
            measured: format!("{measured:.2}{unit}"),
            reached: measured >= least,
        });
    }

    /// Prints every goal, and how it stands.
    pub fn print(&self) {
        println!("\nTo reach");
        for goal in &self.0 {
            let state = if goal.reached {
                "reached"
            } else {
                "NOT REACHED"
            };
            println!("  {:<72} {:>10}   {state}", goal.what, goal.measured);
        }
    }
}
