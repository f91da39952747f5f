//! Small plots as inline SVG: axes of shares, lines, bars, marks. Colours come from the page's style sheet, so the
//! same drawing reads in light and dark; words are in both languages and the page shows one.

use std::fmt::Write;

use super::names::Two;
use super::page::{escape, svg_words};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 44.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 52.0;

/// A line, bar or mark takes one of these colours; the page defines them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    First,
    Second,
    Third,
    Fourth,
    Faint,
}

impl Ink {
    /// The name of the colour in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Ink::First => "ink1",
            Ink::Second => "ink2",
            Ink::Third => "ink3",
            Ink::Fourth => "ink4",
            Ink::Faint => "faint",
        }
    }
}

/// A plot whose vertical axis is a share from 0 to 100 %.
pub struct Plot {
    drawn: String,
    x: (f64, f64),
}

impl Plot {
    /// Both axes are shares.
    pub fn of_shares(x: Two, y: Two) -> Self {
        let ticks: Vec<(f64, String)> =
            (0..=5).map(|i| (f64::from(i) / 5.0, format!("{} %", i * 20))).collect();
        Self::new((0.0, 1.0), &ticks, x, y)
    }

    /// The horizontal axis has these named places, evenly spread.
    pub fn of_places(names: &[String], x: Two, y: Two) -> Self {
        let ticks: Vec<(f64, String)> =
            names.iter().enumerate().map(|(i, n)| (i as f64, n.clone())).collect();
        Self::new((-0.5, names.len() as f64 - 0.5), &ticks, x, y)
    }

    fn new(range: (f64, f64), ticks: &[(f64, String)], x: Two, y: Two) -> Self {
        let mut plot = Self { drawn: String::new(), x: range };
        for i in 0..=5 {
            let share = f64::from(i) / 5.0;
            let at = plot.down(share);
            plot.put(format_args!(
                r#"<line class="grid" x1="{LEFT}" x2="{}" y1="{at:.1}" y2="{at:.1}"/><text class="tick" x="{}" y="{:.1}" text-anchor="end">{} %</text>"#,
                WIDTH - RIGHT, LEFT - 8.0, at + 4.0, i * 20
            ));
        }
        for (value, name) in ticks {
            let at = plot.across(*value);
            plot.put(format_args!(
                r#"<text class="tick" x="{at:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
                HEIGHT - BOTTOM + 18.0,
                escape(name)
            ));
        }
        let middle = (LEFT + WIDTH - RIGHT) / 2.0;
        let below = format!(r#"x="{middle:.1}" y="{:.1}" text-anchor="middle""#, HEIGHT - 10.0);
        plot.drawn.push_str(&svg_words(x, "axis", &below));
        let beside = format!(
            r#"transform="translate(14 {:.1}) rotate(-90)" text-anchor="middle""#,
            (TOP + HEIGHT - BOTTOM) / 2.0
        );
        plot.drawn.push_str(&svg_words(y, "axis", &beside));
        plot
    }

    /// A line through points.
    pub fn line(mut self, points: &[(f64, f64)], ink: Ink) -> Self {
        if points.is_empty() {
            return self;
        }
        let path: Vec<String> =
            points.iter().map(|(x, y)| format!("{:.1},{:.1}", self.across(*x), self.down(*y))).collect();
        self.put(format_args!(r#"<polyline class="line {}" points="{}"/>"#, ink.class(), path.join(" ")));
        self
    }

    /// A bar from 0 to `height` between two places with a few letters above it, told more about when pointed at. A bar
    /// of no height still shows where it stands.
    pub fn bar(mut self, from: f64, to: f64, height: f64, ink: Ink, (above, about): (&str, &str)) -> Self {
        let (left, right, floor) = (self.across(from), self.across(to), self.down(0.0));
        let top = self.down(height).min(floor - 2.0);
        self.put(format_args!(
            r#"<rect class="bar {}" x="{left:.1}" y="{top:.1}" width="{:.1}" height="{:.1}" rx="2"><title>{}</title></rect><text class="tick" x="{:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
            ink.class(),
            (right - left).max(1.0),
            floor - top,
            escape(about),
            (left + right) / 2.0,
            top - 4.0,
            escape(above)
        ));
        self
    }

    /// A mark at one point, with words beside it.
    pub fn mark(mut self, x: f64, y: f64, ink: Ink, words: Two) -> Self {
        let (across, down) = (self.across(x), self.down(y));
        self.put(format_args!(
            r#"<circle class="mark {}" cx="{across:.1}" cy="{down:.1}" r="5"/>"#,
            ink.class()
        ));
        let (anchor, shift) = if x > (self.x.0 + self.x.1) / 2.0 { ("end", -10.0) } else { ("start", 10.0) };
        let lift = if down < TOP + 30.0 { 20.0 } else { -10.0 };
        let place = format!(r#"x="{:.1}" y="{:.1}" text-anchor="{anchor}""#, across + shift, down + lift);
        self.drawn.push_str(&svg_words(words, "note", &place));
        self
    }

    /// A broken line across at a height, named beside its right end.
    pub fn level(mut self, y: f64, name: &str) -> Self {
        let (at, end) = (self.down(y), WIDTH - RIGHT);
        self.put(format_args!(
            r#"<line class="level" x1="{LEFT}" x2="{end}" y1="{at:.1}" y2="{at:.1}"/><text class="tick" x="{}" y="{:.1}">{}</text>"#,
            end + 6.0,
            at + 4.0,
            escape(name)
        ));
        self
    }

    /// The drawing; `about` is read to those who cannot see it.
    pub fn svg(self, about: Two) -> String {
        format!(
            r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{} · {}">{}</svg>"#,
            escape(about.en),
            escape(about.zh),
            self.drawn
        )
    }

    fn across(&self, value: f64) -> f64 {
        LEFT + (value - self.x.0) / (self.x.1 - self.x.0) * (WIDTH - LEFT - RIGHT)
    }

    fn down(&self, share: f64) -> f64 {
        TOP + (1.0 - share.clamp(0.0, 1.0)) * (HEIGHT - TOP - BOTTOM)
    }

    fn put(&mut self, drawing: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.drawn.write_fmt(drawing);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::eval::names::two;

    #[test]
    fn a_drawing_is_well_formed_and_words_are_escaped() {
        let svg = Plot::of_places(&["<b>".into()], two("path", "路径"), two("recall", "召回率"))
            .line(&[(0.0, 0.5)], Ink::First)
            .bar(-0.2, 0.2, 0.4, Ink::Second, ("3", "a & b"))
            .mark(0.0, 1.0, Ink::Third, two("here", "这里"))
            .level(0.9, "90 %")
            .svg(two("recall", "召回率"));
        let mut reader = quick_xml::Reader::from_str(&svg);
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                _ => continue,
            }
        }
        assert!(svg.contains("&lt;b&gt;") && svg.contains("a &amp; b") && !svg.contains("NaN"));
    }
}
