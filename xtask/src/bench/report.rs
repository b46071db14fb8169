//! What was measured, beside its limit: a table for the screen and the same for Markdown.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::timed::Series;

/// Where the table stands in a Markdown file.
const MARKS: (&str, &str) = ("<!-- bench -->", "<!-- /bench -->");

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// So many of these a second.
    PerSecond(&'static str),
    /// Memory or size, in bytes; shown in MB of 1,000,000.
    Bytes,
    /// Time, in seconds; shown as they are.
    Seconds,
    /// Time, in seconds; shown in milliseconds.
    Milliseconds,
}

impl Unit {
    fn show(self, figure: f64) -> String {
        match self {
            Self::PerSecond(what) => format!("{} {what}/s", grouped(figure)),
            Self::Bytes => format!("{:.1} MB", figure / 1e6),
            Self::Seconds => format!("{figure:.2} s"),
            Self::Milliseconds => format!("{:.1} ms", figure * 1e3),
        }
    }
}

/// What a figure has to keep.
#[derive(Clone, Copy, Debug)]
enum Limit {
    AtLeast(f64),
    AtMost(f64),
    /// Of the peer's figure.
    Times(f64),
}

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    what: String,
    unit: Unit,
    figure: f64,
    peer: Option<(String, f64)>,
    /// How many times as good as the peer.
    ratio: Option<f64>,
    limit: Option<Limit>,
    goal: Option<f64>,
}

impl Row {
    /// A figure without a limit yet.
    pub fn new(what: impl Into<String>, unit: Unit, figures: &Series) -> Self {
        let figure = figures.median();
        Self { what: what.into(), unit, figure, peer: None, ratio: None, limit: None, goal: None }
    }

    /// Beside a peer's figures, of the same runs and in the same unit; `ratio` says how many times as good as it.
    #[must_use]
    pub fn against(mut self, peer: impl Into<String>, figures: &Series, ratio: f64) -> Self {
        self.peer = Some((peer.into(), figures.median()));
        self.ratio = Some(ratio);
        self
    }

    /// It has to be so much or more.
    #[must_use]
    pub fn at_least(mut self, limit: f64) -> Self {
        self.limit = Some(Limit::AtLeast(limit));
        self
    }

    /// It has to be so much or less.
    #[must_use]
    pub fn at_most(mut self, limit: f64) -> Self {
        self.limit = Some(Limit::AtMost(limit));
        self
    }

    /// It has to be so many times as good as the peer.
    #[must_use]
    pub fn at_least_times(mut self, limit: f64) -> Self {
        self.limit = Some(Limit::Times(limit));
        self
    }

    /// What is wished for beyond the limit, in the limit's own terms.
    #[must_use]
    pub fn goal(mut self, goal: f64) -> Self {
        self.goal = Some(goal);
        self
    }

    /// Whether its limit is not kept; a figure that could not be had keeps none.
    pub fn is_missed(&self) -> bool {
        self.margin().is_some_and(|margin| margin.is_nan() || margin < 1.0)
    }

    /// How many times its limit is kept; 1 or more is enough.
    fn margin(&self) -> Option<f64> {
        Some(match self.limit? {
            Limit::AtLeast(limit) => self.figure / limit,
            Limit::AtMost(limit) => limit / self.figure,
            Limit::Times(limit) => self.ratio.unwrap_or(0.0) / limit,
        })
    }

    fn cells(&self, name: &str) -> [String; 7] {
        let (peer, theirs) = self
            .peer
            .as_ref()
            .map_or_else(Default::default, |(name, figure)| (name.clone(), self.unit.show(*figure)));
        let ratio = self.ratio.map(|ratio| format!("{ratio:.2}x")).unwrap_or_default();
        let verdict = match self.margin() {
            None => "",
            Some(_) if self.is_missed() => "missed",
            Some(_) => "kept",
        };
        let peer = if peer.is_empty() { peer } else { format!("{peer}: {theirs}") };
        let limit = self.limit_text();
        [name.into(), self.what.clone(), self.unit.show(self.figure), peer, ratio, limit, verdict.into()]
    }

    fn limit_text(&self) -> String {
        let show = |limit: f64| match self.limit {
            Some(Limit::Times(_)) => format!("{limit}x"),
            _ => self.unit.show(limit),
        };
        let goal = self.goal.map(|goal| format!(" (goal {})", show(goal))).unwrap_or_default();
        match self.limit {
            None => String::new(),
            Some(Limit::AtMost(limit)) => format!("<= {}{goal}", show(limit)),
            Some(Limit::AtLeast(limit) | Limit::Times(limit)) => format!(">= {}{goal}", show(limit)),
        }
    }
}

const HEADER: [&str; 7] = ["bench", "what", "Sitelode", "beside", "ratio", "limit", ""];

/// The rows of one measurement for the screen.
pub fn table(name: &str, rows: &[Row]) -> String {
    let mut lines = vec![HEADER.map(str::to_owned)];
    lines.extend(rows.iter().map(|row| row.cells(name)));
    let widths: [usize; 7] =
        std::array::from_fn(|at| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for line in &lines {
        let cells: Vec<String> =
            line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text + "\n"
}

/// Puts the rows between the marks of a Markdown file; the rows of what was not measured now stay.
///
/// # Errors
/// If the file can't be read or written, or has no marks.
pub fn into_markdown(file: &Path, names: &[&str], measured: &[(&str, Vec<Row>)]) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let new = with_rows(&text, names, measured)
        .with_context(|| format!("{}: no {} ... {}", file.display(), MARKS.0, MARKS.1))?;
    std::fs::write(file, new).with_context(|| format!("cannot write {}", file.display()))
}

fn with_rows(text: &str, names: &[&str], measured: &[(&str, Vec<Row>)]) -> Option<String> {
    let (before, rest) = text.split_once(MARKS.0)?;
    let (old, after) = rest.split_once(MARKS.1)?;
    let mut table = format!("{}\n|{}---|\n", markdown_line(&HEADER.map(str::to_owned)), "---|".repeat(6));
    for name in names {
        match measured.iter().find(|(measured, _)| measured == name) {
            Some((_, rows)) => {
                for row in rows {
                    let _ = writeln!(table, "{}", markdown_line(&row.cells(name)));
                }
            }
            None => {
                for line in old.lines().filter(|line| line.starts_with(&format!("| {name} |"))) {
                    let _ = writeln!(table, "{line}");
                }
            }
        }
    }
    Some(format!("{before}{}\n{table}{}{after}", MARKS.0, MARKS.1))
}

fn markdown_line(cells: &[String; 7]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// A whole number with commas between its thousands.
fn grouped(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(figure: f64) -> Row {
        let mut figures = Series::default();
        figures.push(figure);
        Row::new("all", Unit::PerSecond("jobs"), &figures)
    }

    #[test]
    fn a_limit_is_kept_or_missed_in_its_own_direction() {
        assert!(!row(100.0).at_least(100.0).is_missed());
        assert!(row(99.0).at_least(100.0).is_missed());
        assert!(row(101.0).at_most(100.0).is_missed());
        assert!(row(f64::NAN).at_least(1.0).is_missed());
        assert!(!row(1.0).is_missed());
    }

    #[test]
    fn rows_that_were_not_measured_stay_in_the_file() {
        let old = "Text\n<!-- bench -->\n| scan | as it was |\n| jobs | gone |\n<!-- /bench -->\nmore";
        let new = with_rows(old, &["jobs", "scan"], &[("jobs", vec![row(123_456.7).at_least(1e5)])]).unwrap();
        assert!(new.contains("| jobs | all | 123,457 jobs/s |  |  | >= 100,000 jobs/s | kept |"), "{new}");
        assert!(new.contains("| scan | as it was |") && !new.contains("gone"), "{new}");
        assert!(new.starts_with("Text\n") && new.ends_with("\nmore"), "{new}");
    }
}
