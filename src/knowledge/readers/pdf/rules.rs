//! The horizontal and vertical lines that are painted on a page: borders of tables, mostly.

use oxidize_pdf::parser::{ContentOperation, ContentParser};

/// A line along an axis: its place across, and its two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) at: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// All lines of a page.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) horizontal: Vec<Rule>,
    pub(super) vertical: Vec<Rule>,
}

/// Thicker bars are areas of colour; their edges count as lines, not they themselves.
const THICKEST: f64 = 3.0;
/// Lines nearer than this to each other are one.
pub(super) const SNAP: f64 = 2.5;
/// Lines that matter; a page with more is a drawing.
const MOST: usize = 20_000;

type Matrix = [f64; 6];

/// Finds the lines in the drawing commands of a page whose lower left corner is at `left`, `bottom`.
pub(super) fn painted(commands: &[u8], left: f64, bottom: f64) -> Rules {
    let Ok(operations) = ContentParser::parse(commands) else { return Rules::default() };
    let mut pen = Pen { matrix: [1.0, 0.0, 0.0, 1.0, -left, -bottom], ..Pen::default() };
    let mut saved: Vec<(Matrix, bool)> = Vec::new();
    for operation in operations {
        match operation {
            ContentOperation::SaveGraphicsState if saved.len() < 1_000 => {
                saved.push((pen.matrix, pen.fills_white))
            }
            ContentOperation::RestoreGraphicsState => {
                (pen.matrix, pen.fills_white) = saved.pop().unwrap_or((pen.matrix, pen.fills_white));
            }
            ContentOperation::SetTransformMatrix(a, b, c, d, e, f) => {
                pen.transform([a, b, c, d, e, f].map(f64::from))
            }
            ContentOperation::SetNonStrokingGray(gray) => pen.fills_white = gray > 0.99,
            ContentOperation::SetNonStrokingRGB(r, g, b) => pen.fills_white = r.min(g).min(b) > 0.99,
            ContentOperation::SetNonStrokingCMYK(c, m, y, k) => {
                pen.fills_white = c.max(m).max(y).max(k) < 0.01
            }
            ContentOperation::MoveTo(x, y) => pen.move_to(x, y),
            ContentOperation::LineTo(x, y) => pen.line_to(x, y),
            ContentOperation::CurveTo(.., x, y)
            | ContentOperation::CurveToV(.., x, y)
            | ContentOperation::CurveToY(.., x, y) => {
                pen.at = pen.point(x, y);
            }
            ContentOperation::ClosePath => pen.close(),
            ContentOperation::Rectangle(x, y, w, h) => pen.rectangle(x, y, w, h),
            ContentOperation::CloseStroke => {
                pen.close();
                pen.paint(true);
            }
            ContentOperation::Stroke
            | ContentOperation::FillStroke
            | ContentOperation::FillStrokeEvenOdd
            | ContentOperation::CloseFillStroke
            | ContentOperation::CloseFillStrokeEvenOdd => pen.paint(true),
            ContentOperation::Fill | ContentOperation::FillEvenOdd => pen.paint(false),
            ContentOperation::EndPath => pen.path.clear(),
            _ => {}
        }
        if pen.rules.horizontal.len() + pen.rules.vertical.len() > MOST {
            return Rules::default();
        }
    }
    Rules { horizontal: merge(pen.rules.horizontal), vertical: merge(pen.rules.vertical) }
}

#[derive(Debug, Default)]
struct Pen {
    matrix: Matrix,
    fills_white: bool,
    start: (f64, f64),
    at: (f64, f64),
    /// Straight pieces of the path that is being drawn.
    path: Vec<((f64, f64), (f64, f64))>,
    rules: Rules,
}

impl Pen {
    fn transform(&mut self, [a, b, c, d, e, f]: Matrix) {
        let [p, q, r, s, t, u] = self.matrix;
        self.matrix = [
            a * p + b * r,
            a * q + b * s,
            c * p + d * r,
            c * q + d * s,
            e * p + f * r + t,
            e * q + f * s + u,
        ];
    }

    fn point(&self, x: f32, y: f32) -> (f64, f64) {
        let (x, y) = (f64::from(x), f64::from(y));
        let [a, b, c, d, e, f] = self.matrix;
        (a * x + c * y + e, b * x + d * y + f)
    }

    fn move_to(&mut self, x: f32, y: f32) {
        self.start = self.point(x, y);
        self.at = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.point(x, y);
        self.path.push((self.at, to));
        self.at = to;
    }

    fn close(&mut self) {
        self.path.push((self.at, self.start));
        self.at = self.start;
    }

    fn rectangle(&mut self, x: f32, y: f32, w: f32, h: f32) {
        self.move_to(x, y);
        self.line_to(x + w, y);
        self.line_to(x + w, y + h);
        self.line_to(x, y + h);
        self.close();
    }

    /// A filled path shows its edges, unless it is white on white.
    fn paint(&mut self, stroked: bool) {
        let path = std::mem::take(&mut self.path);
        if !stroked && self.fills_white {
            return;
        }
        for ((x0, y0), (x1, y1)) in path {
            let (dx, dy) = ((x1 - x0).abs(), (y1 - y0).abs());
            if dy <= THICKEST && dx > THICKEST && dy < dx * 0.02 + 0.5 {
                self.rules.horizontal.push(Rule { at: (y0 + y1) / 2.0, from: x0.min(x1), to: x0.max(x1) });
            } else if dx <= THICKEST && dy > THICKEST && dx < dy * 0.02 + 0.5 {
                self.rules.vertical.push(Rule { at: (x0 + x1) / 2.0, from: y0.min(y1), to: y0.max(y1) });
            }
        }
    }
}

/// Puts together pieces that continue or repeat each other: the borders of neighbouring cells, the two sides of a bar.
fn merge(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.retain(|r| [r.at, r.from, r.to].iter().all(|v| v.is_finite()));
    rules.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut merged: Vec<Rule> = Vec::new();
    for rule in rules {
        let last = merged.iter_mut().rev().take_while(|m| rule.at - m.at <= SNAP);
        let mut touching = last.filter(|m| rule.from <= m.to + SNAP && rule.to >= m.from - SNAP);
        match touching.next() {
            Some(m) => (m.from, m.to) = (m.from.min(rule.from), m.to.max(rule.to)),
            None => merged.push(rule),
        }
    }
    merged
}
