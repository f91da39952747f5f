//! Products of matrices, which candle does.

use candle_core::{Device, Tensor};

use crate::Result;

/// `left × right`, of which `right` has `rows × columns`.
pub(crate) fn product(left: &Tensor, right: &[f32], rows: usize, columns: usize) -> Result<Vec<f32>> {
    let right = Tensor::from_slice(right, (rows, columns), &Device::Cpu)?;
    Ok(left.matmul(&right)?.flatten_all()?.to_vec1()?)
}

/// `leftᵀ × right`, of which `right` has `rows × columns`.
pub(crate) fn product_of_transposed(
    left: &Tensor,
    right: Vec<f32>,
    rows: usize,
    columns: usize,
) -> Result<Vec<f32>> {
    let right = Tensor::from_vec(right, (rows, columns), &Device::Cpu)?;
    Ok(left.t()?.matmul(&right)?.flatten_all()?.to_vec1()?)
}
