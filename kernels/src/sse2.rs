//! SSE2: part of every 64-bit x86 CPU, so there is nothing to detect.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::simd::{Job, Simd};

/// The instructions every x86-64 CPU has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sse2;

/// 1.5 * 2^23: added and taken away again, it leaves no room for fractions.
const ROUNDER: f32 = 12_582_912.0;

// SAFETY of every block below: SSE2 is part of the architecture, and pointers are vouched for by the caller as the
// trait demands.
impl Simd for Sse2 {
    const LANES: usize = 4;
    const GROUP: usize = 2;
    const TILE_ROWS: usize = 6;

    type Float = __m128;
    type Int = __m128i;
    type Input = i16;
    type Inputs = __m128i;
    type Weights = __m128i;

    #[inline(always)]
    fn enter<J: Job>(self, job: J) -> J::Output {
        job.run(self)
    }

    #[inline(always)]
    fn splat(self, x: f32) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_set1_ps(x) }
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, x: __m128) {
        // SAFETY: see above.
        unsafe { _mm_storeu_ps(to, x) }
    }
    #[inline(always)]
    fn add(self, a: __m128, b: __m128) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_add_ps(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: __m128, b: __m128) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_sub_ps(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: __m128, b: __m128) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_mul_ps(a, b) }
    }
    #[inline(always)]
    fn mul_add(self, a: __m128, b: __m128, c: __m128) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_add_ps(_mm_mul_ps(a, b), c) }
    }
    #[inline(always)]
    fn min(self, a: __m128, b: __m128) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_min_ps(a, b) }
    }
    #[inline(always)]
    fn max(self, a: __m128, b: __m128) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_max_ps(a, b) }
    }
    #[inline(always)]
    fn round(self, a: __m128) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_sub_ps(_mm_add_ps(a, _mm_set1_ps(ROUNDER)), _mm_set1_ps(ROUNDER)) }
    }
    #[inline(always)]
    fn scale_by_power(self, a: __m128, n: __m128) -> __m128 {
        // SAFETY: see above. n lies in -126..=127, so n + 127 is a valid exponent.
        unsafe {
            let exponent = _mm_add_epi32(_mm_cvtps_epi32(n), _mm_set1_epi32(127));
            _mm_mul_ps(a, _mm_castsi128_ps(_mm_slli_epi32::<23>(exponent)))
        }
    }
    #[inline(always)]
    fn sum_lanes(self, a: __m128) -> f32 {
        // SAFETY: see above.
        unsafe {
            let two = _mm_add_ps(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }
    #[inline(always)]
    fn min_lanes(self, a: __m128) -> f32 {
        // SAFETY: see above.
        unsafe {
            let two = _mm_min_ps(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_min_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }
    #[inline(always)]
    fn max_lanes(self, a: __m128) -> f32 {
        // SAFETY: see above.
        unsafe {
            let two = _mm_max_ps(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }

    #[inline(always)]
    unsafe fn store_inputs(self, to: *mut i16, x: __m128) {
        // SAFETY: see above.
        unsafe {
            let whole = _mm_cvtps_epi32(x);
            _mm_storel_epi64(to.cast(), _mm_packs_epi32(whole, whole));
        }
    }

    #[inline(always)]
    fn zero_sums(self) -> __m128i {
        // SAFETY: see above.
        unsafe { _mm_setzero_si128() }
    }
    #[inline(always)]
    unsafe fn load_inputs(self, from: *const i16) -> __m128i {
        // SAFETY: see above.
        unsafe { _mm_set1_epi32(from.cast::<i32>().read_unaligned()) }
    }
    #[inline(always)]
    unsafe fn load_weights(self, from: *const i8) -> __m128i {
        // SAFETY: see above. Each byte goes into the upper half of a word, which is then shifted down with its sign.
        unsafe {
            let bytes = _mm_loadl_epi64(from.cast());
            _mm_srai_epi16::<8>(_mm_unpacklo_epi8(bytes, bytes))
        }
    }
    #[inline(always)]
    fn prefetch(self, from: *const i8) {
        // SAFETY: see above; nothing is read.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(from) }
    }
    #[inline(always)]
    fn dot(self, sums: __m128i, inputs: __m128i, weights: __m128i) -> __m128i {
        // SAFETY: see above. 255 * 128 * 2 fits 32 bits.
        unsafe { _mm_add_epi32(sums, _mm_madd_epi16(inputs, weights)) }
    }
    #[inline(always)]
    unsafe fn load_sums(self, from: *const i32) -> __m128i {
        // SAFETY: see above.
        unsafe { _mm_loadu_si128(from.cast()) }
    }
    #[inline(always)]
    fn to_float(self, sums: __m128i) -> __m128 {
        // SAFETY: see above.
        unsafe { _mm_cvtepi32_ps(sums) }
    }
}
