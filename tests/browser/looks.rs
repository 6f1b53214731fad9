//! Light and dark: both are there, and what is written can be read in both.

use crate::stage::Stage;

pub async fn light_and_dark(stage: &Stage) {
    let _ = stage.newcomer().await;
}
