//! `y = finish(W x + b)` for many rows, with 8-bit weights and inputs.
//!
//! Every input row is rounded to 256 steps over its own range: `x ≈ low + step * q`. Then
//! `W x = scale * (step * Σ q w + low * Σ w)`, where `Σ q w` is a sum of whole numbers and exact. A row's result
//! therefore depends on nothing but that row, whatever tile it falls into.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use super::amx;
use super::layout::{Lines, PackedLinear};
use super::math;
use super::simd::Simd;

/// Inputs have room for a multiple of so many rows.
const BLOCK_ROWS: usize = 16;

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
        // The matrix unit reads whole blocks of rows.
        self.inputs.grow_to(count.next_multiple_of(BLOCK_ROWS) * width * size_of::<S::Input>());
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

/// Rounds one row; gives its step and the value that an input of zero stands for.
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
        let step = range / 255.0;
        (step, low + S::ZERO_POINT * step)
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
    assert!(linear.geometry == super::geometry_of::<S>() && x.width == linear.inputs);
    assert!(out.len() == rows * linear.outputs && linear.outputs.is_multiple_of(2 * S::LANES));
    let job = Job { linear, x, out: out.as_mut_ptr(), finish };
    #[cfg(target_arch = "x86_64")]
    if S::MATRIX_UNIT && rows >= FEWEST_ROWS && linear.inputs.is_multiple_of(amx::DEPTH) {
        // SAFETY: geometry and sizes were checked above.
        return unsafe { job.in_blocks(s, rows) };
    }
    // SAFETY: geometry and sizes were checked above.
    unsafe { job.in_tiles(s, rows) }
}

/// Fewer rows than this leave most of the matrix unit idle.
#[cfg(target_arch = "x86_64")]
const FEWEST_ROWS: usize = 4;

/// A layer, its inputs and where the results go.
#[derive(Clone, Copy)]
struct Job<'a> {
    linear: &'a PackedLinear,
    x: &'a Quantised,
    out: *mut f32,
    finish: Finish,
}

impl Job<'_> {
    /// In the matrix unit, 32 or 16 rows at a time.
    ///
    /// # Safety
    /// The unit must be [`amx::available`]; `rows` rows exist in `x` and in `out`; `linear` is packed for the unit, and
    /// its inputs are a multiple of [`amx::DEPTH`].
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    unsafe fn in_blocks<S: Simd>(self, s: S, rows: usize) {
        let width = self.linear.inputs;
        let steps = width / amx::DEPTH;
        // SAFETY: rows up to the next multiple of sixteen are readable, see `Quantised::fill`; the sums of rows that
        // do not exist are left where they are.
        unsafe {
            let unit = amx::Unit::set_up();
            let mut sums = amx::Sums::default();
            let mut column = 0;
            while column < self.linear.outputs {
                let panel = self.linear.panels.as_slice().as_ptr().add(column * width);
                let (left, right) = (self.columns(s, column), self.columns(s, column + S::LANES));
                let mut row = 0;
                while row < rows {
                    let inputs = self.x.inputs.as_slice().as_ptr().cast::<u8>().add(row * width);
                    let block = if row + amx::ROWS < rows {
                        unit.two(inputs, width, panel, steps, &mut sums);
                        2 * amx::ROWS
                    } else {
                        unit.one(inputs, width, panel, steps, &mut sums);
                        amx::ROWS
                    };
                    let end = rows.min(row + block);
                    let mut from = sums.0.as_ptr();
                    while row < end {
                        left.finish(s, self, row, s.load_sums(from));
                        right.finish(s, self, row, s.load_sums(from.add(S::LANES)));
                        from = from.add(amx::COLUMNS);
                        row += 1;
                    }
                }
                column += amx::COLUMNS;
            }
        }
    }

    /// In vector registers, a few rows at a time.
    ///
    /// # Safety
    /// `rows` rows exist in `x` and in `out`; `linear` is packed for `S`.
    #[inline(always)]
    unsafe fn in_tiles<S: Simd>(self, s: S, rows: usize) {
        // Rows are spread evenly over tiles: 9 rows are 5 and 4, not 8 and 1.
        let tiles = rows.div_ceil(S::TILE_ROWS).max(1);
        let mut column = 0;
        while column < self.linear.outputs {
            let mut tile = 0;
            while tile < tiles {
                let (from, to) = (rows * tile / tiles, rows * (tile + 1) / tiles);
                // The last tile has all its weights at hand and time to send for those of the next panel.
                let ahead = if tile + 1 == tiles { 2 * S::LANES * self.linear.inputs } else { 0 };
                // SAFETY: rows from..to and the panel's columns exist.
                unsafe {
                    match to - from {
                        1 => self.tile::<S, 1>(s, from, column, ahead),
                        2 => self.tile::<S, 2>(s, from, column, ahead),
                        3 => self.tile::<S, 3>(s, from, column, ahead),
                        4 => self.tile::<S, 4>(s, from, column, ahead),
                        5 => self.tile::<S, 5>(s, from, column, ahead),
                        6 => self.tile::<S, 6>(s, from, column, ahead),
                        7 => self.tile::<S, 7>(s, from, column, ahead),
                        8 => self.tile::<S, 8>(s, from, column, ahead),
                        _ => {}
                    }
                }
                tile += 1;
            }
            column += 2 * S::LANES;
        }
    }

    /// `R` rows of one panel; the weights `ahead` of those in use are sent for meanwhile.
    ///
    /// # Safety
    /// Rows `row..row + R` exist in `x` and in `out`, the panel of `column` in `linear`, packed for `S`.
    #[inline(always)]
    unsafe fn tile<S: Simd, const R: usize>(self, s: S, row: usize, column: usize, ahead: usize) {
        let Self { linear, x, .. } = self;
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
                s.prefetch(weights.wrapping_add(ahead));
                s.prefetch(weights.wrapping_add(ahead + half));
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
                let columns = self.columns(s, column + side * S::LANES);
                let mut r = 0;
                while r < R {
                    columns.finish(s, self, row + r, sums[r][side]);
                    r += 1;
                }
                side += 1;
            }
        }
    }

    /// # Safety
    /// `linear` has `LANES` outputs from `at` on.
    #[inline(always)]
    unsafe fn columns<S: Simd>(self, s: S, at: usize) -> Columns<S> {
        let Self { linear, .. } = self;
        // SAFETY: as the caller vouches.
        unsafe {
            Columns {
                at,
                scale: s.load(linear.scales.as_ptr().add(at)),
                offset: s.load(linear.offsets.as_ptr().add(at)),
                bias: s.load(linear.bias.as_ptr().add(at)),
            }
        }
    }
}

/// One vector of outputs.
struct Columns<S: Simd> {
    at: usize,
    scale: S::Float,
    offset: S::Float,
    bias: S::Float,
}

impl<S: Simd> Columns<S> {
    /// Turns a row's sums into its outputs and stores them.
    ///
    /// # Safety
    /// The row exists in the job's inputs and results.
    #[inline(always)]
    unsafe fn finish(&self, s: S, job: Job<'_>, row: usize, sums: S::Int) {
        // SAFETY: as the caller vouches.
        unsafe {
            let step = s.mul(self.scale, s.splat(*job.x.steps.get_unchecked(row)));
            let base = s.mul_add(self.offset, s.splat(*job.x.lows.get_unchecked(row)), self.bias);
            let y = s.mul_add(s.to_float(sums), step, base);
            let to = job.out.add(row * job.linear.outputs + self.at);
            let y = match job.finish {
                Finish::Plain => y,
                Finish::Gelu => math::gelu(s, y),
                Finish::Add => s.add(y, s.load(to)),
            };
            s.store(to, y);
        }
    }
}
