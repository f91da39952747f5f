/**
 * How fast the pages are, for docs/BENCHMARKS.md: `ZHIKE_BIN=… npm run measure`. It prints figures and passes no
 * judgement: a busy machine is slow.
 */
import { launch } from './lib/browser.mjs'
import { startServer } from './lib/server.mjs'
import { delivery } from './measure/delivery.mjs'
import { firstPaint } from './measure/first-paint.mjs'
import { typing } from './measure/typing.mjs'

const world = { server: await startServer(), browser: await launch() }
try {
  for (const measure of [firstPaint, delivery, typing]) {
    for (const [what, figures] of Object.entries(await measure(world))) console.log(`${what}: ${figures}`)
  }
} finally {
  await world.browser.close()
  await world.server.stop()
}
