//! How the numbers of a tensor are stored, and how they become f32.
//!
//! The forms that most models come in are read here, straight to where they are wanted; the rarer ones of ggml by
//! candle, with a copy or two.

use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{DType, Device, Tensor};

/// The form in which numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Storage {
    Plain(DType),
    Ggml(GgmlDType),
}

/// Turns stored numbers into f32; `out` has room for exactly as many as `bytes` hold.
pub(super) fn to_f32(bytes: &[u8], storage: Storage, out: &mut [f32]) -> candle_core::Result<()> {
    let device = Device::Cpu;
    let tensor = match storage {
        Storage::Plain(DType::F32) => {
            let singles = bytes.as_chunks().0.iter().zip(out);
            singles.for_each(|(&single, out)| *out = f32::from_le_bytes(single));
            return Ok(());
        }
        Storage::Ggml(GgmlDType::Q8_0) => {
            q8_0(bytes, out);
            return Ok(());
        }
        Storage::Ggml(GgmlDType::Q4_0) => {
            q4_0(bytes, out);
            return Ok(());
        }
        Storage::Plain(dtype) => {
            Tensor::from_raw_buffer(bytes, dtype, &[out.len()], &device)?.to_dtype(DType::F32)?
        }
        Storage::Ggml(dtype) => {
            // A copy, because candle wants the blocks aligned and bytes within the program need not be.
            let blocks = QStorage::from_data(bytes.to_vec().into(), &device, dtype)?;
            QTensor::new(blocks, &[out.len()])?.dequantize(&device)?
        }
    };
    out.copy_from_slice(&tensor.to_vec1::<f32>()?);
    Ok(())
}

/// Blocks of 32 numbers: an f16 scale `d` and 32 signed bytes; a number is `d` times its byte.
fn q8_0(bytes: &[u8], out: &mut [f32]) {
    for (block, out) in bytes.as_chunks::<34>().0.iter().zip(out.as_chunks_mut::<32>().0) {
        let scale = f16_to_f32(u16::from_le_bytes([block[0], block[1]]));
        for (&byte, out) in block[2..].iter().zip(out) {
            *out = scale * f32::from(byte as i8);
        }
    }
}

/// Blocks of 32 numbers: an f16 scale `d` and 16 bytes; number `i` is `d * (low nibble of byte i - 8)`, number
/// `i + 16` likewise from the high nibble.
fn q4_0(bytes: &[u8], out: &mut [f32]) {
    for (block, out) in bytes.as_chunks::<18>().0.iter().zip(out.as_chunks_mut::<32>().0) {
        let scale = f16_to_f32(u16::from_le_bytes([block[0], block[1]]));
        let (low, high) = out.split_at_mut(16);
        for ((&byte, low), high) in block[2..].iter().zip(low).zip(high) {
            *low = scale * (f32::from(byte & 15) - 8.0);
            *high = scale * (f32::from(byte >> 4) - 8.0);
        }
    }
}

/// IEEE half precision to single, exact for every finite number.
fn f16_to_f32(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent_and_mantissa = u32::from(half & 0x7fff) << 13;
    // Scaling by 2^112 moves the exponent's bias from 15 to 127 and normalises subnormal halves on the way.
    let magnitude = f32::from_bits(exponent_and_mantissa) * f32::from_bits(0x7780_0000);
    f32::from_bits(sign | magnitude.to_bits())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_candle_reads_them() {
        let values: Vec<f32> = (0..96).map(|i| ((i * 37 % 101) as f32 - 50.0) * 0.0137).collect();
        let tensor = Tensor::from_vec(values, (1, 96), &Device::Cpu).unwrap();
        for form in [GgmlDType::Q4_0, GgmlDType::Q8_0, GgmlDType::Q5_0] {
            let stored = QTensor::quantize(&tensor, form).unwrap();
            let expected: Vec<f32> =
                stored.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap();
            let mut read = vec![0.0; 96];
            to_f32(&stored.data().unwrap(), Storage::Ggml(form), &mut read).unwrap();
            assert_eq!(read, expected, "{form:?}");
        }
    }

    #[test]
    fn plain_numbers_are_read_in_every_precision() {
        for form in [DType::F32, DType::F16, DType::BF16] {
            let bytes: Vec<u8> = match form {
                DType::F32 => [1.5f32, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect(),
                DType::F16 => [0x3e00u16, 0xc000].iter().flat_map(|x| x.to_le_bytes()).collect(),
                _ => [0x3fc0u16, 0xc000].iter().flat_map(|x| x.to_le_bytes()).collect(),
            };
            let mut read = [0.0; 2];
            to_f32(&bytes, Storage::Plain(form), &mut read).unwrap();
            assert_eq!(read, [1.5, -2.0], "{form:?}");
        }
    }

    #[test]
    fn halves_become_the_same_number() {
        for (half, single) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x0001, 2f32.powi(-24)),
            (0x7bff, 65504.0),
            (0x0000, 0.0),
            (0x3555, 0.333_251_95),
        ] {
            assert_eq!(f16_to_f32(half), single);
        }
    }
}
