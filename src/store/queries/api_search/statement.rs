//! The statement of a search: the rows that the viewer may see and for which the condition holds, in order.

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

use crate::domain::Viewer;
use crate::error::Result;
use crate::store::db::full_text::HitTest;
use crate::store::queries::api_search::lowering::json_numbers;
use crate::store::queries::api_search::node::Node;
use crate::store::queries::incident_filter::filter_sql::{
    Parameter, VISIBLE, bound, viewer_parameters,
};
use crate::store::queries::incident_filter::list_sections::SectionOrder;

/// The number of rows up to which texts are tested one by one.
const FEW: usize = 500;

/// The rows of a search.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) viewer: &'a Viewer,
    pub(super) node: &'a Node,
    /// The numbers of the only incidents that are read; `None` if all are.
    pub(super) candidates: Option<&'a [i64]>,
    pub(super) order: SectionOrder,
    pub(super) offset: usize,
    pub(super) limit: usize,
}

impl Rows<'_> {
    /// Calls `visit` for each row, in order. `columns` are the columns that it reads.
    pub(super) fn for_each(
        &self,
        tx: &Connection,
        columns: &str,
        mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let (sql, parameters) = self.sql(columns);
        let mut statement = tx.prepare(&sql)?;
        let mut rows = statement.query(bound(&parameters).as_slice())?;
        while let Some(row) = rows.next()? {
            visit(row)?;
        }
        Ok(())
    }

    /// Returns how texts are tested: one by one for a few rows.
    fn hit_test(&self) -> HitTest {
        let last = self.offset.saturating_add(self.limit);
        let rows = self.candidates.map_or(last, <[i64]>::len);
        match rows <= FEW {
            true => HitTest::Single,
            false => HitTest::Whole,
        }
    }

    /// Returns the statement and its parameters. Either the candidates are found by their number, or all incidents are
    /// read in the order of the declaration until there are enough.
    pub(super) fn sql(&self, columns: &str) -> (String, Vec<Parameter>) {
        let mut parameters = viewer_parameters(self.viewer);
        parameters.extend(self.node.parameters());
        let number = |number: usize| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        parameters.push((":limit".to_owned(), number(self.limit)));
        parameters.push((":offset".to_owned(), number(self.offset)));
        let source = match self.candidates {
            None => "incidents INDEXED BY incidents_declared",
            Some(numbers) => {
                parameters.push((":candidates".to_owned(), json_numbers(numbers)));
                "(SELECT value AS number FROM json_each(:candidates)) AS candidates
                    CROSS JOIN incidents ON incidents.id = candidates.number"
            }
        };
        let direction = if self.order.ascends() { "ASC" } else { "DESC" };
        let condition = self.node.sql(self.hit_test());
        let sql = format!(
            "SELECT {columns} FROM {source} WHERE {condition} AND {VISIBLE}
              ORDER BY declared_at {direction}, id {direction} LIMIT :limit OFFSET :offset"
        );
        (sql, parameters)
    }
}
