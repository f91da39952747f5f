/** What a key costs an agent whose conversation has 5,000 messages on the page: script, redraw and layout. */
import { agentAt, visitorAt } from '../lib/world.mjs'
import { spread } from './figures.mjs'

const MESSAGES = 5_000
const AT_ONCE = 50
const KEYS = 200

/** @param {import('../lib/world.mjs').World} world */
export async function typing(world) {
  const visitor = await visitorAt(world)
  const agent = await agentAt(world)
  await visitor.say('我要转人工')
  await agent.openWaiting()
  await agent.accept()
  const id = new URL(agent.page.url()).pathname.split('/').at(-1)
  await visitor.close()
  // Nobody looks while it fills.
  await agent.page.goto('about:blank')
  await write(world, id, MESSAGES)
  await agent.page.goto(`${world.server.url}/inbox/${id}`)
  await agent.page.locator('.log').waitFor()
  const earlier = agent.page.locator('.log .earlier')
  while (await earlier.count()) {
    const before = await agent.page.locator('.log article').count()
    await earlier.click()
    await agent.page.waitForFunction(
      (n) => document.querySelectorAll('.log article').length > n || !document.querySelector('.log .earlier'),
      before,
    )
  }
  const shown = await agent.page.locator('.log article').count()
  const costs = await agent.page.evaluate(type, KEYS)
  await agent.close()
  return { [`a key beside ${shown} messages, ms`]: spread(costs) }
}

/**
 * @param {import('../lib/world.mjs').World} world
 * @param {string | undefined} id
 * @param {number} count
 */
async function write({ server: { url, email, password } }, id, count) {
  const post = (/** @type {string} */ path, /** @type {object} */ body, token = '') =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
  const { token } = await (await post('/auth/login', { email, password })).json()
  let next = 0
  const one = async () => {
    while (next < count) {
      const n = next++
      const text = `第 ${n} 句：您的包裹已经在路上，请留意电话。`
      const answer = await post(`/conversations/${id}/messages`, { client_id: `measure-${n}`, text }, token)
      if (!answer.ok) throw new Error(`message ${n}: ${answer.status} ${await answer.text()}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

/** @param {number} keys */
async function type(keys) {
  const area = /** @type {HTMLTextAreaElement} */ (document.querySelector('.reply textarea'))
  area.focus()
  const costs = []
  for (let i = 0; i < keys; i++) {
    const begun = performance.now()
    document.execCommand('insertText', false, i % 40 === 39 ? '\n' : '字')
    // The framework redraws in microtasks; asking for a size lays out what it changed.
    for (let wait = 0; wait < 5; wait++) await null
    document.querySelector('.log')?.getBoundingClientRect()
    area.getBoundingClientRect()
    costs.push(performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return costs
}
