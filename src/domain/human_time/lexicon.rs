//! The lexicon of times: numbers, units, days and months; and whether a text was intended as a time.

/// The units of `interim`, with their spellings.
const UNITS: [(&str, &[&str]); 5] = [
    ("seconds", &["s", "sec", "secs", "second", "seconds"]),
    ("minutes", &["m", "min", "mins", "minute", "minutes"]),
    ("hours", &["h", "hr", "hrs", "hour", "hours"]),
    ("days", &["d", "day", "days"]),
    ("weeks", &["w", "wk", "wks", "week", "weeks"]),
];

/// The half of each unit that has one.
const HALVES: [(&str, &str); 3] = [
    ("minutes", "30 seconds"),
    ("hours", "30 minutes"),
    ("days", "12 hours"),
];

/// Numbers written as words.
const NUMBERS: [(&str, &str); 14] = [
    ("a", "1"),
    ("an", "1"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("twenty", "20"),
    ("thirty", "30"),
];

const DAYS_OF_WEEK: [(&str, &[&str]); 7] = [
    ("monday", &["mon"]),
    ("tuesday", &["tue", "tues"]),
    ("wednesday", &["wed"]),
    ("thursday", &["thu", "thur", "thurs"]),
    ("friday", &["fri"]),
    ("saturday", &["sat"]),
    ("sunday", &["sun"]),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Returns the start of a text if it was probably intended as a time but is not one.
pub(crate) fn intended_time(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    let token = |index: usize| {
        let token = words.get(index).copied().unwrap_or_default();
        token.trim_matches([',', '.', ';', ':']).to_lowercase()
    };
    let (first, second) = (token(0), token(1));
    let is_figure = first.starts_with(|sign: char| sign.is_ascii_digit() || "-+".contains(sign));
    let has_figure = first.bytes().any(|sign| sign.is_ascii_digit());
    let is_plain = parse_number(&first).is_some();
    let is_counted = unit(&second).is_some() || ["am", "pm"].contains(&second.as_str());
    let is_vague = ["this", "last", "next"].contains(&first.as_str())
        && (unit(&second).is_some() || is_day(&second) || VAGUE.contains(&second.as_str()));
    if is_vague || ((is_plain || first == "half") && is_counted) {
        return Some(words.join(" "));
    }
    let is_meant = is_day(&first) || (is_figure && has_figure && !is_plain);
    is_meant.then(|| words[0].to_owned())
}

/// Words that refer to a time without naming one.
const VAGUE: [&str; 6] = ["morning", "afternoon", "evening", "night", "month", "year"];

fn is_day(token: &str) -> bool {
    ["yesterday", "today", "tomorrow", "tonight"].contains(&token) || weekday(token).is_some()
}

/// Returns a number in digits, within the four digits that `interim` accepts.
pub(crate) fn parse_number(token: &str) -> Option<&str> {
    let is_figure =
        (1..=4).contains(&token.len()) && token.bytes().all(|sign| sign.is_ascii_digit());
    let in_words = NUMBERS.iter().find(|(known, _)| *known == token);
    in_words
        .map(|(_, figure)| *figure)
        .or(Some(token).filter(|_| is_figure))
}

/// Returns a unit in the syntax of `interim`.
pub(crate) fn unit(token: &str) -> Option<&'static str> {
    let entry = UNITS.iter().find(|(_, written)| written.contains(&token));
    entry.map(|(unit, _)| *unit)
}

/// Returns half of a unit in the syntax of `interim`.
pub(crate) fn half_of(unit_name: &str) -> Option<&'static str> {
    let entry = HALVES.iter().find(|(unit, _)| *unit == unit_name);
    entry.map(|(_, half)| *half)
}

/// Returns the number of a month, from 1.
pub(crate) fn month_number(name: &str) -> Option<u32> {
    let is_meant = |month: &&str| *month == name || (name.len() == 3 && month.starts_with(name));
    let index = MONTHS.iter().position(is_meant)?;
    u32::try_from(index + 1).ok()
}

/// Returns a weekday by its English name.
pub(crate) fn weekday(name: &str) -> Option<&'static str> {
    let is_meant = |(day, short): &&(&str, &[&str])| *day == name || short.contains(&name);
    DAYS_OF_WEEK.iter().find(is_meant).map(|(day, _)| *day)
}
