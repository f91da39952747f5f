//! Finds the lines of what the YAML parser has already taken out of a file, reading forward.

/// A file's lines and how far it has been read.
pub(super) struct Lines<'a> {
    lines: Vec<&'a str>,
    /// The first line that has not been accounted for.
    next: usize,
}

impl<'a> Lines<'a> {
    pub fn new(content: &'a str) -> Self {
        Self { lines: content.lines().collect(), next: 0 }
    }

    /// The number, from 1, of the line that is next.
    pub fn here(&self) -> usize {
        (self.next + 1).min(self.lines.len().max(1))
    }

    /// The next section of a kind.
    pub fn heading(&mut self, kind: &str) -> usize {
        let key = |line: &str| line.trim_start().trim_start_matches("- ").trim_start().starts_with(kind);
        self.advance(|line| key(line))
    }

    /// The next line that is this text.
    pub fn exactly(&mut self, text: &str) -> usize {
        self.advance(|line| line.trim() == text)
    }

    /// The next line that holds the beginning of this text, which YAML may have put in quotes or folded.
    pub fn holding(&mut self, text: &str) -> usize {
        let first = text.lines().next().unwrap_or_default();
        self.advance(|line| line.contains(first))
    }

    /// The next line of which `wanted` holds, and behind it; the place stays where there is none.
    fn advance(&mut self, wanted: impl Fn(&str) -> bool) -> usize {
        match self.lines[self.next..].iter().position(|line| wanted(line)) {
            Some(offset) => {
                self.next += offset + 1;
                self.next
            }
            None => self.here(),
        }
    }
}
