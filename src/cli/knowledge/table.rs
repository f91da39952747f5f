//! Tables for people at a terminal.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::domain::{Document, Format};

/// Columns side by side, a line below the header, nothing else.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─'));

/// An empty table with these column names; columns named in `numbers` are aligned to the right.
pub fn new(header: &[&str], numbers: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    for number in numbers {
        if let Some(column) = table.column_mut(*number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Documents, a row each.
pub fn of_documents(documents: &[Document]) -> String {
    let mut table =
        new(&["base", "document", "format", "passages", "version", "size", "updated"], &[3, 4, 5]);
    for document in documents {
        table.add_row([
            Cell::new(&document.base),
            Cell::new(&document.name),
            Cell::new(format_name(document.format)),
            Cell::new(document.chunks),
            Cell::new(document.version),
            Cell::new(size(document.bytes)),
            Cell::new(document.updated_at.strftime("%Y-%m-%d %H:%M")),
        ]);
    }
    table.trim_fmt()
}

/// The name of a format as its files end.
pub fn format_name(format: Format) -> &'static str {
    match format {
        Format::Markdown => "md",
        Format::Text => "txt",
        Format::Html => "html",
        Format::Pdf => "pdf",
        Format::Docx => "docx",
        Format::Xlsx => "xlsx",
        Format::Csv => "csv",
        Format::Json => "json",
    }
}

fn size(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}
