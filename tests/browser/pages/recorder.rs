//! Records what a page must not do: violate its content security policy, or request anything from another host.

use serde_json::Value;

use crate::window::Window;

/// Runs before the scripts of each page. The records outlive the page.
const SCRIPT: &str = "
    const add = (key, text) =>
      sessionStorage.setItem(key, (sessionStorage.getItem(key) ?? '') + text + '\\n');
    document.addEventListener('securitypolicyviolation', (event) =>
      add('violations', `${event.violatedDirective} ${event.blockedURI}`));
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) add('requests', new URL(entry.name).origin);
    }).observe({ type: 'resource', buffered: true });";

/// Starts to record in a window.
pub async fn start(window: &Window) {
    let source = format!("if (location.protocol === 'http:') {{ {SCRIPT} }}");
    window.runs_before_each_page(&source).await;
}

/// Checks that the pages have only requested their own server, and have not violated their policy.
pub async fn assert_clean(window: &Window) {
    let read = "return ['violations', 'requests'].map((key) => sessionStorage.getItem(key) ?? '')";
    let Value::Array(records) = window.runs_script(read, &[]).await else {
        panic!("no records");
    };
    assert_eq!(records[0], "", "violations of the policy");
    let own = window.runs_script("return location.origin", &[]).await;
    let requests = records[1].as_str().unwrap();
    assert!(requests.lines().count() > 10, "{requests}");
    assert!(requests.lines().all(|origin| origin == own), "{requests}");
}
