//! Gives memory that is free back to the system.
//!
//! A training takes and frees blocks of tens of megabytes. glibc raises the size from which it asks the system for
//! blocks of their own up to 32 MB once it has seen such a block freed, keeps the next ones in its heaps, and gives
//! them back only from the top: a server that has trained would hold up to 80 MB it has no use for, now more, now less.

#![allow(unsafe_code)]

/// Gives back when it is dropped. Made first in a function, it is dropped last, after all that the function took.
#[derive(Debug)]
pub struct GiveBack;

impl Drop for GiveBack {
    fn drop(&mut self) {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        // SAFETY: malloc_trim takes no pointer, keeps all that is in use, and may be called from any thread.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}
