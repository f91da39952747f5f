/** A headless Chromium that is alone with the program under test. */
import { chromium } from 'playwright-core'
import { servePages } from './pages.mjs'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
}

/**
 * A page of its own profile. Script errors and refused scripts fail the test that opened it.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} options
 */
export async function openPage(browser, options) {
  const context = await browser.newContext({ viewport: DESKTOP, ...options })
  if (process.env.ZHIKE_PAGES) await servePages(context, process.env.ZHIKE_PAGES)
  const page = await context.newPage()
  /** @type {string[]} */
  const faults = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (entry) => {
    if (/Content Security Policy/i.test(entry.text())) faults.push(entry.text())
  })
  return { page, context, faults }
}

/**
 * Adds up, from now on, how far things jump on the page; opened before the address is gone to.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<() => Promise<number>>} what it is by then
 */
export async function watchShift(page) {
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
  return () => page.evaluate(() => /** @type {any} */ (window).shift)
}
