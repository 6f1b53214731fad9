//! Values of a select field from a CSV file.

use std::collections::HashMap;
use std::fmt;

use crate::field::{FieldOption, SERVICES, TEAMS};

/// The characters that may be between the cells. Spreadsheets copy cells with tabs between them.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// The values of a field, read from a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvValues {
    /// The header of the first column: the name of the field, or its label.
    pub field: String,
    /// The values, each once.
    pub options: Vec<FieldOption>,
    /// The rows that are left out, because an earlier row has the same value.
    pub duplicates: Vec<CsvRowMessage>,
    /// The rows that contain no valid value.
    pub errors: Vec<CsvRowMessage>,
}

/// A message about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvRowMessage {
    /// The number of the row, as in a spreadsheet: the header is row 1.
    pub row: usize,
    /// The message; continues after `Row 3: `.
    pub text: String,
}

impl fmt::Display for CsvRowMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row {}: {}", self.row, self.text)
    }
}

/// Reads the values of a field from a CSV file. The header of the first column is the name of the field; `name`
/// means `services`, or for `teams` if there is no column `team`. The columns `team` and `slack` are optional.
/// Duplicates are left out, ignoring case.
///
/// # Errors
/// Returns why the file cannot be read, as a sentence.
pub fn read_csv(text: &str) -> Result<CsvValues, String> {
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err("The file isn't in UTF-8. Save it again as “CSV UTF-8”.".to_owned());
    }
    let mut rows = parse_rows(text.strip_prefix('\u{feff}').unwrap_or(text))?.into_iter();
    let header = read_header(&rows.next().ok_or("The file is empty.")?.cells)?;
    let mut values = CsvValues {
        field: header.field.clone(),
        options: Vec::new(),
        duplicates: Vec::new(),
        errors: Vec::new(),
    };
    let mut known: HashMap<String, usize> = HashMap::new();
    for row in rows {
        let option = match header.read_option(&row) {
            Ok(option) => option,
            Err(problem) => {
                values.errors.push(row.message(problem));
                continue;
            }
        };
        match known.get(&option.name.to_lowercase()) {
            Some(earlier) => values.duplicates.push(row.message(format!(
                "{} is left out, because it's in row {earlier} already.",
                option.name
            ))),
            None => {
                known.insert(option.name.to_lowercase(), row.number);
                values.options.push(option);
            }
        }
    }
    Ok(values)
}

/// A row with a text in at least one of its cells.
struct Row {
    number: usize,
    cells: Vec<String>,
}

impl Row {
    fn cell(&self, at: Option<usize>) -> String {
        let cell = at.and_then(|at| self.cells.get(at));
        cell.map_or(String::new(), |text| text.trim().to_owned())
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    fn message(&self, text: String) -> CsvRowMessage {
        CsvRowMessage {
            row: self.number,
            text,
        }
    }
}

/// The first row: the name of the field, and the positions of the other columns.
struct Header {
    field: String,
    team: Option<usize>,
    slack: Option<usize>,
    /// The number of columns.
    width: usize,
}

impl Header {
    /// Reads the value in a row, or returns why it is invalid.
    fn read_option(&self, row: &Row) -> Result<FieldOption, String> {
        let used = row.cells.iter().rposition(|cell| !cell.trim().is_empty());
        let used = used.map_or(0, |last| last + 1);
        if used > self.width {
            return Err(format!(
                "there are {used} cells, but the header has {}. A name with a separator must be in quotes.",
                self.width
            ));
        }
        let option = FieldOption {
            name: row.cell(Some(0)),
            team: row.cell(self.team),
            slack: row.cell(self.slack),
        };
        match option.error() {
            Some(error) => Err(error.to_string()),
            None => Ok(option),
        }
    }
}

fn read_header(cells: &[String]) -> Result<Header, String> {
    let columns: Vec<String> = cells.iter().map(|it| it.trim().to_lowercase()).collect();
    let mut others = columns.iter().skip(1);
    if let Some(unknown) = others.find(|it| !["", "team", "slack"].contains(&it.as_str())) {
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
        width: columns
            .iter()
            .rposition(|it| !it.is_empty())
            .map_or(0, |last| last + 1),
    })
}

/// Splits a file into rows of cells, as RFC 4180 describes: a cell in quotes may contain separators, line breaks
/// and doubled quotes. Files with `;` or tabs between the cells are read as well. Blank rows are left out.
fn parse_rows(text: &str) -> Result<Vec<Row>, String> {
    let first_line = text.trim_start().lines().next().unwrap_or_default();
    let separator = SEPARATORS.into_iter().find(|it| first_line.contains(*it));
    let separator = separator.unwrap_or(',');
    let mut rows = Vec::new();
    let mut cells = Vec::new();
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
            sign if sign == separator && !is_quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted && signs.peek() == Some(&'\n') => {}
            '\n' | '\r' if !is_quoted => {
                cells.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut cells));
            }
            sign => cell.push(sign),
        }
    }
    if is_quoted {
        return Err("A quote is opened and never closed.".to_owned());
    }
    cells.push(cell);
    rows.push(cells);
    let rows = rows.into_iter().zip(1..);
    let rows = rows.map(|(cells, number)| Row { number, cells });
    Ok(rows.filter(|row| !row.is_blank()).collect())
}
