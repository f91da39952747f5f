//! Softmax attention of one head over one sequence.
//!
//! A sequence attends to itself only, so there is nothing to mask: sequences of a batch never meet. The factor
//! `1/sqrt(head width)` is part of the query weights already.
#![allow(unsafe_code)]

use super::math;
use super::simd::Simd;

/// Space that attention reuses from call to call.
#[derive(Debug, Default)]
pub(super) struct AttentionSpace {
    keys: Vec<f32>,
    values: Vec<f32>,
    scores: Vec<f32>,
}

/// Rows of query, key and value beside each other, and where the result goes.
#[derive(Debug)]
pub(super) struct Heads<'a> {
    /// `len` rows of `3 * hidden` numbers: all heads' queries, then keys, then values.
    pub qkv: &'a [f32],
    /// `len` rows of `hidden` numbers.
    pub out: &'a mut [f32],
    pub hidden: usize,
    /// Width of one head, a multiple of 32.
    pub width: usize,
}

/// Attention of every head of one sequence.
#[inline(always)]
pub(super) fn attend<S: Simd>(s: S, heads: &mut Heads<'_>, space: &mut AttentionSpace) {
    let len = heads.out.len() / heads.hidden;
    assert!(heads.qkv.len() == 3 * heads.out.len() && heads.out.len() == len * heads.hidden);
    assert!(heads.width.is_multiple_of(32) && heads.hidden.is_multiple_of(heads.width));
    let padded = len.next_multiple_of(2 * S::LANES);
    space.keys.clear();
    space.keys.resize(heads.width * padded, 0.0);
    space.values.resize(heads.width * len, 0.0);
    space.scores.resize(S::TILE_ROWS * padded, 0.0);
    let mut head = 0;
    while head < heads.hidden {
        // SAFETY: sizes were checked above; `head` is the first column of a head.
        unsafe { one_head(s, heads, head, len, padded, space) };
        head += heads.width;
    }
}

/// # Safety
/// `heads` holds `len` rows; `head + width <= hidden`; `space` holds `width * padded` keys, zero from column `len` on,
/// `width * len` values and `TILE_ROWS * padded` scores; `padded` is `len` rounded up to two vectors.
#[inline(always)]
unsafe fn one_head<S: Simd>(
    s: S,
    heads: &mut Heads<'_>,
    head: usize,
    len: usize,
    padded: usize,
    space: &mut AttentionSpace,
) {
    let (width, hidden, stride) = (heads.width, heads.hidden, 3 * heads.hidden);
    let (keys, values) = (space.keys.as_mut_ptr(), space.values.as_mut_ptr());
    let scores = space.scores.as_mut_ptr();
    // SAFETY: rows below len, columns below 3 * hidden, as the caller vouches.
    unsafe {
        let query = heads.qkv.as_ptr().add(head);
        let out = heads.out.as_mut_ptr().add(head);
        transpose(query.add(hidden), stride, len, width, keys, padded);
        gather(s, query.add(2 * hidden), stride, len, width, values);
        let tiles = len.div_ceil(S::TILE_ROWS);
        let mut tile = 0;
        while tile < tiles {
            let (row, end) = (len * tile / tiles, len * (tile + 1) / tiles);
            let product = Product {
                a: query.add(row * stride),
                a_stride: stride,
                b: keys,
                b_stride: padded,
                depth: width,
            };
            product.rows(s, end - row, scores, padded, padded);
            let mut r = row;
            while r < end {
                softmax(s, scores.add((r - row) * padded), len, padded);
                r += 1;
            }
            let product = Product { a: scores, a_stride: padded, b: values, b_stride: width, depth: len };
            product.rows(s, end - row, out.add(row * hidden), hidden, width);
            tile += 1;
        }
    }
}

/// Writes `len` rows of `width` numbers as `width` rows of `padded`.
///
/// # Safety
/// The rows are readable at `from`, `stride` apart; `to` has room for `width * padded` numbers; `padded >= len`.
#[inline(always)]
unsafe fn transpose(from: *const f32, stride: usize, len: usize, width: usize, to: *mut f32, padded: usize) {
    let mut row = 0;
    while row < len {
        let mut column = 0;
        while column < width {
            // SAFETY: as the caller vouches.
            unsafe { *to.add(column * padded + row) = *from.add(row * stride + column) };
            column += 1;
        }
        row += 1;
    }
}

/// Writes `len` rows of `width` numbers, `stride` apart, one directly after the other.
///
/// # Safety
/// The rows are readable at `from`; `to` has room for `width * len` numbers; `width` is a multiple of the lanes.
#[inline(always)]
unsafe fn gather<S: Simd>(s: S, from: *const f32, stride: usize, len: usize, width: usize, to: *mut f32) {
    let mut row = 0;
    while row < len {
        let mut column = 0;
        while column < width {
            // SAFETY: as the caller vouches.
            unsafe { s.store(to.add(row * width + column), s.load(from.add(row * stride + column))) };
            column += S::LANES;
        }
        row += 1;
    }
}

/// Replaces `len` scores by their softmax; the padding behind them is left undefined.
///
/// # Safety
/// `padded` scores, a multiple of two vectors, are writable at `scores`.
#[inline(always)]
unsafe fn softmax<S: Simd>(s: S, scores: *mut f32, len: usize, padded: usize) {
    // SAFETY: all offsets stay below padded.
    unsafe {
        let mut i = len;
        while i < padded {
            *scores.add(i) = f32::MIN;
            i += 1;
        }
        let mut greatest = s.load(scores);
        let mut i = S::LANES;
        while i < padded {
            greatest = s.max(greatest, s.load(scores.add(i)));
            i += S::LANES;
        }
        let greatest = s.splat(s.max_lanes(greatest));
        let mut sum = s.splat(0.0);
        let mut i = 0;
        while i < padded {
            let weight = math::exp(s, s.sub(s.load(scores.add(i)), greatest));
            s.store(scores.add(i), weight);
            sum = s.add(sum, weight);
            i += S::LANES;
        }
        let share = s.splat(1.0 / s.sum_lanes(sum));
        let mut i = 0;
        while i < padded {
            s.store(scores.add(i), s.mul(s.load(scores.add(i)), share));
            i += S::LANES;
        }
    }
}

/// A small product of f32 matrices: some rows of `a` times all columns of `b`.
#[derive(Clone, Copy)]
struct Product {
    a: *const f32,
    a_stride: usize,
    b: *const f32,
    b_stride: usize,
    depth: usize,
}

impl Product {
    /// Computes `count` rows of `columns` numbers into `out`.
    ///
    /// # Safety
    /// `count` (at most `TILE_ROWS`) rows of `depth` numbers at `a`, `depth` rows of `columns` at `b` and `count` at
    /// `out`; `columns` is a multiple of two vectors.
    #[inline(always)]
    unsafe fn rows<S: Simd>(self, s: S, count: usize, out: *mut f32, out_stride: usize, columns: usize) {
        let mut column = 0;
        while column < columns {
            // SAFETY: as the caller vouches.
            unsafe {
                let (part, out) = (Self { b: self.b.add(column), ..self }, out.add(column));
                match count {
                    1 => part.tile::<S, 1>(s, out, out_stride),
                    2 => part.tile::<S, 2>(s, out, out_stride),
                    3 => part.tile::<S, 3>(s, out, out_stride),
                    4 => part.tile::<S, 4>(s, out, out_stride),
                    5 => part.tile::<S, 5>(s, out, out_stride),
                    6 => part.tile::<S, 6>(s, out, out_stride),
                    7 => part.tile::<S, 7>(s, out, out_stride),
                    _ => part.tile::<S, 8>(s, out, out_stride),
                }
            }
            column += 2 * S::LANES;
        }
    }

    /// # Safety
    /// As for [`Product::rows`] with `R` rows and two vectors of columns.
    #[inline(always)]
    unsafe fn tile<S: Simd, const R: usize>(self, s: S, out: *mut f32, out_stride: usize) {
        // SAFETY: as the caller vouches.
        unsafe {
            let mut sums = [[s.splat(0.0); 2]; R];
            let mut k = 0;
            while k < self.depth {
                let b = self.b.add(k * self.b_stride);
                let (left, right) = (s.load(b), s.load(b.add(S::LANES)));
                let mut r = 0;
                while r < R {
                    let a = s.splat(*self.a.add(r * self.a_stride + k));
                    sums[r][0] = s.mul_add(a, left, sums[r][0]);
                    sums[r][1] = s.mul_add(a, right, sums[r][1]);
                    r += 1;
                }
                k += 1;
            }
            let mut r = 0;
            while r < R {
                s.store(out.add(r * out_stride), sums[r][0]);
                s.store(out.add(r * out_stride + S::LANES), sums[r][1]);
                r += 1;
            }
        }
    }
}
