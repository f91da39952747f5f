//! The matrix unit of Intel servers since 2023: sixteen rows times sixteen columns in one instruction.
//!
//! Its tiles read rows of inputs and panels of weights as they lie in memory for AVX-512, so a model is packed once
//! for both. Rust has no stable intrinsics for it yet; the instructions stand here as assembly.
#![allow(unsafe_code)]

use std::arch::asm;
use std::sync::LazyLock;

/// Rows of a tile.
pub(super) const ROWS: usize = 16;
/// Inputs that one instruction multiplies.
pub(super) const DEPTH: usize = 64;
/// Columns of a panel: two tiles.
pub(super) const COLUMNS: usize = 32;
/// Sums of two tiles of rows times one panel, row after row.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct Sums(pub [i32; 2 * ROWS * COLUMNS]);

impl Default for Sums {
    fn default() -> Self {
        Self([0; 2 * ROWS * COLUMNS])
    }
}

/// Whether this CPU has the unit for 8-bit numbers and the kernel lets this process use it. Asked once.
pub(super) fn available() -> bool {
    static AVAILABLE: LazyLock<bool> = LazyLock::new(|| has_instructions() && permitted());
    *AVAILABLE
}

/// CPUID leaf 7: AMX-TILE and AMX-INT8.
fn has_instructions() -> bool {
    const TILE: u32 = 1 << 24;
    const INT8: u32 = 1 << 25;
    if std::arch::x86_64::__cpuid(0).eax < 7 {
        return false;
    }
    let features = std::arch::x86_64::__cpuid_count(7, 0).edx;
    features & TILE != 0 && features & INT8 != 0
}

/// Linux keeps the tiles' eight kilobytes from a process until it asks for them.
#[cfg(target_os = "linux")]
fn permitted() -> bool {
    const ARCH_REQ_XCOMP_PERM: libc::c_long = 0x1023;
    const XFEATURE_XTILEDATA: libc::c_long = 18;
    // SAFETY: the call only asks for a permission; it reads and writes no memory of ours.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0 }
}

/// Elsewhere nobody has tried.
#[cfg(not(target_os = "linux"))]
fn permitted() -> bool {
    false
}

/// What `ldtilecfg` reads: palette 1, eight tiles of sixteen rows of 64 bytes.
#[repr(C, align(64))]
struct Shape {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

static SHAPE: Shape = {
    let (mut row_bytes, mut rows) = ([0; 16], [0; 16]);
    let mut tile = 0;
    while tile < 8 {
        (row_bytes[tile], rows[tile]) = (64, ROWS as u8);
        tile += 1;
    }
    Shape { palette: 1, start_row: 0, reserved: [0; 14], row_bytes, rows }
};

/// The unit, set up on this thread; it is released when this is dropped.
#[derive(Debug)]
pub(super) struct Unit(());

impl Unit {
    /// Sets the unit up.
    ///
    /// # Safety
    /// [`available`] must have said so.
    #[inline(always)]
    pub unsafe fn set_up() -> Self {
        // SAFETY: SHAPE is a valid configuration of 64 bytes.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &raw const SHAPE, options(nostack, readonly)) };
        Self(())
    }

    /// Sums of sixteen rows of inputs times one panel, into the first half of `sums`.
    ///
    /// # Safety
    /// Sixteen rows of `steps * DEPTH` inputs, `width` bytes apart, are readable at `rows`, and as many groups of
    /// four weights for 32 columns at `panel`; `steps` is not 0.
    #[inline(always)]
    pub unsafe fn one(&self, rows: *const u8, width: usize, panel: *const i8, steps: usize, sums: &mut Sums) {
        // SAFETY: reads and writes what the caller vouches for.
        unsafe {
            asm!(
                "tilezero tmm0",
                "tilezero tmm1",
                "2:",
                "tileloadd tmm4, [{rows} + {width}]",
                "tileloadd tmm6, [{panel} + {line}]",
                "tdpbusd tmm0, tmm4, tmm6",
                "tileloadd tmm7, [{panel} + {line} + 64]",
                "tdpbusd tmm1, tmm4, tmm7",
                "add {rows}, 64",
                "add {panel}, 2048",
                "dec {steps}",
                "jnz 2b",
                "tilestored [{sums} + {line}], tmm0",
                "tilestored [{sums} + {line} + 64], tmm1",
                rows = inout(reg) rows => _,
                panel = inout(reg) panel => _,
                steps = inout(reg) steps => _,
                width = in(reg) width,
                line = in(reg) 4 * COLUMNS,
                sums = in(reg) sums.0.as_mut_ptr(),
                options(nostack),
            );
        }
    }

    /// As [`Unit::one`] for 32 rows: every weight that was loaded serves twice.
    ///
    /// # Safety
    /// As for [`Unit::one`], with 32 rows.
    #[inline(always)]
    pub unsafe fn two(&self, rows: *const u8, width: usize, panel: *const i8, steps: usize, sums: &mut Sums) {
        // SAFETY: reads and writes what the caller vouches for.
        unsafe {
            asm!(
                "tilezero tmm0",
                "tilezero tmm1",
                "tilezero tmm2",
                "tilezero tmm3",
                "2:",
                "tileloadd tmm4, [{rows} + {width}]",
                "tileloadd tmm6, [{panel} + {line}]",
                "tdpbusd tmm0, tmm4, tmm6",
                "tileloadd tmm7, [{panel} + {line} + 64]",
                "tdpbusd tmm1, tmm4, tmm7",
                "tileloadd tmm5, [{more} + {width}]",
                "tdpbusd tmm2, tmm5, tmm6",
                "tdpbusd tmm3, tmm5, tmm7",
                "add {rows}, 64",
                "add {more}, 64",
                "add {panel}, 2048",
                "dec {steps}",
                "jnz 2b",
                "tilestored [{sums} + {line}], tmm0",
                "tilestored [{sums} + {line} + 64], tmm1",
                "tilestored [{sums} + {line} + 2048], tmm2",
                "tilestored [{sums} + {line} + 2112], tmm3",
                rows = inout(reg) rows => _,
                more = inout(reg) rows.add(ROWS * width) => _,
                panel = inout(reg) panel => _,
                steps = inout(reg) steps => _,
                width = in(reg) width,
                line = in(reg) 4 * COLUMNS,
                sums = in(reg) sums.0.as_mut_ptr(),
                options(nostack),
            );
        }
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        // SAFETY: a Unit exists only where the instructions do.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }
}
