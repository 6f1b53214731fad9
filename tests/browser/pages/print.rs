//! A postmortem on paper: the page and the downloaded file, printed to PDF and read by `pdftotext`.
//!
//! Without `pdftotext`, the text is not read, and one line says so. With `MUSTER_PDFTOTEXT` in the environment, the test
//! fails instead.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::chromium::find_in_path;
use crate::pages::{Pages, button_starting, heading, recorder};
use crate::window::Window;

/// Returns the headings and the words of the sections, as the page shows them.
const SECTIONS: &str = "
    return [...document.querySelectorAll('main section[id^=section-]')].map((section) => ({
      heading: section.querySelector('h2').firstChild.textContent.trim(),
      words: [...section.querySelectorAll(':scope > p, :scope > ul, :scope > .message')]
        .flatMap((part) => part.textContent.split(/\\s+/)).filter(Boolean),
    }))";

const FETCH: &str = "
    const [done] = arguments;
    fetch('/incidents/1/postmortem.html').then((it) => it.text()).then(done, (error) => done(String(error)));";

/// Texts of the page that are not on paper.
const CONTROLS: [&str; 8] = [
    "Skip to content",
    "Declare Incident",
    "Set status",
    "Edit",
    "Add section",
    "Exports",
    "Checklist",
    "revision",
];

/// Prints both, and checks what is on the paper.
pub async fn print_postmortem(pages: &Pages<'_>) {
    let Some(reader) = pdftotext() else {
        return;
    };
    prepare(pages).await;
    let window = &pages.window;
    let folder = tempfile::tempdir().unwrap();
    let sections = sections_of(window).await;
    let headings: Vec<_> = sections.iter().map(|it| it.heading.as_str()).collect();
    assert_eq!(headings.first(), Some(&"Summary"));
    assert!(headings.len() >= 11, "{headings:?}");
    let paper = print(window, reader.as_ref(), folder.path()).await;
    assert_on_paper(&paper, &sections);
    assert!(
        paper.contains("Status Owner Timeline Draft alice All entries"),
        "{paper}"
    );
    for control in CONTROLS {
        assert!(!paper.contains(control), "{control}: {paper}");
    }
    print_file(pages, reader.as_ref(), folder.path(), sections.len()).await;
    pages.opens("/incidents/1/postmortem").await;
    recorder::assert_clean(window).await;
}

/// Downloads the document as a file, opens it from the disk and prints it.
async fn print_file(pages: &Pages<'_>, reader: &Path, folder: &Path, count: usize) {
    let window = &pages.window;
    let file = window.runs_async_script(FETCH).await;
    let path = folder.join("IR-1-postmortem.html");
    fs::write(&path, file.as_str().unwrap()).unwrap();
    window.opens(&format!("file://{}", path.display())).await;
    let style = "return getComputedStyle(document.querySelector('main')).maxWidth";
    assert_eq!(window.runs_script(style, &[]).await, "760px");
    let of_file = sections_of(window).await;
    assert_eq!(of_file.len(), count);
    let paper = print(window, reader, folder).await;
    assert_on_paper(&paper, &of_file);
    assert!(
        paper.contains("IR-1 Checkout is slow Incident Owner"),
        "{paper}"
    );
    // The address of a link that is not its text.
    assert!(
        paper.contains("our graphs (https://graphs.example.com/disk)"),
        "{paper}"
    );
}

/// Resolves an incident with a long timeline, generates its postmortem and writes a section.
async fn prepare(pages: &Pages<'_>) {
    let [user, ..] = &pages.users;
    let channel = user.declares("Checkout is slow").await.channel;
    for number in 1..=60 {
        let note = format!("/datadog incident note Shard {number} of the queue is drained");
        user.types(&channel, &note).await;
    }
    for command in [
        "incident impact since 15 minutes ago Customers cannot pay",
        "followup Test the rollback @alice due tomorrow",
        "incident resolve Freed the disk",
    ] {
        user.types(&channel, &format!("/datadog {command}")).await;
    }
    pages.delivers().await;
    let window = &pages.window;
    pages.signs_in().await;
    pages.opens("/incidents/1/postmortem").await;
    window
        .clicks("//label[contains(normalize-space(.), 'All entries')]")
        .await;
    window.clicks(&button_starting("Generate")).await;
    window.sees(&heading("IR-1 Checkout is slow")).await;
    pages.opens("/incidents/1/postmortem?edit=1").await;
    window.focuses("//textarea[@id='body']").await;
    window
        .types(" The disk was full, see [our graphs](https://graphs.example.com/disk).")
        .await;
    window.clicks(&button_starting("Save")).await;
    window
        .sees("//section[@id='section-1']//a[. = 'our graphs']")
        .await;
    pages.delivers().await;
}

struct PrintedSection {
    heading: String,
    words: Vec<String>,
}

async fn sections_of(window: &Window) -> Vec<PrintedSection> {
    let Value::Array(sections) = window.runs_script(SECTIONS, &[]).await else {
        panic!("no sections");
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let section = |section: &Value| PrintedSection {
        heading: text(&section["heading"]),
        words: section["words"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect(),
    };
    sections.iter().map(section).collect()
}

/// Prints the page of a window. Returns the text on the paper, with single blanks.
async fn print(window: &Window, reader: &Path, folder: &Path) -> String {
    let parameters = json!({ "printBackground": true, "preferCSSPageSize": true });
    let printed = window.runs_devtools("Page.printToPDF", parameters).await;
    let file = folder.join("printed.pdf");
    let data = STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
    fs::write(&file, data).unwrap();
    let text = Command::new(reader).arg(&file).arg("-").output().unwrap();
    assert!(text.status.success(), "{text:?}");
    let text = String::from_utf8(text.stdout).unwrap();
    // Fonts draw some letters as one sign.
    let text = text.replace('ﬁ', "fi").replace('ﬂ', "fl");
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ")
}

/// Checks that the headings are on the paper in their order, and all words under each of them.
fn assert_on_paper(paper: &str, sections: &[PrintedSection]) {
    let mut rest = paper;
    for section in sections {
        let (_, after) = rest
            .split_once(&section.heading)
            .unwrap_or_else(|| panic!("{} is not on the paper: {paper}", section.heading));
        for text in &section.words {
            assert!(
                after.contains(text),
                "{text} of {}: {paper}",
                section.heading
            );
        }
        rest = after;
    }
}

/// Returns the path of `pdftotext`. Prints that it is missing.
fn pdftotext() -> Option<std::path::PathBuf> {
    let reader = find_in_path("pdftotext");
    if reader.is_none() {
        let is_required = env::var_os("MUSTER_PDFTOTEXT").is_some();
        assert!(!is_required, "install poppler-utils");
        drop(writeln!(io::stderr(), "skipped: poppler-utils is missing"));
    }
    reader
}
