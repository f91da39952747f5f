/**
 * The pages of a build on disk in place of those inside the program, so that a change of the pages can be tried without
 * building the program again. Everything but the files themselves, headers included, stays the program's.
 */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
const FILES = /^\/(assets\/[\w.-]+|widget\.js)$/

/**
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} folder where the pages were built to
 */
export async function servePages(context, folder) {
  // The browser cannot tell where such a page is from, and would not let it open a socket to this machine.
  await context.grantPermissions(['local-network-access'])
  await context.route(
    (url) => FILES.test(url.pathname),
    async (route) => {
      const { pathname } = new URL(route.request().url())
      const body = await readFile(join(folder, pathname)).catch(() => null)
      const contentType = TYPES[/** @type {keyof typeof TYPES} */ (extname(pathname))]
      await (body
        ? route.fulfill({ body, contentType, headers: { 'access-control-allow-origin': '*' } })
        : route.continue())
    },
  )
  await context.route(
    (url) => !url.pathname.startsWith('/api/') && !FILES.test(url.pathname),
    async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback()
      const response = await route.fetch()
      const isDemo = new URL(route.request().url()).pathname === '/demo'
      const body = await readFile(join(folder, isDemo ? 'demo.html' : 'index.html'))
      return route.fulfill({ response, body })
    },
  )
}
