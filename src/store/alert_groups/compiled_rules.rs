//! The compiled alert rules of the current settings.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::Settings;
use crate::domain::alert::rule::CompiledRules;

/// The settings whose rules were compiled last, and these rules.
static LAST_COMPILED: Mutex<Option<(Arc<Settings>, Arc<CompiledRules>)>> = Mutex::new(None);

/// Returns the compiled rules of the settings. A pattern takes longer to compile than an alert to be stored, so the
/// rules that were compiled last are used again while the settings are the same.
pub(super) fn compiled_rules(settings: &Arc<Settings>) -> Arc<CompiledRules> {
    let mut last = LAST_COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    match &*last {
        Some((compiled_from, rules)) if Arc::ptr_eq(compiled_from, settings) => Arc::clone(rules),
        Some(_) | None => {
            let rules = Arc::new(CompiledRules::new(&settings.alert_rules));
            *last = Some((Arc::clone(settings), Arc::clone(&rules)));
            rules
        }
    }
}
