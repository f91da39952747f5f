//! How numbers lie in memory for the kernels: weights packed into panels, scratch space on cache lines.
#![allow(unsafe_code)]

/// One cache line. Vectors of lines make every panel begin on a line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Line([i8; 64]);

/// Bytes that begin on a cache line.
#[derive(Clone, Debug, Default)]
pub struct Lines(Vec<Line>);

impl Lines {
    /// At least `bytes` bytes, all zero.
    pub fn zeroed(bytes: usize) -> Self {
        Self(vec![Line([0; 64]); bytes.div_ceil(64)])
    }

    /// Makes room for at least `bytes` bytes; what was there is kept.
    pub fn grow_to(&mut self, bytes: usize) {
        if self.len() < bytes {
            self.0.resize(bytes.div_ceil(64), Line([0; 64]));
        }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len() * 64
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[i8] {
        // SAFETY: lines are 64 bytes without padding, one after the other.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), self.len()) }
    }

    /// The bytes, to be written.
    pub fn as_mut_slice(&mut self) -> &mut [i8] {
        // SAFETY: as for as_slice; the exclusive borrow carries over.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), self.len()) }
    }
}

/// A layer `y = W x + b` with 8-bit weights, a scale for every output, packed for one kernel.
///
/// Outputs are grouped into panels of `columns`. Within a panel lie, for every `group` inputs in turn, the weights of
/// all its columns: `[panel][input / group][column][input % group]`, so that a kernel reads straight through.
#[derive(Clone, Debug)]
pub struct PackedLinear {
    pub(super) panels: Lines,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// Weight of output `n` = `scales[n]` * its 8-bit number.
    pub(super) scales: Vec<f32>,
    /// `scales[n]` * sum of the 8-bit numbers of output `n`: what the inputs' common offset adds.
    pub(super) offsets: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) geometry: Geometry,
}

/// The shape of panels a kernel reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Outputs in a panel.
    pub columns: usize,
    /// Inputs multiplied at once.
    pub group: usize,
}

impl PackedLinear {
    /// Rounds `weights` (`bias.len()` rows of `inputs` numbers) to 8 bits a row and packs them.
    ///
    /// `inputs` and the number of rows must be multiples of 32; `Architecture` sees to it.
    pub fn pack(weights: &[f32], bias: Vec<f32>, inputs: usize, geometry: Geometry) -> Self {
        let outputs = bias.len();
        assert!(inputs.is_multiple_of(32) && outputs.is_multiple_of(32) && weights.len() == inputs * outputs);
        assert!([2, 4].contains(&geometry.group) && outputs.is_multiple_of(geometry.columns));
        let mut panels = Lines::zeroed(inputs * outputs);
        let (mut scales, mut offsets) = (Vec::with_capacity(outputs), Vec::with_capacity(outputs));
        let mut rounded = vec![0; inputs];
        for (n, row) in weights.chunks_exact(inputs).enumerate() {
            let (scale, sum) = round_row(row, &mut rounded);
            let (panel, column) = (n / geometry.columns, n % geometry.columns);
            let panel = &mut panels.as_mut_slice()[panel * geometry.columns * inputs..];
            match geometry.group {
                4 => place_row::<4>(&rounded, panel, geometry.columns, column),
                _ => place_row::<2>(&rounded, panel, geometry.columns, column),
            }
            scales.push(scale);
            offsets.push(scale * sum as f32);
        }
        Self { panels, inputs, outputs, scales, offsets, bias, geometry }
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.outputs
    }
}

/// Rounds one row to -127..=127 by its own largest number; gives its scale and the sum of the whole numbers.
///
/// Written so that it compiles to vector instructions on any CPU, because loading a model is mostly this.
fn round_row(row: &[f32], rounded: &mut [i8]) -> (f32, i32) {
    // Without their sign, numbers are in the order of their bits.
    let largest = row.iter().fold(0, |largest, w| largest.max(w.to_bits() & 0x7fff_ffff));
    let largest = f32::from_bits(largest);
    let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    let mut sum = 0;
    for (to, w) in rounded.iter_mut().zip(row) {
        // 1.5 * 2^23 leaves no room for fractions; the whole number, rounded to even, is in the lowest bits.
        *to = (w * inverse + 12_582_912.0).to_bits() as i8;
        sum += i32::from(*to);
    }
    (largest / 127.0, sum)
}

/// Puts the weights of one output into its column of a panel, `G` at a time.
fn place_row<const G: usize>(rounded: &[i8], panel: &mut [i8], columns: usize, column: usize) {
    for (weights, step) in rounded.chunks_exact(G).zip(panel.chunks_exact_mut(columns * G)) {
        step[column * G..(column + 1) * G].copy_from_slice(weights);
    }
}

/// Scale and shift of a LayerNorm.
#[derive(Clone, Debug)]
pub struct NormWeights {
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
    pub epsilon: f32,
}
