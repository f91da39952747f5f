/**
 * The middle one and the one that 95 of 100 stay below.
 * @param {number[]} values
 */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return `p50 ${at(0.5)?.toFixed(1)}, p95 ${at(0.95)?.toFixed(1)}, most ${sorted.at(-1)?.toFixed(1)} (${sorted.length} times)`
}
