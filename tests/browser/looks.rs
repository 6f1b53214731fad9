//! Light and dark mode: the page follows the system setting until its button is pressed, and all text has
//! sufficient contrast in both.

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::fixture::Fixture;
use crate::selectors::{button, composer, contains_text, field_error, message, within};
use crate::walkthrough_1;
use crate::window::{ColorScheme, Window};

const SCHEMES: [ColorScheme; 2] = [ColorScheme::Light, ColorScheme::Dark];

/// Checks a modal with an error, the announcement with its thread, and an incident channel, in both modes.
pub async fn check_contrast(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    walkthrough_1::open_declare_modal(&alice).await;
    alice.clicks(&walkthrough_1::declare_button()).await;
    let missing = "Please complete this required field.";
    alice.sees(&field_error("Title", missing)).await;
    assert_contrast_in_both_schemes(&alice).await;

    alice.fills_in("Title", "Checkout is slow").await;
    alice.clicks(&walkthrough_1::declare_button()).await;
    alice.sees(&message("Only visible to you")).await;
    alice.opens_channel(walkthrough_1::CHANNEL).await;
    alice.focuses(&composer(walkthrough_1::CHANNEL)).await;
    alice.types("/datadog incident stable").await;
    alice.sends_message().await;
    alice.opens_channel("incidents").await;
    alice
        .clicks(&walkthrough_1::thread_link(
            &walkthrough_1::announcement(),
            "1 reply",
        ))
        .await;
    type_command_in_thread(&alice).await;
    assert_contrast_in_both_schemes(&alice).await;

    alice.opens_channel(walkthrough_1::CHANNEL).await;
    alice
        .sees(&message("Alice Okafor declared this incident."))
        .await;
    assert_contrast_in_both_schemes(&alice).await;

    alice.sets_color_scheme(ColorScheme::Light).await;
    let light = background_color(&alice).await;
    alice.clicks(&button("Use dark colours")).await;
    alice.sees(&button("Use light colours")).await;
    assert_ne!(background_color(&alice).await, light);
    alice.clicks(&button("Use light colours")).await;
    alice.sees(&button("Use dark colours")).await;
    assert_eq!(background_color(&alice).await, light);
}

/// Slack does not support commands in threads. The typed text must remain.
async fn type_command_in_thread(user: &Window) {
    let thread = "//section[@aria-label='Thread']";
    let field = within(thread, "//textarea");
    user.focuses(&field).await;
    user.types("/datadog help").await;
    user.clicks(&within(thread, &button("Send"))).await;
    let condition = contains_text("/datadog is not supported in threads. Sorry!");
    let toast = format!("//*[contains(@class, 'toast ')][{condition}]");
    user.sees(&toast).await;
    let field = user.sees(&field).await;
    let value = field.wait_until().has_value("/datadog help");
    value.await.unwrap();
}

async fn assert_contrast_in_both_schemes(user: &Window) {
    let mut backgrounds = Vec::new();
    for scheme in SCHEMES {
        user.sets_color_scheme(scheme).await;
        backgrounds.push(background_color(user).await);
        let faint = user.runs_script(LOW_CONTRAST_SCRIPT, &[]).await;
        assert_eq!(faint, Value::Array(Vec::new()), "{scheme:?}");
    }
    assert_ne!(backgrounds[0], backgrounds[1]);
}

async fn background_color(user: &Window) -> Value {
    let script = "return getComputedStyle(document.querySelector('main')).backgroundColor";
    user.runs_script(script, &[]).await
}

/// Returns all texts with insufficient contrast: less than 4.5 to 1, or 3 to 1 for large text,
/// www.w3.org/TR/WCAG22/#contrast-minimum.
const LOW_CONTRAST_SCRIPT: &str = r"
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
