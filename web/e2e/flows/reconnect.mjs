import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

/**
 * Puts a switch into the line between a page and its socket.
 * @param {import('playwright-core').Page} page
 */
async function cuttable(page) {
  /** @type {Set<import('playwright-core').WebSocketRoute>} */
  const open = new Set()
  let blocked = false
  await page.routeWebSocket(/\/ws$/, (route) => {
    if (blocked) {
      void route.close({ code: 1001 })
      return
    }
    open.add(route)
    route.connectToServer()
  })
  return {
    cut() {
      for (const route of open) void route.close({ code: 1001 })
      open.clear()
    },
    /** @param {boolean} value */
    block(value) {
      blocked = value
      if (blocked) this.cut()
    },
  }
}

/** @param {import('../lib/world.mjs').World} world */
export function reconnect(world) {
  describe('a lost connection loses nothing (requirement 9)', () => {
    it('messages of both sides arrive once and in order, however often the socket is cut', async () => {
      /** @type {Awaited<ReturnType<typeof cuttable>> | undefined} */
      let line
      const visitor = await visitorAt(world, {}, async (page) => {
        line = await cuttable(page)
      })
      const agent = await agentAt(world)
      await visitor.say('我要转人工')
      await agent.openWaiting()
      await agent.accept()
      /** @type {string[]} */
      const said = []
      for (let round = 1; round <= 6; round++) {
        line?.cut()
        await agent.reply(`客服第${round}句`)
        await visitor.say(`访客第${round}句`)
        said.push(`客服第${round}句`, `访客第${round}句`)
        await agent.sees(`访客第${round}句`)
        await visitor.sees(`客服第${round}句`)
      }
      const numbered = (/** @type {string[]} */ texts) => texts.filter((t) => /第\d句/.test(t))
      await expect(async () => numbered(await visitor.texts()).sort(), 'what the visitor sees').toEqual(
        [...said].sort(),
      )
      const theirs = numbered(await visitor.texts())
      const ours = numbered(await agent.page.locator('.log .bubble').allInnerTexts())
      assert.deepEqual(ours, theirs, 'both sides see one order')
    })

    it('where sockets do not get through at all, long polling carries the conversation', async () => {
      const visitor = await visitorAt(world, {}, async (page) => {
        const line = await cuttable(page)
        line.block(true)
      })
      const agent = await agentAt(world)
      const reply = await visitor.ask('电饭煲显示 E3 是什么意思？')
      assert.match(await reply.locator('.bubble').innerText(), /过热|干烧/)
      await visitor.say('我要转人工')
      await agent.openWaiting()
      await agent.accept()
      await agent.reply('看得到吗？')
      await visitor.sees('看得到吗？')
    })

    it('what is written without any network goes out when it is back', async () => {
      const visitor = await visitorAt(world)
      await visitor.ask('你好')
      await visitor.page.context().setOffline(true)
      await visitor.say('电饭煲显示 E3 是什么意思？')
      await visitor.page.context().setOffline(false)
      await expect(() => visitor.replies().last().innerText(), 'the answer').toMatch(/过热|干烧/)
      const mine = await visitor.log.locator('.mine .bubble').allInnerTexts()
      assert.equal(mine.filter((t) => t.includes('E3')).length, 1)
    })
  })
}
