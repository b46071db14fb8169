//! Records as files: CSV that no spreadsheet takes for formulas, or JSON lines.

use serde_json::Value;

use super::RecordView;

/// The columns of the CSV, in order.
const COLUMNS: &[&str] = &[
    "number",
    "id",
    "at",
    "level",
    "action",
    "actor_name",
    "actor_id",
    "role",
    "means",
    "ip",
    "user_agent",
    "trace_id",
    "request_id",
    "subject_kind",
    "subject_id",
    "selector",
    "parameters",
    "outcome",
    "code",
    "message",
    "counts",
    "duration_ms",
];

/// A form of export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// What stands before the first record.
pub fn export_head(format: ExportFormat) -> String {
    match format {
        ExportFormat::Csv => format!("{}\r\n", COLUMNS.join(",")),
        ExportFormat::JsonLines => String::new(),
    }
}

/// A record as a line, with its end.
pub fn export_line(record: &RecordView, format: ExportFormat) -> String {
    let value = serde_json::to_value(record).unwrap_or_default();
    if format == ExportFormat::JsonLines {
        return format!("{value}\n");
    }
    let cells = COLUMNS.iter().map(|column| match value.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => csv_cell(text),
        Some(other) => csv_cell(&other.to_string()),
    });
    format!("{}\r\n", cells.collect::<Vec<_>>().join(","))
}

/// A text as a cell: quoted where it must be, and with an apostrophe before what a spreadsheet would take for a
/// formula (OWASP, "CSV Injection").
pub fn csv_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if is_formula && text.parse::<f64>().is_err() { "'" } else { "" };
    if guard.is_empty() && !text.contains(['"', ',', '\n', '\r', ';', '\t']) {
        return text.to_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, cell: &str) {
        assert_eq!(csv_cell(text), cell);
    }

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        check("plain", "plain");
        check("a,b", "\"a,b\"");
        check("say \"x\"", "\"say \"\"x\"\"\"");
        check("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"");
        check("+1+1", "\"'+1+1\"");
        check("@SUM(A1)", "\"'@SUM(A1)\"");
        check("\t=1", "\"'\t=1\"");
        check("-5", "-5");
        check("two\nlines", "\"two\nlines\"");
    }
}
