//! AVX2 with FMA: nearly every x86 CPU since 2013; and the same with VNNI, on desktop CPUs since 2021.
//!
//! Plain AVX2 multiplies 16-bit numbers, because its 8-bit product saturates; with VNNI 8-bit numbers do.
#![allow(unsafe_code)]

use std::arch::x86_64::*;

use super::simd::{Job, Simd};

/// Proof that this CPU has AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx2(());

/// Proof that this CPU has AVX2, FMA and AVX-VNNI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvxVnni(());

impl Avx2 {
    /// The proof, if there is one.
    pub fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

impl AvxVnni {
    /// The proof, if there is one.
    pub fn detect() -> Option<Self> {
        (Avx2::detect().is_some() && is_x86_feature_detected!("avxvnni")).then_some(Self(()))
    }
}

#[target_feature(enable = "avx2,fma")]
fn compiled_avx2<J: Job>(simd: Avx2, job: J) -> J::Output {
    job.run(simd)
}

#[target_feature(enable = "avx2,fma,avxvnni")]
fn compiled_avxvnni<J: Job>(simd: AvxVnni, job: J) -> J::Output {
    job.run(simd)
}

// SAFETY of every block below: the proofs exist only where the CPU has the instructions (see `detect`), and pointers
// are vouched for by the caller as the trait demands.

/// What both have in common: f32 vectors of eight.
macro_rules! floats_of_eight {
    () => {
        #[inline(always)]
        fn splat(self, x: f32) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_set1_ps(x) }
        }
        #[inline(always)]
        unsafe fn load(self, from: *const f32) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_loadu_ps(from) }
        }
        #[inline(always)]
        unsafe fn store(self, to: *mut f32, x: __m256) {
            // SAFETY: see above.
            unsafe { _mm256_storeu_ps(to, x) }
        }
        #[inline(always)]
        fn add(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_add_ps(a, b) }
        }
        #[inline(always)]
        fn sub(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_sub_ps(a, b) }
        }
        #[inline(always)]
        fn mul(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_mul_ps(a, b) }
        }
        #[inline(always)]
        fn mul_add(self, a: __m256, b: __m256, c: __m256) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_fmadd_ps(a, b, c) }
        }
        #[inline(always)]
        fn min(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_min_ps(a, b) }
        }
        #[inline(always)]
        fn max(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_max_ps(a, b) }
        }
        #[inline(always)]
        fn round(self, a: __m256) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a) }
        }
        #[inline(always)]
        fn scale_by_power(self, a: __m256, n: __m256) -> __m256 {
            // SAFETY: see above. n lies in -126..=127, so n + 127 is a valid exponent.
            unsafe {
                let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
                _mm256_mul_ps(a, _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent)))
            }
        }
        #[inline(always)]
        fn sum_lanes(self, a: __m256) -> f32 {
            // SAFETY: see above.
            unsafe {
                let four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
                let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
                _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
            }
        }
        #[inline(always)]
        fn min_lanes(self, a: __m256) -> f32 {
            // SAFETY: see above.
            unsafe {
                let four = _mm_min_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
                let two = _mm_min_ps(four, _mm_movehl_ps(four, four));
                _mm_cvtss_f32(_mm_min_ss(two, _mm_movehdup_ps(two)))
            }
        }
        #[inline(always)]
        fn max_lanes(self, a: __m256) -> f32 {
            // SAFETY: see above.
            unsafe {
                let four = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
                let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
                _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)))
            }
        }
        #[inline(always)]
        fn zero_sums(self) -> __m256i {
            // SAFETY: see above.
            unsafe { _mm256_setzero_si256() }
        }
        #[inline(always)]
        unsafe fn load_sums(self, from: *const i32) -> __m256i {
            // SAFETY: see above.
            unsafe { _mm256_loadu_si256(from.cast()) }
        }
        #[inline(always)]
        fn to_float(self, sums: __m256i) -> __m256 {
            // SAFETY: see above.
            unsafe { _mm256_cvtepi32_ps(sums) }
        }
    };
}

impl Simd for Avx2 {
    const LANES: usize = 8;
    const GROUP: usize = 2;
    const TILE_ROWS: usize = 6;

    type Float = __m256;
    type Int = __m256i;
    type Input = i16;
    type Inputs = __m256i;
    type Weights = __m256i;

    #[inline(always)]
    fn enter<J: Job>(self, job: J) -> J::Output {
        // SAFETY: the CPU has the features `compiled_avx2` enables.
        unsafe { compiled_avx2(self, job) }
    }

    floats_of_eight!();

    #[inline(always)]
    unsafe fn store_inputs(self, to: *mut i16, x: __m256) {
        // SAFETY: see above.
        unsafe {
            let whole = _mm256_cvtps_epi32(x);
            let packed = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256::<1>(whole));
            _mm_storeu_si128(to.cast(), packed);
        }
    }
    #[inline(always)]
    unsafe fn load_inputs(self, from: *const i16) -> __m256i {
        // SAFETY: see above.
        unsafe { _mm256_set1_epi32(from.cast::<i32>().read_unaligned()) }
    }
    #[inline(always)]
    unsafe fn load_weights(self, from: *const i8) -> __m256i {
        // SAFETY: see above.
        unsafe { _mm256_cvtepi8_epi16(_mm_loadu_si128(from.cast())) }
    }
    #[inline(always)]
    fn prefetch(self, from: *const i8) {
        // SAFETY: see above; nothing is read.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(from) }
    }
    #[inline(always)]
    fn dot(self, sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: see above. 255 * 128 * 2 fits 32 bits.
        unsafe { _mm256_add_epi32(sums, _mm256_madd_epi16(inputs, weights)) }
    }
}

impl Simd for AvxVnni {
    const LANES: usize = 8;
    const GROUP: usize = 4;
    const TILE_ROWS: usize = 6;

    type Float = __m256;
    type Int = __m256i;
    type Input = u8;
    type Inputs = __m256i;
    type Weights = __m256i;

    #[inline(always)]
    fn enter<J: Job>(self, job: J) -> J::Output {
        // SAFETY: the CPU has the features `compiled_avxvnni` enables.
        unsafe { compiled_avxvnni(self, job) }
    }

    floats_of_eight!();

    #[inline(always)]
    unsafe fn store_inputs(self, to: *mut u8, x: __m256) {
        // SAFETY: see above.
        unsafe {
            let whole = _mm256_cvtps_epi32(x);
            let words = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256::<1>(whole));
            _mm_storel_epi64(to.cast(), _mm_packus_epi16(words, words));
        }
    }
    #[inline(always)]
    unsafe fn load_inputs(self, from: *const u8) -> __m256i {
        // SAFETY: see above.
        unsafe { _mm256_set1_epi32(from.cast::<i32>().read_unaligned()) }
    }
    #[inline(always)]
    unsafe fn load_weights(self, from: *const i8) -> __m256i {
        // SAFETY: see above.
        unsafe { _mm256_loadu_si256(from.cast()) }
    }
    #[inline(always)]
    fn prefetch(self, from: *const i8) {
        // SAFETY: see above; nothing is read.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(from) }
    }
    #[inline(always)]
    fn dot(self, sums: __m256i, inputs: __m256i, weights: __m256i) -> __m256i {
        // SAFETY: see above.
        unsafe { _mm256_dpbusd_avx_epi32(sums, inputs, weights) }
    }
}
