//! The words of GLOSSARY.md §3 that are rejected, in prose and in names.
//!
//! `words.rs` holds the tables and the exceptions.

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use super::lexer::{self, CommentStart, Kind, Token, is_word};
use super::rejected;
use super::sources::{RUST_FOLDERS, project_root, read_file, rust_files, source_files};
use super::words::{ALLOWED, DOC_STARTS, EMPTY_NAMES, FOREIGN, NAMES_OF_SLACK, TEXTS_FOR_SLACK};

const ENDINGS: &[&str] = &["rs", "sql", "md", "js", "css", "toml"];
const TOP_FILES: &[&str] = &[
    "README.md",
    "schema.sql",
    "Cargo.toml",
    ".env.example",
    ".ci/run",
    ".deny.toml",
    ".clippy.toml",
];

/// A rejected word with its place and the words to use instead.
struct Violation {
    kind: &'static str,
    path: String,
    row: usize,
    phrase: String,
    instead: &'static str,
    text: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ", self.path, self.row, self.phrase)?;
        write!(f, "(use {}): {}", self.instead, self.text)
    }
}

/// All violations, with those that are allowed.
static VIOLATIONS: LazyLock<Vec<Violation>> = LazyLock::new(|| {
    let below = RUST_FOLDERS
        .iter()
        .flat_map(|folder| source_files(folder, ENDINGS))
        .map(|it| (it.path, it.text));
    let at_top = TOP_FILES
        .iter()
        .filter(|path| project_root().join(path).exists())
        .map(|path| ((*path).to_owned(), read_file(path)));
    let mut violations: Vec<Violation> = below
        .chain(at_top)
        .flat_map(|(path, text)| File::new(&path, &text).check())
        .collect();
    violations.sort_by(|a, b| (&a.path, a.row).cmp(&(&b.path, b.row)));
    violations
});

/// Fails with one line for each violation of these kinds that is not allowed.
fn reject(kinds: &[&str]) {
    let violations: Vec<String> = VIOLATIONS
        .iter()
        .filter(|it| kinds.contains(&it.kind))
        .filter(|it| !ALLOWED.iter().any(|exception| allows(exception, it)))
        .map(ToString::to_string)
        .collect();
    assert!(
        violations.is_empty(),
        "GLOSSARY.md §3 rejects these words:\n{}\n{} in total",
        violations.join("\n"),
        violations.len()
    );
}

fn allows((prefix, phrase): &(&str, &str), violation: &Violation) -> bool {
    let has_phrase = || violation.text.to_lowercase().contains(phrase);
    let has_word = || phrase.contains(&violation.phrase) && has_phrase();
    violation.path.starts_with(prefix)
        && (phrase.is_empty() || *phrase == violation.phrase || has_word())
}

#[test]
fn comments_and_documentation_use_the_glossary() {
    reject(&["comment"]);
}

#[test]
fn doc_comments_start_with_a_plain_verb() {
    reject(&["doc-start"]);
}

#[test]
fn strings_use_the_glossary() {
    reject(&["string"]);
}

#[test]
fn test_names_use_the_glossary() {
    reject(&["test-name"]);
}

#[test]
fn identifiers_use_the_glossary() {
    reject(&["identifier"]);
}

#[test]
fn folders_have_specific_names() {
    let files = rust_files(RUST_FOLDERS).into_iter();
    let vague: Vec<String> = files
        .map(|file| file.path)
        .filter(|path| {
            let path = Path::new(path).with_extension("");
            path.iter()
                .any(|name| EMPTY_NAMES.iter().any(|empty| name == *empty))
        })
        .collect();
    assert!(vague.is_empty(), "{}", vague.join("\n"));
}

#[test]
fn exceptions_are_needed() {
    let unused: Vec<String> = ALLOWED
        .iter()
        .filter(|exception| !VIOLATIONS.iter().any(|it| allows(exception, it)))
        .map(|exception| format!("{exception:?}"))
        .collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

/// A file while it is checked.
struct File<'a> {
    path: &'a str,
    text: &'a str,
    violations: Vec<Violation>,
}

impl<'a> File<'a> {
    fn new(path: &'a str, text: &'a str) -> Self {
        let violations = Vec::new();
        Self {
            path,
            text,
            violations,
        }
    }

    fn check(mut self) -> Vec<Violation> {
        let (path, text) = (Path::new(self.path), self.text);
        let tokens = match path.extension().and_then(|ending| ending.to_str()) {
            Some("rs") => lexer::rust(text),
            Some("sql") => lexer::sql(text),
            Some("js" | "css") => lexer::comments(text, &["//", "/*", "*"], CommentStart::OwnRow),
            Some("md") => vec![Token {
                kind: Kind::Comment,
                row: 1,
                text: text.to_owned(),
            }],
            _ => lexer::comments(text, &["#"], CommentStart::Anywhere),
        };
        self.check_tokens(&tokens);
        self.violations
    }

    fn check_tokens(&mut self, tokens: &[Token]) {
        let is_for_slack = starts_with_any(self.path, TEXTS_FOR_SLACK);
        let mut log_depth = 0;
        for (at, token) in tokens.iter().enumerate() {
            let near = Near { tokens, at };
            match (token.kind, token.text.as_str()) {
                (Kind::Comment | Kind::Doc, text) => {
                    self.check_comment(token.kind, text, token.row);
                }
                (Kind::Str, text) if !is_for_slack || log_depth > 0 => {
                    self.check_string(text, token.row);
                }
                (Kind::Sign, "(" | "[" | "{") => {
                    log_depth += usize::from(log_depth > 0 || near.is_log());
                }
                (Kind::Sign, ")" | "]" | "}") => log_depth = log_depth.saturating_sub(1),
                (Kind::Name, name) => {
                    if near.is_test_name() {
                        self.check_prose("test-name", &name.replace('_', " "), token.row);
                    }
                    if !near.is_foreign() {
                        self.check_name("identifier", name, token.row);
                    }
                    if near.text(-1) == "mod" && EMPTY_NAMES.contains(&name) {
                        self.report("identifier", token.row, name, "the subject");
                    }
                }
                _ => {}
            }
        }
    }

    fn check_comment(&mut self, kind: Kind, text: &str, row: usize) {
        self.check_prose("comment", text, row);
        if kind != Kind::Doc {
            return;
        }
        let start = text.find(is_word).unwrap_or_default();
        for (rejected, instead) in DOC_STARTS {
            let rest = text[start..].strip_prefix(rejected);
            if rest.is_some_and(|rest| !rest.starts_with(is_word)) {
                let row = row + text[..start].matches('\n').count();
                self.report("doc-start", row, rejected, instead);
            }
        }
    }

    fn check_string(&mut self, text: &str, row: usize) {
        let text = &rejected::visible(text);
        if text.contains(' ') {
            self.check_prose("string", text, row);
        } else if !starts_with_any(self.path, NAMES_OF_SLACK) {
            self.check_name("string", text, row);
        }
    }

    fn check_prose(&mut self, kind: &'static str, text: &str, row: usize) {
        for (start, phrase, instead) in rejected::phrases(text) {
            let row = row + text[..start].matches('\n').count();
            self.report(kind, row, &phrase, instead);
        }
    }

    fn check_name(&mut self, kind: &'static str, name: &str, row: usize) {
        if let Some((part, instead)) = rejected::part_of_name(name) {
            self.report(kind, row, part, instead);
        }
    }

    fn report(&mut self, kind: &'static str, row: usize, phrase: &str, instead: &'static str) {
        let text = self.text.lines().nth(row - 1).unwrap_or_default();
        self.violations.push(Violation {
            kind,
            path: self.path.to_owned(),
            row,
            phrase: phrase.to_owned(),
            instead,
            text: text.trim().to_owned(),
        });
    }
}

/// A token with its neighbours.
struct Near<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Near<'_> {
    fn text(&self, offset: isize) -> &str {
        let at = self.at.checked_add_signed(offset);
        let token = at.and_then(|at| self.tokens.get(at));
        token.map_or("", |token| token.text.as_str())
    }

    /// Returns whether the bracket opens the arguments of a log macro.
    fn is_log(&self) -> bool {
        let levels = ["trace", "debug", "info", "warn", "error"];
        self.text(-1) == "!" && levels.contains(&self.text(-2))
    }

    /// Returns whether the name is that of a test: it follows `#[test]` or `#[tokio::test(…)]`.
    fn is_test_name(&self) -> bool {
        let before = |at: isize| (self.text(at), self.text(at + 1));
        let is_item = |at: &isize| !matches!(self.text(*at), "}" | ";" | "{" | "");
        self.text(-1) == "fn"
            && (2..)
                .map(|distance| -distance)
                .take_while(is_item)
                .any(|at| {
                    matches!(before(at), ("test", "]" | "("))
                        && matches!(self.text(at - 1), "[" | ":")
                })
    }

    /// Returns whether the name, with what is before it, is one that we cannot choose.
    fn is_foreign(&self) -> bool {
        let name = self.text(0);
        let used_as = match (self.text(-2), self.text(-1)) {
            (_, ".") => format!(".{name}"),
            (":", ":") => format!("{}::{name}", self.text(-3)),
            _ => name.to_owned(),
        };
        FOREIGN.contains(&used_as.as_str()) || FOREIGN.contains(&name)
    }
}

fn starts_with_any(path: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| path.starts_with(prefix))
}
