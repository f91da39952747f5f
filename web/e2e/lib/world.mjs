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
 * Another agent than the admin: an account of their own, signed in.
 * @param {World} world
 * @param {string} name
 */
export async function colleagueAt(world, name) {
  const { url, email, password } = world.server
  const api = (/** @type {string} */ path, /** @type {object} */ body, token = '') =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
  const { token } = await (await api('/auth/login', { email, password })).json()
  const account = { name, email: `${name.toLowerCase()}@example.com`, password: 'a password for a test' }
  await api('/users', { ...account, role: 'agent' }, token)
  const { page, context, faults } = await openPage(world.browser, contextOf({}))
  const agent = new Agent(page)
  await agent.signIn(`${url}/`, account.email, account.password)
  return Object.assign(agent, { faults, close: () => context.close() })
}
