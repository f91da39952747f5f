//! Inner products of vectors of signed bytes, exact in whole numbers.

use std::sync::LazyLock;

use super::Kernel;
use super::simd::{Job, Simd};

/// The kernel for bytes: the fastest this CPU has, whatever the encoder was told to use.
static FASTEST: LazyLock<Option<Kernel>> = LazyLock::new(|| Kernel::available().first().copied());

/// The inner product of `query` with every row of `rows`, which stand one after the other, each as long as `query`;
/// one sum for each place of `sums`. Lengths up to 130,000 cannot overflow a sum.
pub fn dots(query: &[i8], rows: &[i8], sums: &mut [i32]) {
    let job = Dots { query, rows, sums };
    match *FASTEST {
        Some(kernel) => kernel.run(job),
        None => job.sum(),
    }
}

struct Dots<'a> {
    query: &'a [i8],
    rows: &'a [i8],
    sums: &'a mut [i32],
}

impl Dots<'_> {
    /// Plain enough for the compiler to use the vectors of whatever instruction set it is compiled for: bytes are
    /// widened to 16 bits and multiplied and added in pairs.
    #[inline(always)]
    fn sum(self) {
        let rows = self.rows.chunks_exact(self.query.len().max(1));
        for (sum, row) in self.sums.iter_mut().zip(rows) {
            *sum = self.query.iter().zip(row).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        }
    }
}

impl Job for Dots<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        self.sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_gives_the_sum_of_the_products() {
        let number = |seed: usize| (seed.wrapping_mul(2_654_435_761) >> 7) as i8;
        for length in [1, 3, 15, 16, 63, 64, 65, 384, 1000] {
            let query: Vec<i8> = (0..length).map(number).collect();
            let rows: Vec<i8> = (0..5 * length).map(|at| number(at + 77)).collect();
            let plain: Vec<i32> = rows
                .chunks_exact(length)
                .map(|row| query.iter().zip(row).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum())
                .collect();
            for kernel in Kernel::available() {
                let mut sums = [0; 5];
                kernel.run(Dots { query: &query, rows: &rows, sums: &mut sums });
                assert_eq!(sums[..], plain, "{} at length {length}", kernel.name());
            }
        }
        let extremes = [-128; 384];
        let mut sum = [0];
        dots(&extremes, &extremes, &mut sum);
        assert_eq!(sum, [384 * 128 * 128]);
    }
}
