//! The arithmetic of the forward pass, for whatever CPU the program runs on.
//!
//! Written once against [`simd::Simd`], compiled for every instruction set in every build, chosen when the program
//! starts. The place for `unsafe`. It knows matrices, not models: no candle, no files, no threads. A crate of its
//! own, so that it is compiled for speed also where the rest is compiled to be looked into.

#[cfg(target_arch = "x86_64")]
mod amx;
mod attention;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod blocks;
mod bytes;
mod layout;
mod linear;
mod math;
#[cfg(target_arch = "aarch64")]
mod neon;
mod norm;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod plain;
mod simd;
#[cfg(target_arch = "x86_64")]
mod sse2;
#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::fmt;

pub use blocks::{AttentionWeights, FeedForwardWeights, Space};
pub use bytes::dots as dots_of_bytes;
pub use layout::{Geometry, NormWeights, PackedLinear};
use simd::{Job, Simd};

/// What every CPU of the architecture this program is built for has.
#[cfg(not(target_arch = "x86_64"))]
use plain::Plain as Baseline;
#[cfg(target_arch = "x86_64")]
use sse2::Sse2 as Baseline;

/// An instruction set this CPU has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    Portable(Baseline),
    /// What the others are checked against.
    #[cfg(test)]
    Plain(plain::Plain),
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    AvxVnni(avx2::AvxVnni),
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni(avx512::Avx512Vnni<false>),
    #[cfg(target_arch = "x86_64")]
    Amx(avx512::Avx512Vnni<true>),
    #[cfg(target_arch = "aarch64")]
    NeonDot(neon::NeonDot),
}

/// The environment asks for an instruction set that this CPU lacks.
#[derive(Debug)]
pub struct UnknownKernel {
    asked: String,
    available: Vec<&'static str>,
}

impl fmt::Display for UnknownKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.available.join(", ");
        let asked = &self.asked;
        write!(
            f,
            "{KERNEL_VARIABLE} is {asked:?}, but this CPU has {names}; take one of these or leave it unset"
        )
    }
}

impl std::error::Error for UnknownKernel {}

/// Names an instruction set for measurements and for machines whose best one misbehaves.
pub const KERNEL_VARIABLE: &str = "ZHIKE_ENCODER_KERNEL";

impl Kernel {
    /// The kernel named by the environment, otherwise the fastest this CPU has.
    ///
    /// # Errors
    /// When this CPU lacks the one that is named.
    pub fn choose() -> Result<Self, UnknownKernel> {
        let name = std::env::var_os(KERNEL_VARIABLE).filter(|name| !name.is_empty());
        Self::named(name.as_deref(), &Self::available())
    }

    /// The one of `available` with this name; without a name the first.
    fn named(name: Option<&OsStr>, available: &[Self]) -> Result<Self, UnknownKernel> {
        let found = available.iter().find(|kernel| name.is_none_or(|name| name == kernel.name()));
        found.copied().ok_or_else(|| UnknownKernel {
            asked: name.unwrap_or_default().to_string_lossy().into_owned(),
            available: available.iter().map(|kernel| kernel.name()).collect(),
        })
    }

    /// What this CPU has, fastest first. Never empty.
    pub fn available() -> Vec<Self> {
        let mut kernels = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            kernels.extend(avx512::Avx512Vnni::detect().map(Self::Amx));
            kernels.extend(avx512::Avx512Vnni::detect().map(Self::Avx512Vnni));
            kernels.extend(avx2::AvxVnni::detect().map(Self::AvxVnni));
            kernels.extend(avx2::Avx2::detect().map(Self::Avx2));
        }
        #[cfg(target_arch = "aarch64")]
        kernels.extend(neon::NeonDot::detect().map(Self::NeonDot));
        kernels.push(Self::Portable(Baseline));
        kernels
    }

    /// The name by which it is chosen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable(_) => "portable",
            #[cfg(test)]
            Self::Plain(_) => "plain",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) => "avxvnni",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni(_) => "avx512vnni",
            #[cfg(target_arch = "x86_64")]
            Self::Amx(_) => "amx",
            #[cfg(target_arch = "aarch64")]
            Self::NeonDot(_) => "neondot",
        }
    }

    /// How weights must be packed for it.
    pub fn geometry(self) -> Geometry {
        self.run(GeometryOf)
    }

    fn run<J: Job>(self, job: J) -> J::Output {
        match self {
            Self::Portable(simd) => simd.enter(job),
            #[cfg(test)]
            Self::Plain(simd) => simd.enter(job),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => simd.enter(job),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(simd) => simd.enter(job),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni(simd) => simd.enter(job),
            #[cfg(target_arch = "x86_64")]
            Self::Amx(simd) => simd.enter(job),
            #[cfg(target_arch = "aarch64")]
            Self::NeonDot(simd) => simd.enter(job),
        }
    }
}

/// A panel is two vectors wide, so that each input that was loaded serves twice.
fn geometry_of<S: Simd>() -> Geometry {
    Geometry { columns: 2 * S::LANES, group: S::GROUP }
}

struct GeometryOf;

impl Job for GeometryOf {
    type Output = Geometry;
    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Geometry {
        geometry_of::<S>()
    }
}
