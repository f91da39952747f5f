//! HTML tables: cells over several rows and columns, header cells, captions; and tables used for layout.

use super::super::error::Problem;
use super::super::grid::{self, Cell, Hints, Row};
use super::super::writer::{lines, one_line};
use super::dom::Id;
use super::walk::Walker;

/// Widest span believed; a larger one is a slip or an attack.
const WIDEST: usize = 200;

/// Writes a table element.
pub(super) fn write(walker: &mut Walker, id: Id, depth: usize) -> Result<(), Problem> {
    let rows = row_elements(walker, id);
    if is_layout(walker, id, &rows) {
        return walker.children(id, depth);
    }

    let mut grid: Vec<Row> = Vec::new();
    let mut headers: Vec<bool> = Vec::new();
    // Rows with a header cell in front of their values: where all have one, none of them is the header.
    let mut side_heads = 0;
    // Cells that hang down from rows above: by column, what they say and for how many rows more.
    let mut hanging: Vec<Option<(Cell, usize)>> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let mut cells: Vec<Cell> = Vec::new();
        let (mut named, mut data) = (0, 0);
        let tags: Vec<&str> =
            cell_elements(walker, *row).into_iter().map(|cell| walker.dom.tag(cell)).collect();
        side_heads += usize::from(matches!(tags.as_slice(), ["th", "td", ..]));
        for cell in cell_elements(walker, *row) {
            fill(&mut cells, &mut hanging);
            let span = |name| {
                let value = walker.dom.attribute(cell, name).and_then(|v| v.trim().parse::<usize>().ok());
                value.unwrap_or(1).clamp(1, WIDEST)
            };
            let (across, down) = (span("colspan"), span("rowspan").min(rows.len() - number));
            let text = lines(&walker.inline(cell));
            if walker.dom.tag(cell) == "th" {
                named += 1
            } else {
                data += 1
            }
            for i in 0..across {
                let cell = Cell { text: text.clone(), joined_left: i > 0, joined_up: false };
                if down > 1 {
                    let column = cells.len();
                    hanging.resize(hanging.len().max(column + 1), None);
                    hanging[column] = Some((Cell { joined_up: true, ..cell.clone() }, down - 1));
                }
                cells.push(cell);
            }
            walker.out.meter().cells(across)?;
        }
        fill(&mut cells, &mut hanging);
        let in_head = walker.dom.parent(*row).is_some_and(|above| walker.dom.tag(above) == "thead");
        headers.push(in_head || (named > 0 && data == 0));
        grid.push(Row { number: number + 1, cells });
    }

    let marked = headers.iter().take_while(|h| **h).count();
    let caption = walker.dom.children(id).iter().find(|child| walker.dom.tag(**child) == "caption");
    let hints = Hints {
        caption: caption.map(|caption| one_line(&walker.inline(*caption))),
        header_rows: if side_heads == grid.len() && marked == 0 {
            Some(0)
        } else {
            (marked > 0 && marked < headers.len()).then_some(marked)
        },
        header_expected: false,
    };
    grid::write(grid, &hints, walker.out)
}

/// Puts the cells that hang down from above into the next free columns.
fn fill(cells: &mut Vec<Cell>, hanging: &mut [Option<(Cell, usize)>]) {
    while let Some(slot) = hanging.get_mut(cells.len())
        && let Some((cell, rows)) = slot
    {
        cells.push(cell.clone());
        *rows -= 1;
        if *rows == 0 {
            *slot = None;
        }
    }
}

/// The rows of this table, not those of tables inside it.
fn row_elements(walker: &Walker, id: Id) -> Vec<Id> {
    let (dom, content) = (walker.dom, walker.content);
    let inside = |child: Id| {
        !content.is_dropped(child) && (child == id || !matches!(dom.tag(child), "table" | "td" | "th"))
    };
    dom.walk(id, inside).into_iter().filter(|child| dom.tag(*child) == "tr").collect()
}

fn cell_elements(walker: &Walker, row: Id) -> Vec<Id> {
    let (dom, content) = (walker.dom, walker.content);
    let is_cell = |cell: &Id| matches!(dom.tag(*cell), "td" | "th") && !content.is_dropped(*cell);
    dom.children(row).iter().copied().filter(is_cell).collect()
}

/// A table that only places things on the page: it says so, holds headings or other tables, or is a single cell.
fn is_layout(walker: &Walker, id: Id, rows: &[Id]) -> bool {
    let dom = walker.dom;
    if matches!(dom.attribute(id, "role"), Some("presentation" | "none")) {
        return true;
    }
    let inside = dom.walk(id, |child| !walker.content.is_dropped(child));
    let holds_structure = inside
        .iter()
        .skip(1)
        .any(|child| matches!(dom.tag(*child), "table" | "h1" | "h2" | "h3" | "article" | "form"));
    let single = rows.len() <= 1 && rows.iter().all(|row| cell_elements(walker, *row).len() <= 1);
    holds_structure || single
}
