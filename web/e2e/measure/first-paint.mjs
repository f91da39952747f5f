/** How long a stranger with an empty cache looks at nothing, and how much moves afterwards. */
import { openPage, watchShift } from '../lib/browser.mjs'
import { spread } from './figures.mjs'

const TIMES = 7

/** @param {import('../lib/world.mjs').World} world */
export async function firstPaint(world) {
  const paints = []
  const shifts = []
  for (let i = 0; i < TIMES; i++) {
    const { page, context } = await openPage(world.browser, { locale: 'zh-CN' })
    const shiftOf = await watchShift(page)
    await page.goto(`${world.server.url}/demo`, { waitUntil: 'networkidle' })
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    )
    paints.push(paint)
    shifts.push(await shiftOf())
    await context.close()
  }
  return {
    'first contentful paint of /demo, ms': spread(paints),
    'layout shift of /demo, most': Math.max(...shifts).toFixed(3),
  }
}
