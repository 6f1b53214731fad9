//! Tests of the lexer and of the matching.

use super::lexer::{Kind, rust, sql};
use super::rejected::{part_of_name, phrases, visible};

fn kinds(source: &str) -> Vec<(Kind, usize, String)> {
    let tokens = rust(source).into_iter();
    tokens
        .map(|token| (token.kind, token.row, token.text))
        .collect()
}

#[test]
fn rust_is_split_into_tokens() {
    let source = "/// One\n/// two\nfn f<'a>(x: &'a str) -> char { '\"' } // 'x\n\n// y\n/* a /* b */ c */ r#type \
                  br#\"x\" \"# b\"\\\"\" '\\'' 'é' 1_u8 \"a\nb\" z";
    let (tokens, text) = (kinds(source), |kind| {
        let tokens = kinds(source).into_iter();
        tokens
            .filter(|token| token.0 == kind)
            .map(|token| token.2)
            .collect::<Vec<_>>()
    });
    assert_eq!(text(Kind::Doc), ["/// One\n/// two"]);
    assert_eq!(text(Kind::Comment), ["// 'x", "// y\n/* a /* b */ c */"]);
    assert_eq!(
        text(Kind::Name),
        ["fn", "f", "x", "str", "char", "type", "z"]
    );
    let strings = ["br#\"x\" \"#", "b\"\\\"\"", "\"a\nb\""];
    assert_eq!(text(Kind::Str), strings);
    assert_eq!(tokens.last().unwrap().1, 7);
}

#[test]
fn sql_is_split_into_tokens() {
    let tokens = sql("-- a\n-- b\nx TEXT CHECK (y = 'is -- it'), -- c\n-- d");
    let tokens = tokens.iter().map(|it| (it.kind, it.row, it.text.as_str()));
    let expected = [
        (Kind::Comment, 1, "-- a\n-- b"),
        (Kind::Name, 3, "x"),
        (Kind::Name, 3, "TEXT"),
        (Kind::Name, 3, "CHECK"),
        (Kind::Name, 3, "y"),
        (Kind::Str, 3, "is -- it"),
        (Kind::Comment, 3, "-- c\n-- d"),
    ];
    assert_eq!(tokens.collect::<Vec<_>>(), expected);
}

#[test]
fn phrases_are_found_across_lines() {
    let found = |text| phrases(text).into_iter().map(|it| it.1).collect::<Vec<_>>();
    assert_eq!(found("// it comes\n    /// back. Told_you"), ["comes back"]);
    assert_eq!(
        found("comes\n\nback; given up, in doubt, Doubt"),
        ["given up", "in doubt", "doubt"]
    );
    assert_eq!(found("Somebody’s lane, undoubted"), ["somebody", "lane"]);
}

#[test]
fn names_are_split() {
    let part = |name| part_of_name(name).map(|it| it.0);
    assert_eq!(part("IncidentCardID"), Some("card"));
    assert_eq!(part("wildcard_all_of"), None);
    assert_eq!(part("ALL"), None);
    assert_eq!(part("Line"), Some("line"));
    assert_eq!(part("MOST_PEOPLE"), Some("people"));
    assert_eq!(part("HTTPCard2"), None);
    assert_eq!(part("users.person_id"), Some("person"));
}

#[test]
fn literals_are_made_visible() {
    assert_eq!(visible("\"a\\nb {owed:?} \\\n  c\""), "a\tb #  \n  c");
    assert_eq!(visible("r#\"a\\n{\"b\"}\"#"), "a\\n{\"b\"}");
}
