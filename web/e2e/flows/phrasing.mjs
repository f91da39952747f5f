import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { PHONE } from '../lib/browser.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { startServer } from '../lib/server.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

const FIRST = 'Shipping to Singapore is 88 yuan for the first kg.'
const SECOND = 'Each extra kg is 40 yuan.'

/** A model that writes its first sentence and begins the next one, then waits until it is told to go on. */
async function standIn() {
  let goOn = () => {}
  const server = createServer(async (request, response) => {
    request.resume()
    await once(request, 'end')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const write = (/** @type {string} */ content) =>
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
    const told = new Promise((resolve) => (goOn = () => resolve(null)))
    write(`${FIRST} Each`)
    await told
    write(SECOND.slice(4))
    response.end('data: [DONE]\n\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return { url: `http://127.0.0.1:${port}/v1`, goOn: () => goOn(), close: () => server.close() }
}

/** @param {import('../lib/world.mjs').World} shared */
export function phrasing(shared) {
  describe('an answer in a model’s words', () => {
    /** @type {Awaited<ReturnType<typeof standIn>>} */
    let model
    /** @type {import('../lib/world.mjs').World} */
    const world = Object.create(null)
    before(async () => {
      model = await standIn()
      world.browser = shared.browser
      world.server = await startServer({
        ZHIKE_GENERATION__ENDPOINT: model.url,
        ZHIKE_GENERATION__MODEL: 'stand-in',
        ZHIKE_GENERATION__DEADLINE_MS: '20000',
      })
    })
    after(async () => {
      await world.server?.stop()
      model?.close()
    })

    it('grows in one bubble that becomes the message, with its source, for the visitor and for the agent who looks on', async () => {
      const visitor = await visitorAt(world, { lang: 'en', viewport: PHONE })
      await visitor.ask('hello')
      const agent = await agentAt(world, { lang: 'en' })
      await agent.page.getByRole('tab').last().click()
      await agent.page.locator('.rows a').first().click()
      await agent.sees('hello')

      await visitor.say('How much is shipping to Singapore?')
      await visitor.sees(FIRST)
      const bubble = visitor.replies().last().locator('.bubble')
      assert.equal(await bubble.innerText(), FIRST)
      assert.equal(await visitor.log.getAttribute('aria-busy'), 'true')
      await fits(visitor.page, 'a growing answer')
      await accessible(visitor.page, 'a growing answer')
      await agent.sees(FIRST)
      const shown = await bubble.elementHandle()

      model.goOn()
      await visitor.sees(SECOND)
      await bubble.locator('details').waitFor()
      assert.ok((await bubble.innerText()).startsWith(`${FIRST} ${SECOND}`))
      assert.ok(
        await shown?.evaluate((e) => e.isConnected),
        'the same bubble from the first word to the last',
      )
      assert.equal(await visitor.log.getAttribute('aria-busy'), 'false')
      await agent.sees(SECOND)
      assert.equal(await agent.page.locator('.log').getByText(FIRST).count(), 1)
      assert.deepEqual([...visitor.faults, ...agent.faults], [])
    })
  })
}
