//! NEON with the dot product of 8-bit numbers: nearly every 64-bit ARM CPU since 2018.
//!
//! Both factors of its product are signed, so inputs are stored with 128 taken off. Rust has no stable intrinsic for
//! the product yet; it stands here as assembly.
#![allow(unsafe_code)]

use std::arch::aarch64::*;
use std::arch::asm;

use super::simd::{Job, Simd};

/// Proof that this CPU has NEON's dot product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeonDot(());

impl NeonDot {
    /// The proof, if there is one.
    pub fn detect() -> Option<Self> {
        let has = std::arch::is_aarch64_feature_detected!("neon")
            && std::arch::is_aarch64_feature_detected!("dotprod");
        has.then_some(Self(()))
    }
}

#[target_feature(enable = "neon,dotprod")]
fn compiled<J: Job>(simd: NeonDot, job: J) -> J::Output {
    job.run(simd)
}

// SAFETY of every block below: a NeonDot exists only where the CPU has the instructions (see `detect`), and pointers
// are vouched for by the caller as the trait demands.
impl Simd for NeonDot {
    const LANES: usize = 4;
    const GROUP: usize = 4;
    const TILE_ROWS: usize = 8;
    const ZERO_POINT: f32 = 128.0;

    type Float = float32x4_t;
    type Int = int32x4_t;
    type Input = i8;
    type Inputs = int8x16_t;
    type Weights = int8x16_t;

    #[inline(always)]
    fn enter<J: Job>(self, job: J) -> J::Output {
        // SAFETY: the CPU has the features `compiled` enables.
        unsafe { compiled(self, job) }
    }

    #[inline(always)]
    fn splat(self, x: f32) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vdupq_n_f32(x) }
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vld1q_f32(from) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, x: float32x4_t) {
        // SAFETY: see above.
        unsafe { vst1q_f32(to, x) }
    }
    #[inline(always)]
    fn add(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vaddq_f32(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vsubq_f32(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vmulq_f32(a, b) }
    }
    #[inline(always)]
    fn mul_add(self, a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vfmaq_f32(c, a, b) }
    }
    #[inline(always)]
    fn min(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vminq_f32(a, b) }
    }
    #[inline(always)]
    fn max(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vmaxq_f32(a, b) }
    }
    #[inline(always)]
    fn round(self, a: float32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vrndnq_f32(a) }
    }
    #[inline(always)]
    fn scale_by_power(self, a: float32x4_t, n: float32x4_t) -> float32x4_t {
        // SAFETY: see above. n lies in -126..=127, so n + 127 is a valid exponent.
        unsafe {
            let exponent = vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127));
            vmulq_f32(a, vreinterpretq_f32_s32(vshlq_n_s32::<23>(exponent)))
        }
    }
    #[inline(always)]
    fn sum_lanes(self, a: float32x4_t) -> f32 {
        // SAFETY: see above.
        unsafe { vaddvq_f32(a) }
    }
    #[inline(always)]
    fn min_lanes(self, a: float32x4_t) -> f32 {
        // SAFETY: see above.
        unsafe { vminvq_f32(a) }
    }
    #[inline(always)]
    fn max_lanes(self, a: float32x4_t) -> f32 {
        // SAFETY: see above.
        unsafe { vmaxvq_f32(a) }
    }

    #[inline(always)]
    unsafe fn store_inputs(self, to: *mut i8, x: float32x4_t) {
        // SAFETY: see above.
        unsafe {
            let words = vqmovn_s32(vsubq_s32(vcvtnq_s32_f32(x), vdupq_n_s32(128)));
            let bytes = vqmovn_s16(vcombine_s16(words, words));
            to.cast::<i32>().write_unaligned(vget_lane_s32::<0>(vreinterpret_s32_s8(bytes)));
        }
    }

    #[inline(always)]
    fn zero_sums(self) -> int32x4_t {
        // SAFETY: see above.
        unsafe { vdupq_n_s32(0) }
    }
    #[inline(always)]
    unsafe fn load_inputs(self, from: *const i8) -> int8x16_t {
        // SAFETY: see above.
        unsafe { vreinterpretq_s8_s32(vdupq_n_s32(from.cast::<i32>().read_unaligned())) }
    }
    #[inline(always)]
    unsafe fn load_weights(self, from: *const i8) -> int8x16_t {
        // SAFETY: see above.
        unsafe { vld1q_s8(from) }
    }
    #[inline(always)]
    fn prefetch(self, _: *const i8) {}
    #[inline(always)]
    fn dot(self, sums: int32x4_t, inputs: int8x16_t, weights: int8x16_t) -> int32x4_t {
        let mut sums = sums;
        // SAFETY: see above. The instruction touches registers only.
        unsafe {
            asm!(
                "sdot {sums:v}.4s, {inputs:v}.16b, {weights:v}.16b",
                sums = inout(vreg) sums,
                inputs = in(vreg) inputs,
                weights = in(vreg) weights,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        sums
    }
    #[inline(always)]
    fn to_float(self, sums: int32x4_t) -> float32x4_t {
        // SAFETY: see above.
        unsafe { vcvtq_f32_s32(sums) }
    }
    #[inline(always)]
    unsafe fn load_sums(self, from: *const i32) -> int32x4_t {
        // SAFETY: see above.
        unsafe { vld1q_s32(from) }
    }
}
