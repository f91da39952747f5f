/** From the key that sends to the words on the other side's screen, both ways. */
import { agentAt, visitorAt } from '../lib/world.mjs'
import { spread } from './figures.mjs'

const TIMES = 40

/** @param {import('../lib/world.mjs').World} world */
export async function delivery(world) {
  const visitor = await visitorAt(world)
  const agent = await agentAt(world)
  await visitor.say('我要转人工')
  await agent.openWaiting()
  await agent.accept()
  const toAgent = []
  const toVisitor = []
  for (let i = 0; i < TIMES; i++) {
    toAgent.push(await between(visitor.page, agent.page, `问 ${i}。`, (text) => visitor.say(text)))
    toVisitor.push(await between(agent.page, visitor.page, `答 ${i}。`, (text) => agent.reply(text)))
  }
  await Promise.all([visitor.close(), agent.close()])
  return {
    'visitor sends, shown to the agent, ms': spread(toAgent),
    'agent sends, shown to the visitor, ms': spread(toVisitor),
  }
}

/**
 * Both pages are on one machine and share its clock.
 * @param {import('playwright-core').Page} from
 * @param {import('playwright-core').Page} to
 * @param {string} text
 * @param {(text: string) => Promise<void>} say
 */
async function between(from, to, text, say) {
  await from.evaluate(() => {
    const sent = (/** @type {KeyboardEvent} */ event) =>
      event.key === 'Enter' && Object.assign(window, { sentAt: performance.timeOrigin + performance.now() })
    addEventListener('keydown', sent, { capture: true, once: true })
  })
  const shown = to.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const root = document.getElementById('zhike-widget')?.shadowRoot ?? document
        const look = () => {
          if (!root.querySelector('.log')?.textContent?.includes(wanted)) return
          watching.disconnect()
          // The next frame but one begins when this one is on the screen.
          requestAnimationFrame(() =>
            requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now())),
          )
        }
        const watching = new MutationObserver(look)
        watching.observe(root, { childList: true, subtree: true, characterData: true })
      }),
    text,
  )
  await say(text)
  const sentAt = await from.evaluate(() => /** @type {any} */ (window).sentAt)
  return Number(await shown) - sentAt
}
