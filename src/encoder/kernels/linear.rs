//! `y = finish(W x + b)` for many rows, with 8-bit weights and inputs.
//!
//! Every input row is rounded to 0..=255 over its own range: `x ≈ low + step * q`. Then
//! `W x = scale * (step * Σ q w + low * Σ w)`, where `Σ q w` is a sum of whole numbers and exact. A row's result
//! therefore depends on nothing but that row, whatever tile it falls into.
#![allow(unsafe_code)]

use super::layout::{Lines, PackedLinear};
use super::math;
use super::simd::Simd;

/// Rows rounded to 8 bits.
#[derive(Debug, Default)]
pub(super) struct Quantised {
    inputs: Lines,
    steps: Vec<f32>,
    lows: Vec<f32>,
    width: usize,
}

impl Quantised {
    /// Rounds the rows of `rows`, each `width` numbers; `width` is a multiple of 32.
    #[inline(always)]
    pub fn fill<S: Simd>(&mut self, s: S, rows: &[f32], width: usize) {
        let count = rows.len() / width;
        self.inputs.grow_to(count * width * size_of::<S::Input>());
        self.steps.resize(count, 0.0);
        self.lows.resize(count, 0.0);
        self.width = width;
        assert!(width.is_multiple_of(32) && rows.len() == count * width);
        let out = self.inputs.as_mut_slice().as_mut_ptr().cast::<S::Input>();
        let mut r = 0;
        while r < count {
            // SAFETY: row r lies within `rows`, and `inputs` has room for count * width inputs.
            let (step, low) = unsafe { quantise(s, rows.as_ptr().add(r * width), out.add(r * width), width) };
            self.steps[r] = step;
            self.lows[r] = low;
            r += 1;
        }
    }
}

/// Rounds one row; gives its step and its lowest value.
///
/// # Safety
/// `width` numbers readable at `row` and `width` inputs writable at `out`; `width` is a multiple of 32.
#[inline(always)]
unsafe fn quantise<S: Simd>(s: S, row: *const f32, out: *mut S::Input, width: usize) -> (f32, f32) {
    // SAFETY: all offsets stay below width, which is a multiple of two vectors.
    unsafe {
        let (mut low, mut low2) = (s.load(row), s.load(row));
        let (mut high, mut high2) = (low, low);
        let mut i = 0;
        while i < width {
            let (a, b) = (s.load(row.add(i)), s.load(row.add(i + S::LANES)));
            (low, low2) = (s.min(low, a), s.min(low2, b));
            (high, high2) = (s.max(high, a), s.max(high2, b));
            i += 2 * S::LANES;
        }
        let low = s.min_lanes(s.min(low, low2));
        let range = s.max_lanes(s.max(high, high2)) - low;
        let inverse = s.splat(if range > 0.0 { 255.0 / range } else { 0.0 });
        let (lowest, zero, top) = (s.splat(low), s.splat(0.0), s.splat(255.0));
        let mut i = 0;
        while i < width {
            let q = s.mul(s.sub(s.load(row.add(i)), lowest), inverse);
            s.store_inputs(out.add(i), s.max(s.min(q, top), zero));
            i += S::LANES;
        }
        (range / 255.0, low)
    }
}

/// What happens to a result before it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Finish {
    /// Nothing.
    Plain,
    /// GELU.
    Gelu,
    /// Added to what is stored there already.
    Add,
}

/// Computes `linear` for every row of `x` into the rows of `out`.
#[inline(always)]
pub(super) fn apply<S: Simd>(s: S, linear: &PackedLinear, x: &Quantised, out: &mut [f32], finish: Finish) {
    let rows = x.steps.len();
    let columns = 2 * S::LANES;
    assert!(linear.geometry == super::geometry_of::<S>() && x.width == linear.inputs);
    assert!(out.len() == rows * linear.outputs && linear.outputs.is_multiple_of(columns));
    // Rows are spread evenly over tiles: 9 rows are 5 and 4, not 8 and 1.
    let tiles = rows.div_ceil(S::TILE_ROWS).max(1);
    let mut first_column = 0;
    while first_column < linear.outputs {
        let mut tile = 0;
        while tile < tiles {
            let (from, to) = (rows * tile / tiles, rows * (tile + 1) / tiles);
            let place = Place { linear, x, row: from, column: first_column };
            let out = out.as_mut_ptr();
            // SAFETY: geometry and sizes were checked above; rows from..to and the panel's columns exist.
            unsafe {
                match to - from {
                    1 => place.tile::<S, 1>(s, out, finish),
                    2 => place.tile::<S, 2>(s, out, finish),
                    3 => place.tile::<S, 3>(s, out, finish),
                    4 => place.tile::<S, 4>(s, out, finish),
                    5 => place.tile::<S, 5>(s, out, finish),
                    6 => place.tile::<S, 6>(s, out, finish),
                    7 => place.tile::<S, 7>(s, out, finish),
                    8 => place.tile::<S, 8>(s, out, finish),
                    _ => {}
                }
            }
            tile += 1;
        }
        first_column += columns;
    }
}

/// Where a tile lies: some rows, and the columns of one panel.
#[derive(Clone, Copy)]
struct Place<'a> {
    linear: &'a PackedLinear,
    x: &'a Quantised,
    row: usize,
    column: usize,
}

impl Place<'_> {
    /// Computes `R` rows of one panel.
    ///
    /// # Safety
    /// Rows `row..row + R` exist in `x` and in `out`, the panel of `column` in `linear`, packed for `S`.
    #[inline(always)]
    unsafe fn tile<S: Simd, const R: usize>(self, s: S, out: *mut f32, finish: Finish) {
        let Self { linear, x, row, column } = self;
        let width = linear.inputs;
        let half = S::LANES * S::GROUP;
        // SAFETY: a panel holds width * columns weights; rows are width inputs long; both are multiples of GROUP.
        unsafe {
            let mut sums = [[s.zero_sums(); 2]; R];
            let mut weights = linear.panels.as_slice().as_ptr().add(column * width);
            let first = x.inputs.as_slice().as_ptr().cast::<S::Input>().add(row * width);
            let mut i = 0;
            while i < width {
                let left = s.load_weights(weights);
                let right = s.load_weights(weights.add(half));
                weights = weights.add(2 * half);
                let mut r = 0;
                while r < R {
                    let inputs = s.load_inputs(first.add(r * width + i));
                    sums[r][0] = s.dot(sums[r][0], inputs, left);
                    sums[r][1] = s.dot(sums[r][1], inputs, right);
                    r += 1;
                }
                i += S::GROUP;
            }
            let mut side = 0;
            while side < 2 {
                let at = column + side * S::LANES;
                let scale = s.load(linear.scales.as_ptr().add(at));
                let offset = s.load(linear.offsets.as_ptr().add(at));
                let bias = s.load(linear.bias.as_ptr().add(at));
                let mut r = 0;
                while r < R {
                    let step = s.mul(scale, s.splat(*x.steps.get_unchecked(row + r)));
                    let base = s.mul_add(offset, s.splat(*x.lows.get_unchecked(row + r)), bias);
                    let y = s.mul_add(s.to_float(sums[r][side]), step, base);
                    let to = out.add((row + r) * linear.outputs + at);
                    let y = match finish {
                        Finish::Plain => y,
                        Finish::Gelu => math::gelu(s, y),
                        Finish::Add => s.add(y, s.load(to)),
                    };
                    s.store(to, y);
                    r += 1;
                }
                side += 1;
            }
        }
    }
}
