//! Every kernel against the plain one and against arithmetic written down directly.

use proptest::prelude::*;

use super::blocks::{AttentionWeights, FeedForwardWeights, Space};
use super::layout::{NormWeights, PackedLinear};
use super::simd::{Job, Simd};
use super::{Kernel, math, plain::Plain};

const PLAIN: Kernel = Kernel::Plain(Plain);

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
    fn many(&mut self, n: usize, size: f32) -> Vec<f32> {
        (0..n).map(|_| self.next() * size).collect()
    }
    fn norm(&mut self, width: usize) -> NormWeights {
        let scale = self.many(width, 0.2).iter().map(|x| 1.0 + x).collect();
        NormWeights { scale, shift: self.many(width, 0.1), epsilon: 1e-12 }
    }
}

/// A layer for each kernel, with the same weights.
struct Layers {
    hidden: usize,
    inner: usize,
    heads: usize,
    seed: u64,
}

impl Layers {
    fn for_geometry(&self, geometry: super::Geometry) -> (AttentionWeights, FeedForwardWeights) {
        let mut n = Numbers(self.seed);
        let (h, i) = (self.hidden, self.inner);
        let linear = |n: &mut Numbers, from: usize, to: usize| {
            let weights = n.many(from * to, 2.0 / (from as f32).sqrt());
            PackedLinear::pack(&weights, n.many(to, 0.1), from, geometry)
        };
        let attention = AttentionWeights {
            qkv: linear(&mut n, h, 3 * h),
            output: linear(&mut n, h, h),
            norm: n.norm(h),
            heads: self.heads,
        };
        let feed_forward =
            FeedForwardWeights { inner: linear(&mut n, h, i), output: linear(&mut n, i, h), norm: n.norm(h) };
        (attention, feed_forward)
    }

    /// The layer's output for sequences of these lengths.
    fn run(&self, kernel: Kernel, lengths: &[usize]) -> Vec<f32> {
        let mut rows = Numbers(self.seed ^ 1).many(lengths.iter().sum::<usize>() * self.hidden, 1.5);
        let mut sequences = Vec::new();
        let mut start = 0;
        for &length in lengths {
            sequences.push(start..start + length);
            start += length;
        }
        let mut space = Space::default();
        let (attention, feed_forward) = self.for_geometry(kernel.geometry());
        kernel.attention(&attention, &mut rows, &sequences, &mut space);
        kernel.feed_forward(&feed_forward, &mut rows, &mut space);
        rows
    }
}

/// Rounding to 8 bits may fall to either side of a tie, so single numbers may be a step apart; rows may not.
fn assert_rows_agree(a: &[f32], b: &[f32], width: usize) {
    assert_eq!(a.len(), b.len());
    for (row, (a, b)) in a.chunks(width).zip(b.chunks(width)).enumerate() {
        let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| f64::from(x * y)).sum::<f64>();
        let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
        assert!(cosine > 0.9999, "row {row}: cosine {cosine}");
        let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 0.1, "row {row}: differs by {worst}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_kernel_computes_the_plain_layer(
        heads in 1usize..4,
        width in prop::sample::select(vec![32usize, 64]),
        inner in 1usize..6,
        lengths in prop::collection::vec(0usize..40, 1..6),
        seed in any::<u64>(),
    ) {
        let layers = Layers { hidden: heads * width, inner: inner * 32, heads, seed };
        let expected = layers.run(PLAIN, &lengths);
        for kernel in Kernel::available() {
            assert_rows_agree(&layers.run(kernel, &lengths), &expected, layers.hidden);
        }
    }
}

/// Between 1 and 64 sequences of 1 to 512 tokens, the longer the fewer.
fn batches() -> impl Strategy<Value = Vec<usize>> {
    (1usize..=64).prop_flat_map(|count| prop::collection::vec(1..=(1536 / count).min(512), count))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn every_batch_agrees_with_the_plain_layer(lengths in batches(), seed in any::<u64>()) {
        let layers = Layers { hidden: 64, inner: 96, heads: 2, seed };
        let expected = layers.run(PLAIN, &lengths);
        for kernel in Kernel::available() {
            assert_rows_agree(&layers.run(kernel, &lengths), &expected, layers.hidden);
        }
    }
}

#[test]
fn every_length_to_512_agrees_with_the_plain_layer() {
    let layers = Layers { hidden: 32, inner: 32, heads: 1, seed: 5 };
    for lengths in [vec![1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33], vec![63, 64, 65, 129], vec![511, 512]]
    {
        let expected = layers.run(PLAIN, &lengths);
        for kernel in Kernel::available() {
            assert_rows_agree(&layers.run(kernel, &lengths), &expected, layers.hidden);
        }
    }
}

/// Sums of whole numbers are exact, so the matrix unit is checked to the last bit.
#[cfg(target_arch = "x86_64")]
#[test]
fn the_matrix_unit_gives_the_bits_of_the_vector_unit() {
    let named = |name| Kernel::available().into_iter().find(|kernel| kernel.name() == name);
    let (Some(amx), Some(vectors)) = (named("amx"), named("avx512vnni")) else { return };
    for (seed, lengths) in
        [vec![1], vec![3, 1], vec![15, 1], vec![17], vec![33, 14], vec![64, 64, 3]].iter().enumerate()
    {
        let layers = Layers { hidden: 128, inner: 320, heads: 2, seed: seed as u64 };
        assert_eq!(layers.run(amx, lengths), layers.run(vectors, lengths), "{lengths:?}");
    }
}

#[test]
fn a_sequence_gives_the_same_bits_alone_and_among_others() {
    let layers = Layers { hidden: 64, inner: 128, heads: 2, seed: 9 };
    let lengths: Vec<usize> = (0..64).map(|i| 1 + (i * 37) % 29).collect();
    for kernel in Kernel::available() {
        let (attention, feed_forward) = layers.for_geometry(kernel.geometry());
        let together = layers.run(kernel, &lengths);
        let input = Numbers(layers.seed ^ 1).many(together.len(), 1.5);
        let mut start = 0;
        for length in lengths.iter().map(|l| l * 64) {
            let mut rows = input[start..start + length].to_vec();
            let mut space = Space::default();
            #[allow(clippy::single_range_in_vec_init)]
            kernel.attention(&attention, &mut rows, &[0..length / 64], &mut space);
            kernel.feed_forward(&feed_forward, &mut rows, &mut space);
            assert_eq!(rows, together[start..start + length], "{}", kernel.name());
            start += length;
        }
    }
}

#[test]
fn a_layer_is_near_the_one_in_full_precision() {
    let layers = Layers { hidden: 64, inner: 96, heads: 2, seed: 3 };
    let lengths = [5, 1, 12];
    let expected = in_full_precision(&layers, &lengths);
    for kernel in Kernel::available() {
        let rows = layers.run(kernel, &lengths);
        for (a, b) in rows.chunks(64).zip(expected.chunks(64)) {
            let dot = |x: &[f32], y: &[f64]| x.iter().zip(y).map(|(&x, y)| f64::from(x) * y).sum::<f64>();
            let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
            let own: Vec<f64> = a.iter().map(|&x| f64::from(x)).collect();
            assert!(dot(a, b) / (norm(&own) * norm(b)) > 0.9995, "{}", kernel.name());
        }
    }
}

/// The same layer in f64, written down from the definition.
fn in_full_precision(layers: &Layers, lengths: &[usize]) -> Vec<f64> {
    let (h, inner, heads) = (layers.hidden, layers.inner, layers.heads);
    let mut n = Numbers(layers.seed);
    let linear = |n: &mut Numbers, from: usize, to: usize| {
        (n.many(from * to, 2.0 / (from as f32).sqrt()), n.many(to, 0.1))
    };
    let apply = |(weights, bias): &(Vec<f32>, Vec<f32>), x: &[f64]| -> Vec<f64> {
        let rows = weights.chunks(x.len()).zip(bias);
        rows.map(|(w, &b)| w.iter().zip(x).map(|(&w, x)| f64::from(w) * x).sum::<f64>() + f64::from(b))
            .collect()
    };
    let norm = |w: &NormWeights, x: Vec<f64>| -> Vec<f64> {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64;
        let parts = x.iter().zip(&w.scale).zip(&w.shift);
        parts.map(|((x, &s), &t)| (x - mean) / variance.sqrt() * f64::from(s) + f64::from(t)).collect()
    };
    let (qkv, output) = (linear(&mut n, h, 3 * h), linear(&mut n, h, h));
    let attention_norm = n.norm(h);
    let (up, down) = (linear(&mut n, h, inner), linear(&mut n, inner, h));
    let output_norm = n.norm(h);
    let add = |a: Vec<f64>, b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };

    let input = Numbers(layers.seed ^ 1).many(lengths.iter().sum::<usize>() * h, 1.5);
    let mut tokens = input.chunks(h).map(|row| row.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
    let mut out = Vec::new();
    for &length in lengths {
        let sequence: Vec<Vec<f64>> = tokens.by_ref().take(length).collect();
        let projected: Vec<Vec<f64>> = sequence.iter().map(|x| apply(&qkv, x)).collect();
        for (q, x) in projected.iter().zip(&sequence) {
            let mut context = Vec::new();
            for head in 0..heads {
                let width = h / heads;
                let columns = head * width..(head + 1) * width;
                let score = |k: &[f64]| columns.clone().map(|c| q[c] * k[h + c]).sum::<f64>().exp();
                let scores: Vec<f64> = projected.iter().map(|k| score(k)).collect();
                let total: f64 = scores.iter().sum();
                context.extend(columns.map(|c| {
                    projected.iter().zip(&scores).map(|(v, s)| v[2 * h + c] * s / total).sum::<f64>()
                }));
            }
            let attended = norm(&attention_norm, add(apply(&output, &context), x));
            let raised: Vec<f64> = apply(&up, &attended).into_iter().map(gelu).collect();
            out.extend(norm(&output_norm, add(apply(&down, &raised), &attended)));
        }
    }
    out
}

/// GELU by numerical integration of the normal density.
fn gelu(x: f64) -> f64 {
    let steps = 2000;
    let width = x.abs() / f64::from(steps);
    let density = |t: f64| (-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let half: f64 = (0..steps).map(|i| density((f64::from(i) + 0.5) * width) * width).sum();
    x * (0.5 + half * x.signum())
}

struct Map<'a> {
    input: &'a [f32],
    gelu: bool,
}

impl Job for Map<'_> {
    type Output = Vec<f32>;
    #[inline(always)]
    #[allow(unsafe_code)]
    fn run<S: Simd>(self, s: S) -> Vec<f32> {
        let mut out = vec![0.0; self.input.len()];
        for (from, to) in self.input.chunks_exact(S::LANES).zip(out.chunks_exact_mut(S::LANES)) {
            // SAFETY: both are LANES long.
            unsafe {
                let x = s.load(from.as_ptr());
                let y = if self.gelu { math::gelu(s, x) } else { math::exp(s, x) };
                s.store(to.as_mut_ptr(), y);
            }
        }
        out
    }
}

#[test]
fn gelu_is_within_its_stated_error() {
    let input: Vec<f32> = (-640..640).map(|i| i as f32 / 64.0).collect();
    for kernel in Kernel::available() {
        let output = kernel.run(Map { input: &input, gelu: true });
        for (&x, y) in input.iter().zip(output) {
            assert!((f64::from(y) - gelu(x.into())).abs() < 7e-5, "{}: gelu({x}) = {y}", kernel.name());
        }
    }
}

#[test]
fn exp_is_within_its_stated_error() {
    let input: Vec<f32> = (-1920..640).map(|i| i as f32 / 32.0).collect();
    for kernel in Kernel::available() {
        let output = kernel.run(Map { input: &input, gelu: false });
        for (&x, y) in input.iter().zip(output) {
            let exact = f64::from(x).exp();
            assert!((f64::from(y) / exact - 1.0).abs() < 3e-7, "{}: exp({x}) = {y}", kernel.name());
        }
    }
}

#[test]
fn equal_inputs_and_extreme_scores_stay_finite() {
    let layers = Layers { hidden: 32, inner: 32, heads: 1, seed: 11 };
    for kernel in Kernel::available() {
        let (attention, feed_forward) = layers.for_geometry(kernel.geometry());
        for value in [0.0, 1.0, -3e4, 3e4] {
            let mut rows = vec![value; 7 * 32];
            rows[5] = -value;
            let mut space = Space::default();
            kernel.attention(&attention, &mut rows, &[0..3, 3..7], &mut space);
            kernel.feed_forward(&feed_forward, &mut rows, &mut space);
            assert!(rows.iter().all(|x| x.is_finite()), "{} with {value}", kernel.name());
        }
    }
}

#[test]
fn without_a_name_the_fastest_is_taken_and_with_one_that_one() {
    let available = Kernel::available();
    assert_eq!(Kernel::named(None, &available).unwrap(), available[0]);
    for kernel in &available {
        assert_eq!(Kernel::named(Some(kernel.name().as_ref()), &available).unwrap(), *kernel);
    }
    assert_eq!(available.last().unwrap().name(), "portable", "every CPU has it");
}

#[test]
fn a_kernel_the_cpu_lacks_is_refused_by_name() {
    let error = Kernel::named(Some("amx".as_ref()), &[PLAIN]).unwrap_err();
    assert!(error.to_string().contains("\"amx\"") && error.to_string().contains("plain"), "{error}");
}

/// The operating system's own list of what the CPU has and programs may use.
#[cfg(target_os = "linux")]
#[test]
fn no_kernel_is_offered_that_the_cpu_lacks() {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap();
    let name = if cfg!(target_arch = "aarch64") { "Features" } else { "flags" };
    // An emulated ARM sees the file of the machine around it.
    let Some(line) = info.lines().find(|line| line.starts_with(name)) else { return };
    let flags: Vec<&str> = line.split_whitespace().collect();
    for kernel in Kernel::available() {
        let needed: &[&str] = match kernel.name() {
            "amx" => &["amx_tile", "amx_int8", "avx512_vnni", "avx512bw", "avx512dq", "avx512vl"],
            "avx512vnni" => &["avx512f", "avx512_vnni", "avx512bw", "avx512dq", "avx512vl"],
            "avxvnni" => &["avx2", "fma", "avx_vnni"],
            "avx2" => &["avx2", "fma"],
            "neondot" => &["asimd", "asimddp"],
            _ => &[],
        };
        assert!(needed.iter().all(|flag| flags.contains(flag)), "{} needs {needed:?}", kernel.name());
    }
}
