//! ZIP packages of Office documents, unpacked within limits that do not trust what the archive says about itself.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::error::{Failure, Place, Problem};
use super::limits::Meter;

const MIB: usize = 1 << 20;

/// Parts in an archive; an Office document has some dozens, with pictures some hundreds.
const MOST_PARTS: usize = 20_000;

/// An open package.
#[derive(Debug)]
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    meter: &'a Meter,
    unpacked: usize,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], meter: &'a Meter) -> Result<Self, Problem> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|e| Problem::corrupt(format!("its ZIP directory cannot be read ({e})")))?;
        if archive.len() > MOST_PARTS {
            return Err(Problem::Bomb { detail: format!("{} parts", archive.len()) });
        }
        Ok(Self { archive, meter, unpacked: 0 })
    }

    /// Unpacks a part; `None` if there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let mut bytes = Vec::new();
        self.inflate(index, Some(&mut bytes)).map_err(|problem| problem.at(Place::Part(name.to_owned())))?;
        Ok(Some(bytes))
    }

    /// Unpacks a part of XML text.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let Some(bytes) = self.part(name)? else { return Ok(None) };
        let encoding = super::decode::guess(&bytes, None);
        Ok(Some(encoding.decode(&bytes).0.into_owned()))
    }

    /// Inflates every part once without keeping it, so that another library may unpack them without surprise.
    pub(super) fn check_all(&mut self) -> Result<(), Failure> {
        for index in 0..self.archive.len() {
            self.inflate(index, None)?;
        }
        Ok(())
    }

    fn inflate(&mut self, index: usize, mut keep: Option<&mut Vec<u8>>) -> Result<(), Problem> {
        let limits = self.meter.limits();
        let mut part = self.archive.by_index(index).map_err(|e| match e {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Problem::Encrypted,
            e => Problem::corrupt(format!("a part cannot be unpacked ({e})")),
        })?;
        let packed = part.compressed_size() as usize;
        let allowed = packed.saturating_mul(limits.max_ratio).max(MIB);
        let mut size = 0usize;
        let mut buffer = vec![0u8; 64 << 10];
        loop {
            self.meter.tick()?;
            let n = part
                .read(&mut buffer)
                .map_err(|e| Problem::corrupt(format!("a part cannot be unpacked ({e})")))?;
            if n == 0 {
                return Ok(());
            }
            size += n;
            self.unpacked += n;
            if size > allowed {
                let detail =
                    format!("a part of {packed} bytes holds more than {} times as much", limits.max_ratio);
                return Err(Problem::Bomb { detail });
            }
            if self.unpacked > limits.max_decompressed {
                return Err(Problem::Bomb {
                    detail: format!("more than {} MiB", limits.max_decompressed / MIB),
                });
            }
            if let Some(keep) = keep.as_deref_mut() {
                keep.extend_from_slice(&buffer[..n]);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::knowledge::readers::Limits;

    fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_bomb_is_noticed_by_its_ratio_and_by_its_size() {
        let zeros = vec![0u8; 4 * MIB];
        let bytes = package(&[("a", &zeros)]);
        let meter = Meter::new(Limits::default());
        assert!(matches!(
            Package::open(&bytes, &meter).unwrap().part("a").unwrap_err().problem,
            Problem::Bomb { .. }
        ));

        let meter = Meter::new(Limits { max_ratio: usize::MAX, max_decompressed: MIB, ..Limits::default() });
        assert!(matches!(
            Package::open(&bytes, &meter).unwrap().check_all().unwrap_err().problem,
            Problem::Bomb { .. }
        ));
    }

    #[test]
    fn small_repetitive_parts_are_no_bomb() {
        let text = "<w:p/>".repeat(50_000);
        let bytes = package(&[("a", text.as_bytes())]);
        let meter = Meter::new(Limits::default());
        assert_eq!(Package::open(&bytes, &meter).unwrap().part("a").unwrap().unwrap().len(), text.len());
        assert_eq!(Package::open(&bytes, &meter).unwrap().part("b").unwrap(), None);
    }
}
