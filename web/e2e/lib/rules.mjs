/** What every page keeps to: the rules of accessibility, and the width of the screen. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * No serious violation of the accessibility rules.
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function accessible(page, what) {
  await page.evaluate(axe)
  await page.evaluate(settled)
  const violations = await page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, {
      resultTypes: ['violations'],
    })
    return violations
      .filter((/** @type {any} */ v) => v.impact === 'serious' || v.impact === 'critical')
      .map((/** @type {any} */ v) => `${v.id}: ${v.nodes.map((/** @type {any} */ n) => n.html).join(' | ')}`)
  })
  assert.deepEqual(violations, [], what)
}

/** Waits for what is fading or moving: half transparent, every colour is too faint. What turns for ever is let be. */
async function settled() {
  const ending = document
    .getAnimations()
    .filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime))
  await Promise.allSettled(ending.map((animation) => animation.finished))
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} what
 */
export async function fits(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(over <= 0, `${what} is ${over} px wider than the screen`)
}
