//! Light and dark: the page follows what the system prefers until its button is pressed, and whatever
//! stands on it can be read in both.

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::places::{button, error, message, reads, within};
use crate::stage::Stage;
use crate::walk;
use crate::window::{Scheme, Window};

const BOTH: [Scheme; 2] = [Scheme::Light, Scheme::Dark];

/// A form with an error, the announcement with its thread, and an incident's channel, in both.
pub async fn light_and_dark(stage: &Stage) {
    let alice = stage.newcomer().await;
    walk::asks_for_the_form(&alice).await;
    alice.presses(&walk::declare()).await;
    let missing = "Please complete this required field.";
    alice.sees(&error("Title", missing)).await;
    can_be_read_in_both(&alice).await;

    alice.fills_in("Title", "Checkout is slow").await;
    alice.presses(&walk::declare()).await;
    alice.sees(&message("Only visible to you")).await;
    alice.opens_channel("incidents").await;
    alice
        .presses(&walk::replies_to(&walk::card(), "1 reply"))
        .await;
    types_a_command_in_the_thread(&alice).await;
    can_be_read_in_both(&alice).await;

    alice.opens_channel(walk::CHANNEL).await;
    alice
        .sees(&message("Alice Okafor declared this incident."))
        .await;
    can_be_read_in_both(&alice).await;

    alice.prefers(Scheme::Light).await;
    let light = background(&alice).await;
    alice.presses(&button("Use dark colours")).await;
    alice.sees(&button("Use light colours")).await;
    assert_ne!(background(&alice).await, light);
    alice.presses(&button("Use light colours")).await;
    alice.sees(&button("Use dark colours")).await;
    assert_eq!(background(&alice).await, light);
}

/// Slack knows no commands there; what was typed stays.
async fn types_a_command_in_the_thread(somebody: &Window) {
    let thread = "//section[@aria-label='Thread']";
    let field = within(thread, "//textarea");
    somebody.goes_to(&field).await;
    somebody.types("/datadog help").await;
    somebody.presses(&within(thread, &button("Send"))).await;
    let said = reads("/datadog is not supported in threads. Sorry!");
    let toast = format!("//*[contains(@class, 'toast ')][{said}]");
    somebody.sees(&toast).await;
    let field = somebody.sees(&field).await;
    let kept = field.wait_until().has_value("/datadog help");
    kept.await.unwrap();
}

async fn can_be_read_in_both(somebody: &Window) {
    let mut backgrounds = Vec::new();
    for scheme in BOTH {
        somebody.prefers(scheme).await;
        backgrounds.push(background(somebody).await);
        let faint = somebody.asks(FAINT, &[]).await;
        assert_eq!(faint, Value::Array(Vec::new()), "{scheme:?}");
    }
    assert_ne!(backgrounds[0], backgrounds[1]);
}

async fn background(somebody: &Window) -> Value {
    let script = "return getComputedStyle(document.querySelector('main')).backgroundColor";
    somebody.asks(script, &[]).await
}

/// Gives every text that stands out too little from what is behind it: by less than 4.5 to 1, or 3 to 1
/// where it is large, www.w3.org/TR/WCAG22/#contrast-minimum.
const FAINT: &str = r"
    const channels = (color) => {
      const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
      return { rgb: [red, green, blue], alpha };
    };
    const over = (upper, lower) =>
      upper.rgb.map((value, at) => value * upper.alpha + lower[at] * (1 - upper.alpha));
    const behind = (el) => {
      if (!el) return [255, 255, 255];
      const own = channels(getComputedStyle(el).backgroundColor);
      return own.alpha === 1 ? own.rgb : over(own, behind(el.parentElement));
    };
    const light = (rgb) => {
      const [red, green, blue] = rgb
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one, other) => {
      const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
      return (bright + 0.05) / (dark + 0.05);
    };
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const look = (el, style, words) => {
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const back = behind(el);
      const ratio = contrast(over(channels(style.color), back), back);
      if (ratio < (isLarge ? 3 : 4.5)) found.push(`${words} (${el.className}): ${ratio.toFixed(2)}`);
    };
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const el = text.parentElement;
      const seen = el.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (seen && text.data.trim() && !el.closest('[aria-hidden=true], script, noscript'))
        look(el, getComputedStyle(el), text.data.trim());
    }
    for (const el of document.querySelectorAll('input, textarea')) {
      if (!el.checkVisibility({ visibilityProperty: true })) continue;
      if (el.value) look(el, getComputedStyle(el), el.value);
      else if (el.placeholder) look(el, getComputedStyle(el, '::placeholder'), el.placeholder);
    }
    return found;
";
