//! Vectors with a byte a number: of statements, of which there are several times as many as passages, and of whatever
//! is looked through before exact vectors say the last word.
//!
//! A vector is kept as whole numbers from -127 to 127 and the factor that makes them its numbers again, each vector
//! with its own factor. What is lost is less than half a step of 1/127 of its largest number; the cosine between a
//! vector and what is read back is above 0.999, and scores move by a few thousandths at most. Two vectors in bytes
//! are compared in whole numbers, many times faster than in f32.

/// A vector in bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct ByteVector {
    scale: f32,
    values: Vec<i8>,
}

/// A vector in bytes that stands in a set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByteRow<'a> {
    pub(super) scale: f32,
    pub(super) values: &'a [i8],
}

impl ByteVector {
    /// The nearest vector in bytes. Numbers that are none become 0.
    pub fn of(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
        let scale = if largest.is_finite() { largest / 127.0 } else { 0.0 };
        let step = if scale > 0.0 { scale.recip() } else { 0.0 };
        // A cast from float to integer saturates, and makes 0 of what is no number.
        Self { scale, values: vector.iter().map(|x| (x * step).round() as i8).collect() }
    }

    /// The vector without a place in a set.
    pub fn row(&self) -> ByteRow<'_> {
        ByteRow { scale: self.scale, values: &self.values }
    }

    /// Length of the bytes of a vector of `dim` numbers.
    pub fn bytes_for(dim: usize) -> usize {
        size_of::<f32>() + dim
    }

    /// The factor as little-endian f32, then the numbers.
    pub fn to_bytes(&self) -> impl Iterator<Item = u8> {
        self.scale.to_le_bytes().into_iter().chain(self.values.iter().map(|value| value.cast_unsigned()))
    }

    /// Reads [`ByteVector::to_bytes`] back; `None` when not even the factor is there.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (scale, values) = bytes.split_first_chunk()?;
        Some(Self { scale: f32::from_le_bytes(*scale), values: signed(values) })
    }
}

impl ByteRow<'_> {
    /// Inner product with `query`. Sixteen independent sums for the compiler, as in [`super::dot`].
    pub fn dot(self, query: &[f32]) -> f32 {
        const LANES: usize = 16;
        let mut sums = [0.0_f32; LANES];
        let (blocks, rest) = self.values.as_chunks::<LANES>();
        let (query_blocks, query_rest) = query.as_chunks::<LANES>();
        for (values, query) in blocks.iter().zip(query_blocks) {
            for lane in 0..LANES {
                sums[lane] += f32::from(values[lane]) * query[lane];
            }
        }
        let rest: f32 = rest.iter().zip(query_rest).map(|(value, x)| f32::from(*value) * x).sum();
        self.scale * (sums.iter().sum::<f32>() + rest)
    }
}

fn signed(bytes: &[u8]) -> Vec<i8> {
    bytes.iter().map(|byte| byte.cast_signed()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::dot;

    /// Vectors of length 1 such as encoders make: most numbers small, a few much larger.
    fn vectors(count: usize, dim: usize) -> Vec<Vec<f32>> {
        let mut state = 7_u64;
        let mut number = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        };
        let one = |_| {
            let raw: Vec<f32> = (0..dim).map(|at| number() * if at % 97 == 0 { 2.0 } else { 1.0 }).collect();
            let length = dot(&raw, &raw).sqrt();
            raw.iter().map(|x| x / length).collect()
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn a_vector_is_read_back_almost_as_it_was() {
        for vector in vectors(200, 384) {
            let bytes = ByteVector::of(&vector);
            let own = bytes.row().dot(&vector);
            let back: Vec<f32> = bytes.values.iter().map(|v| f32::from(*v) * bytes.scale).collect();
            let cosine = own / dot(&back, &back).sqrt();
            assert!(cosine >= 0.999, "{cosine}");
        }
    }

    #[test]
    fn the_order_of_hits_is_that_of_exact_vectors_but_for_near_ties() {
        let all = vectors(500, 384);
        let bytes: Vec<ByteVector> = all.iter().map(|vector| ByteVector::of(vector)).collect();
        for query in vectors(20, 384) {
            let exact: Vec<f32> = all.iter().map(|vector| dot(&query, vector)).collect();
            let mut order: Vec<usize> = (0..all.len()).collect();
            order.sort_by(|a, b| bytes[*b].row().dot(&query).total_cmp(&bytes[*a].row().dot(&query)));
            for pair in order.windows(2) {
                assert!(
                    exact[pair[0]] >= exact[pair[1]] - 4e-3,
                    "{} before {}",
                    exact[pair[0]],
                    exact[pair[1]]
                );
            }
        }
    }

    #[test]
    fn vectors_without_length_or_with_what_is_no_number_score_nothing() {
        for vector in [[0.0, 0.0], [f32::NAN, 0.0], [f32::INFINITY, 1.0]] {
            assert_eq!(ByteVector::of(&vector).row().dot(&[1.0, 1.0]), 0.0, "{vector:?}");
        }
    }

    #[test]
    fn bytes_come_back() {
        let vector = ByteVector::of(&[0.3, -0.7]);
        let bytes: Vec<u8> = vector.to_bytes().collect();
        assert_eq!(bytes.len(), ByteVector::bytes_for(2));
        assert_eq!(ByteVector::from_bytes(&bytes).unwrap(), vector);
    }
}
