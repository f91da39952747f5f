/** How long a stranger with an empty cache looks at nothing, and how much moves afterwards. */
import { openPage } from '../lib/browser.mjs'
import { spread } from './figures.mjs'

const TIMES = 7

/** @param {import('../lib/world.mjs').World} world */
export async function firstPaint(world) {
  const paints = []
  const shifts = []
  for (let i = 0; i < TIMES; i++) {
    const { page, context } = await openPage(world.browser, { locale: 'zh-CN' })
    await page.addInitScript(() => {
      Object.assign(window, { shift: 0 })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          Object.assign(window, {
            shift: /** @type {any} */ (window).shift + /** @type {any} */ (entry).value,
          })
        }
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.goto(`${world.server.url}/demo`, { waitUntil: 'networkidle' })
    const { paint, shift } = await page.evaluate(() => ({
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
      shift: /** @type {any} */ (window).shift,
    }))
    paints.push(paint)
    shifts.push(shift)
    await context.close()
  }
  return {
    'first contentful paint of /demo, ms': spread(paints),
    'layout shift of /demo, most': Math.max(...shifts).toFixed(3),
  }
}
