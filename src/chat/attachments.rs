//! Uploaded files: what they are is told by their content, never by their name; they lie under their own id.
//!
//! Only kinds that are safe to show or download are taken. Files are served with the type found here, and anything
//! but an image as a download; see the HTTP side.

use std::path::PathBuf;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::domain::{AttachmentId, Content, ConversationId, Sender};
use crate::error::{Code, Error, Result};
use crate::text::hex;

use super::Chat;
use super::store::Attachment;

/// A file somebody uploads into a conversation.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The name on the sender's machine: shown, never used as a path.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Longest file name that is kept, in characters.
const MAX_NAME: usize = 120;

impl Chat {
    /// Stores a file. `uploader` is the id of the visitor or user; only they can send it in a message.
    ///
    /// # Errors
    /// [`Code::TooLarge`], or [`Code::UnsupportedFormat`] when the content is of no known, safe kind.
    pub async fn upload(
        &self,
        conversation: ConversationId,
        uploader: &str,
        upload: Upload,
    ) -> Result<Attachment> {
        let max = self.settings().max_attachment_bytes;
        if upload.bytes.len() > max {
            return Err(Error::new(Code::TooLarge, format!("the file is larger than {max} bytes"))
                .at(shown_name(&upload.name)));
        }
        let mime = kind_of(&upload.bytes).ok_or_else(|| {
            let text = "only images, PDF, Office files, zip, audio, video and plain text can be sent";
            Error::new(Code::UnsupportedFormat, text).at(shown_name(&upload.name))
        })?;
        let sha256 = hex(&Sha256::digest(&upload.bytes));
        let attachment = Attachment {
            id: AttachmentId::new(),
            conversation_id: conversation,
            name: shown_name(&upload.name),
            mime: mime.to_owned(),
            size: i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX),
            sha256,
            uploader: uploader.to_owned(),
            sent: false,
            created_at: Timestamp::now(),
        };
        if self.store().keeps_files() {
            self.store().add_attachment(&attachment, Some(&upload.bytes)).await?;
        } else {
            self.write_file(attachment.id, upload.bytes).await?;
            self.store().add_attachment(&attachment, None).await?;
        }
        Ok(attachment)
    }

    async fn write_file(&self, id: AttachmentId, bytes: Vec<u8>) -> Result<()> {
        let path = self.attachment_path(id);
        let written = self.inner.tasks.spawn_blocking(move || write_durably(&path, &bytes)).await;
        written.map_err(|e| Error::internal(format!("the file writer failed: {e}")))?
    }

    /// An uploaded file and where it lies. The caller has to check that its reader may see the conversation.
    pub async fn attachment(&self, id: AttachmentId) -> Result<(Attachment, PathBuf)> {
        let found = self.store().attachment(id).await?.ok_or_else(|| Error::not_found("attachment", id))?;
        let path = self.attachment_path(id);
        // Where the store keeps files, the folder is a cache of it.
        if self.store().keeps_files()
            && !path.exists()
            && let Some(bytes) = self.store().attachment_file(id).await?
        {
            self.write_file(id, bytes).await?;
        }
        Ok((found, path))
    }

    /// The content of a message that carries this file. Answers `NotFound` for files of others.
    pub(super) async fn attachment_content(
        &self,
        conversation: ConversationId,
        sender: &Sender,
        id: AttachmentId,
    ) -> Result<Content> {
        let file = self.store().attachment(id).await?;
        let file = file
            .filter(|f| f.conversation_id == conversation && Some(&f.uploader) == sender.id.as_ref())
            .ok_or_else(|| Error::not_found("attachment", id))?;
        let url = format!("/api/v1/attachments/{id}");
        let Attachment { name, mime, size, .. } = file;
        Ok(if mime.starts_with("image/") {
            Content::Image { attachment_id: id, name, size, mime, url }
        } else {
            Content::File { attachment_id: id, name, size, mime, url }
        })
    }

    fn attachment_path(&self, id: AttachmentId) -> PathBuf {
        self.settings().files.join(id.to_string())
    }
}

/// The file is on disk, under its name, before its row says that it exists.
fn write_durably(path: &std::path::Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write;
    let folder = path.parent().ok_or_else(|| Error::internal("the folder of uploaded files has no name"))?;
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| Error::from(e.error).at(path.display()))?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// The name as it is shown: the last part, without control characters and path signs.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    if clean.trim().is_empty() { "file".to_owned() } else { clean }
}

/// The kind of a file by its first bytes, for the kinds we take. SVG and HTML are not among them: they can carry
/// scripts.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"%PDF-", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"ID3", "audio/mpeg"),
        (b"OggS", "audio/ogg"),
    ];
    if let Some((_, mime)) = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(mime);
    }
    match (bytes.get(0..4), bytes.get(4..8), bytes.get(8..12)) {
        (Some(b"RIFF"), _, Some(b"WEBP")) => return Some("image/webp"),
        (Some(b"RIFF"), _, Some(b"WAVE")) => return Some("audio/wav"),
        (_, Some(b"ftyp"), _) => return Some("video/mp4"),
        _ => {}
    }
    is_plain_text(bytes).then_some("text/plain")
}

fn is_plain_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let visible =
        !text.trim().is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    visible && !text.trim_start().starts_with('<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(kind_of(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some("image/webp"));
        assert_eq!(kind_of("订单截图说明".as_bytes()), Some("text/plain"));
    }

    #[test]
    fn what_can_carry_a_script_or_is_unknown_is_refused() {
        assert_eq!(kind_of(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), None);
        assert_eq!(kind_of(b"  <!doctype html><script>"), None);
        assert_eq!(kind_of(b"\x7fELF\x02\x01\x01\x00\x00\x00"), None);
        assert_eq!(kind_of(b""), None);
    }

    #[test]
    fn a_name_cannot_point_anywhere() {
        assert_eq!(shown_name("../../etc/passwd"), "passwd");
        assert_eq!(shown_name("C:\\Users\\me\\shot.png"), "shot.png");
        assert_eq!(shown_name("\u{0}/"), "file");
    }
}
