//! What a kernel needs from a CPU: vectors of f32 and products of 8-bit numbers, as one trait.
//!
//! The kernels are written once against [`Simd`] and compiled once for every instruction set. A value of a type that
//! implements it is the proof that this CPU has the instructions: only detection makes such values.
#![allow(unsafe_code)]

/// One instruction set. Methods without `unsafe` are sound because a value exists only where the CPU has it.
pub trait Simd: Copy {
    /// Numbers in a [`Simd::Float`] and in a [`Simd::Int`].
    const LANES: usize;
    /// Inputs that one lane of [`Simd::dot`] multiplies and adds up at once.
    const GROUP: usize;
    /// Rows of a tile whose sums fit the registers, two vectors a row.
    const TILE_ROWS: usize;
    /// What is taken off an input of 0..=255 before it is stored: 128 where both factors of a product are signed.
    const ZERO_POINT: f32 = 0.0;
    /// Whether the matrix unit of [`super::amx`] multiplies blocks of rows; panels are then as wide as its tiles want.
    const MATRIX_UNIT: bool = false;

    /// f32 vector.
    type Float: Copy;
    /// i32 vector of sums.
    type Int: Copy;
    /// A quantised input as it lies in memory.
    type Input: Copy + Default;
    /// `GROUP` inputs, the same for every lane.
    type Inputs: Copy;
    /// `GROUP` 8-bit weights for every lane.
    type Weights: Copy;

    /// Runs `job` in a function compiled for this instruction set.
    fn enter<J: Job>(self, job: J) -> J::Output;

    fn splat(self, x: f32) -> Self::Float;
    /// # Safety
    /// `LANES` numbers must be readable at `from`.
    unsafe fn load(self, from: *const f32) -> Self::Float;
    /// # Safety
    /// `LANES` numbers must be writable at `to`.
    unsafe fn store(self, to: *mut f32, x: Self::Float);
    fn add(self, a: Self::Float, b: Self::Float) -> Self::Float;
    fn sub(self, a: Self::Float, b: Self::Float) -> Self::Float;
    fn mul(self, a: Self::Float, b: Self::Float) -> Self::Float;
    /// `a * b + c`, in one rounding where the CPU can.
    fn mul_add(self, a: Self::Float, b: Self::Float, c: Self::Float) -> Self::Float;
    fn min(self, a: Self::Float, b: Self::Float) -> Self::Float;
    fn max(self, a: Self::Float, b: Self::Float) -> Self::Float;
    /// To the nearest whole number; only for magnitudes below 2^22.
    fn round(self, a: Self::Float) -> Self::Float;
    /// `a * 2^n` for whole `n` in -126..=127.
    fn scale_by_power(self, a: Self::Float, n: Self::Float) -> Self::Float;
    fn sum_lanes(self, a: Self::Float) -> f32;
    fn min_lanes(self, a: Self::Float) -> f32;
    fn max_lanes(self, a: Self::Float) -> f32;

    /// Stores numbers of 0.0..=255.0 as inputs, rounded to nearest and [`Simd::ZERO_POINT`] taken off.
    ///
    /// # Safety
    /// `LANES` inputs must be writable at `to`.
    unsafe fn store_inputs(self, to: *mut Self::Input, x: Self::Float);

    fn zero_sums(self) -> Self::Int;
    /// # Safety
    /// `GROUP` inputs must be readable at `from`.
    unsafe fn load_inputs(self, from: *const Self::Input) -> Self::Inputs;
    /// # Safety
    /// `LANES * GROUP` weights must be readable at `from`.
    unsafe fn load_weights(self, from: *const i8) -> Self::Weights;
    /// Asks for the cache line at `from`, which will be needed soon; any address will do.
    fn prefetch(self, from: *const i8);
    /// Adds to every lane the sum of its `GROUP` products, exactly.
    fn dot(self, sums: Self::Int, inputs: Self::Inputs, weights: Self::Weights) -> Self::Int;
    fn to_float(self, sums: Self::Int) -> Self::Float;
    /// # Safety
    /// `LANES` sums must be readable at `from`.
    unsafe fn load_sums(self, from: *const i32) -> Self::Int;
}

/// Work that is compiled once for every instruction set.
pub trait Job {
    /// What the work gives.
    type Output;
    /// Does the work. Implementations are `#[inline(always)]`, so that they become part of [`Simd::enter`].
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}
