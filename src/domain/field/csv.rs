//! Values of a select field from a CSV file.

use std::collections::HashSet;

use crate::field::{FieldOption, SERVICES, TEAMS};

/// The values of a field, read from a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvValues {
    /// The header of the first column: the name of the field, or its label.
    pub field: String,
    /// The values, each once.
    pub options: Vec<FieldOption>,
}

/// Reads the values of a field from a CSV file. The header of the first column is the name of the field; `name`
/// means `services`, or for `teams` if there is no column `team`. The columns `team` and `slack` are optional.
/// Duplicates are left out, ignoring case.
///
/// # Errors
/// Returns why the file cannot be read, as a sentence.
pub fn read_csv(text: &str) -> Result<CsvValues, String> {
    let mut rows = parse_rows(text.strip_prefix('\u{feff}').unwrap_or(text))?.into_iter();
    let Header { field, team, slack } = read_header(&rows.next().ok_or("The file is empty.")?)?;
    let mut names = HashSet::new();
    let mut options = Vec::new();
    for row in rows {
        let cell = |at: Option<usize>| {
            let cell = at.and_then(|at| row.get(at));
            cell.map_or(String::new(), |text| text.trim().to_owned())
        };
        let option = FieldOption {
            name: cell(Some(0)),
            team: cell(team),
            slack: cell(slack),
        };
        if !option.name.is_empty() && names.insert(option.name.to_lowercase()) {
            options.push(option);
        }
    }
    Ok(CsvValues { field, options })
}

/// The first row: the name of the field, and the positions of the other columns.
struct Header {
    field: String,
    team: Option<usize>,
    slack: Option<usize>,
}

fn read_header(cells: &[String]) -> Result<Header, String> {
    let columns: Vec<String> = cells.iter().map(|it| it.trim().to_lowercase()).collect();
    let mut others = columns.iter().skip(1);
    if let Some(unknown) = others.find(|it| *it != "team" && *it != "slack") {
        return Err(format!(
            "The column “{unknown}” is unknown. The columns are the name of the field, team and slack."
        ));
    }
    let position = |name: &str| columns.iter().skip(1).position(|it| it == name);
    let column = |name: &str| position(name).map(|at| at + 1);
    let (team, slack) = (column("team"), column("slack"));
    let field = match columns.first().map_or("", String::as_str) {
        "name" if team.is_some() => SERVICES,
        "name" => TEAMS,
        "" => {
            return Err(
                "The first line must be the name of the field, such as services.".to_owned(),
            );
        }
        field => field,
    };
    Ok(Header {
        field: field.to_owned(),
        team,
        slack,
    })
}

/// Splits a file into rows of cells, as RFC 4180 describes: a cell in quotes may contain separators, line breaks
/// and doubled quotes. Files with `;` between the cells are read as well.
fn parse_rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let first_line = text.lines().next().unwrap_or_default();
    let separator = match first_line.contains(';') && !first_line.contains(',') {
        true => ';',
        false => ',',
    };
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut is_quoted = false;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                is_quoted = true;
            }
            sign if sign == separator && !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted && signs.peek() == Some(&'\n') => {}
            '\n' | '\r' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            sign => cell.push(sign),
        }
    }
    if is_quoted {
        return Err("A quote is opened and never closed.".to_owned());
    }
    row.push(cell);
    rows.push(row);
    rows.retain(|row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty()));
    Ok(rows)
}
