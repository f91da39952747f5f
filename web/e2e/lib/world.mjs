/** Who takes part in a flow. */
import { openPage, DESKTOP } from './browser.mjs'
import { Agent, Visitor } from './people.mjs'

/**
 * @typedef {object} World
 * @property {import('./server.mjs').Server} server
 * @property {import('playwright-core').Browser} browser
 */

/** @typedef {{ lang?: 'zh' | 'en', viewport?: { width: number, height: number }, dark?: boolean }} Looks */

/** @param {Looks} looks */
const contextOf = ({ lang = 'zh', viewport = DESKTOP, dark = false }) => ({
  viewport,
  locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
  colorScheme: dark ? /** @type {const} */ ('dark') : /** @type {const} */ ('light'),
})

/**
 * A visitor at the open widget of the sample shop.
 * @param {World} world
 * @param {Looks} [looks]
 * @param {(page: import('playwright-core').Page) => Promise<void>} [prepare]
 */
export async function visitorAt(world, looks = {}, prepare = async () => {}) {
  const { page, context, faults } = await openPage(world.browser, contextOf(looks))
  await prepare(page)
  const visitor = new Visitor(page)
  await visitor.open(`${world.server.url}/demo`)
  return Object.assign(visitor, { faults, close: () => context.close() })
}

/**
 * An agent who has signed in.
 * @param {World} world
 * @param {Looks} [looks]
 */
export async function agentAt(world, looks = {}) {
  const { page, context, faults } = await openPage(world.browser, contextOf(looks))
  const agent = new Agent(page)
  const { url, email, password } = world.server
  await agent.signIn(`${url}/`, email, password)
  return Object.assign(agent, { faults, close: () => context.close() })
}

/**
 * The API as the admin, without a page.
 * @param {World} world
 */
export async function adminApi(world) {
  const { url, email, password } = world.server
  const call = async (
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {object | undefined} */ body = undefined,
    token = '',
  ) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? null : answer.json()
  }
  const { token } = await call('POST', '/auth/login', { email, password })
  return (
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {object | undefined} */ body = undefined,
  ) => call(method, path, body, token)
}

/**
 * Closes the shop's door for people, whenever this runs: they are there on the day after tomorrow only.
 * @param {World} world
 * @returns {Promise<() => Promise<void>>} opens it again
 */
export async function outOfHours(world) {
  const api = await adminApi(world)
  const { items } = await api('GET', '/inboxes')
  const door = items.find((/** @type {{ id: string }} */ { id }) => id === 'default')
  const later = new Date(Date.now() + 2 * 86_400_000)
  const day = later.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' }).toLowerCase()
  const office_hours = { timezone: 'UTC', hours: [{ days: [day], from: '09:00', to: '18:00' }] }
  await api('PUT', '/inboxes/default', { ...door, office_hours })
  return () => api('PUT', '/inboxes/default', door)
}

/**
 * Another agent than the admin: an account of their own, signed in.
 * @param {World} world
 * @param {string} name
 */
export async function colleagueAt(world, name) {
  const { url } = world.server
  const api = await adminApi(world)
  const account = { name, email: `${name.toLowerCase()}@example.com`, password: 'a password for a test' }
  await api('POST', '/users', { ...account, role: 'agent' })
  const { page, context, faults } = await openPage(world.browser, contextOf({}))
  const agent = new Agent(page)
  await agent.signIn(`${url}/`, account.email, account.password)
  return Object.assign(agent, { faults, close: () => context.close() })
}
