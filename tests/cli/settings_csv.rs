//! `muster settings import` with a CSV file: the values of one field.

use std::fs;
use std::path::Path;

use crate::support::binary::{muster, run};

fn import(folder: &Path, file: &str, content: &str) -> (i32, String, String) {
    fs::write(folder.join(file), content).unwrap();
    run(muster(folder).args(["settings", "import", file, "--yes"]))
}

fn setting(folder: &Path, key: &str) -> String {
    run(muster(folder).args(["settings", "get", key])).1
}

#[test]
fn csv_file_replaces_the_values_of_its_field() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let csv = "name,team,slack\ncheckout,payments,@oncall\nsearch,,\nCheckout,,\n";
    let (code, stdout, _) = import(folder, "services.csv", csv);
    assert_eq!(code, 0);
    assert!(stdout.starts_with("Changed:\n\n  services\n"), "{stdout}");
    let expected = "[\n  { name = \"checkout\", team = \"payments\", slack = \"@oncall\" },\n  { name = \"search\" },\n]\n";
    assert_eq!(setting(folder, "services"), expected);
    let (code, ..) = import(folder, "teams.csv", "teams\npayments\n");
    assert_eq!(code, 0);
    assert_eq!(
        setting(folder, "teams"),
        "[\n  { name = \"payments\" },\n]\n"
    );
}

#[test]
fn invalid_csv_file_is_reported_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let many: String = (0..=1_000).map(|number| format!("{number}\n")).collect();
    for (csv, problem) in [
        (
            "region\neu\n".to_owned(),
            "The first column is “region”, which isn't a select field. Select fields: services, teams.",
        ),
        (
            "services\n\"a\n".to_owned(),
            "A quote is opened and never closed.",
        ),
        (
            "services,owner\na,b\n".to_owned(),
            "The column “owner” is unknown.",
        ),
        (
            format!("services\n{many}"),
            "services must have at most 1000 values, not 1001.",
        ),
        (
            "services,slack\na,core team\n,#core\n".to_owned(),
            "values.csv:\n\n  Row 2: slack must be a user group or a channel, such as @payments or #payments.\n  Row 3: name is missing.",
        ),
    ] {
        let (code, stdout, stderr) = import(folder, "values.csv", &csv);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.starts_with("Nothing was changed"), "{stderr}");
        assert!(stderr.contains(problem), "{stderr}");
        assert_eq!(setting(folder, "services"), "[]\n");
    }
}
