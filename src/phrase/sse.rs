//! Server-sent events, read from pieces that may end anywhere: in a line, in a character, between `\r` and `\n`.

/// Longest line; a longer one is a broken stream.
const LONGEST_LINE: usize = 64 << 10;
/// Most bytes of one event's data.
const LARGEST: usize = 256 << 10;

/// A stream that is read as it comes.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Option<String>,
    /// The last byte was `\r`, which has ended a line: a `\n` right behind it ends no other.
    returned: bool,
    begun: bool,
}

/// A line or an event is longer than anything meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

impl Events {
    /// Takes the next bytes; the data of every event that is whole now.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLong> {
        let mut whole = Vec::new();
        for &byte in bytes {
            let returned = std::mem::replace(&mut self.returned, byte == b'\r');
            match byte {
                b'\n' if returned => {}
                b'\n' | b'\r' => whole.extend(self.end_line()?),
                _ if self.line.len() >= LONGEST_LINE => return Err(TooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(whole)
    }

    fn end_line(&mut self) -> Result<Option<String>, TooLong> {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let first = !std::mem::replace(&mut self.begun, true);
        let line = if first { text.trim_start_matches('\u{feff}') } else { &text };
        if line.is_empty() {
            return Ok(self.data.take());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        if field == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) if data.len() + value.len() >= LARGEST => return Err(TooLong),
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn events_end_with_an_empty_line_whatever_ends_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let text =
                [": comment", "event: x", "data: 一", "data:二", "", "data", "", "", "id: 7", "data: torn"]
                    .join(end);
            let mut events = Events::default();
            assert_eq!(events.take(text.as_bytes()), Ok(vec!["一\n二".to_owned(), String::new()]), "{end:?}");
        }
    }

    #[test]
    fn a_line_without_end_is_no_stream() {
        let mut events = Events::default();
        assert_eq!(events.take(&[b'x'; LONGEST_LINE]), Ok(Vec::new()));
        assert_eq!(events.take(b"x"), Err(TooLong));
        let mut events = Events::default();
        let line = format!("data:{}\n", "x".repeat(LONGEST_LINE - 10));
        assert!((0..10).any(|_| events.take(line.as_bytes()).is_err()), "lines add up");
    }

    proptest! {
        #[test]
        fn how_the_stream_is_cut_changes_nothing(
            data in prop::collection::vec("[a-z 退货\u{1f600}]{0,12}", 0..6),
            ends in prop::sample::select(vec!["\n", "\r\n", "\r"]),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let mut text = String::new();
            for line in &data {
                text.push_str(&format!("data: {line}{ends}: ping{ends}{ends}"));
            }
            let bytes = text.as_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            places.extend([0, bytes.len()]);
            places.sort_unstable();
            let mut events = Events::default();
            let mut got = Vec::new();
            for pair in places.windows(2) {
                got.extend(events.take(&bytes[pair[0]..pair[1]]).unwrap());
            }
            prop_assert_eq!(got, data);
        }
    }
}
