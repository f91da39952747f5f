/** Waiting for something to become true, without fixed pauses. */
import assert from 'node:assert/strict'

const PATIENCE = 15_000

/**
 * @template T
 * @param {() => Promise<T> | T} read
 * @param {string} what
 */
export function expect(read, what) {
  return {
    /** @param {T} wanted */
    toBe: (wanted) => until(read, (value) => value === wanted, `${what} to be ${JSON.stringify(wanted)}`),
    /** @param {RegExp} pattern */
    toMatch: (pattern) => until(read, (value) => pattern.test(String(value)), `${what} to match ${pattern}`),
    /** @param {T} wanted */
    toEqual: async (wanted) => {
      const same = (/** @type {T} */ value) => JSON.stringify(value) === JSON.stringify(wanted)
      await until(read, same, `${what} to equal ${JSON.stringify(wanted)}`)
    },
  }
}

/**
 * @template T
 * @param {() => Promise<T> | T} read
 * @param {(value: T) => boolean} holds
 * @param {string} what
 */
async function until(read, holds, what) {
  const end = Date.now() + PATIENCE
  let value = await read()
  while (!holds(value)) {
    assert.ok(Date.now() < end, `expected ${what}, found ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    value = await read()
  }
}
