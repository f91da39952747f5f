/** What REQUIREMENTS.md asks for by number, where a browser can show it and no other flow does. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

/** @param {import('../lib/world.mjs').World} world */
export function requirements(world) {
  describe('requirements', () => {
    it('5: who chooses a person is heard at once: number in the title, sound, notification', async () => {
      const agent = await agentAt(world)
      await agent.page.addInitScript(() => {
        const told = /** @type {string[]} */ ([])
        class Note {
          static permission = 'granted'
          static requestPermission = () => Promise.resolve('granted')
          /** @param {string} title */
          constructor(title) {
            told.push(title)
          }
          close() {}
        }
        const Sound = AudioContext
        class Heard extends Sound {
          constructor() {
            super()
            told.push('sound')
          }
        }
        Object.assign(window, { told, Notification: Note, AudioContext: Heard })
        Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
      })
      await agent.page.reload()
      await agent.page.locator('.rows').waitFor()

      const visitor = await visitorAt(world)
      await visitor.widget.locator('header .pill').click()
      await visitor.widget.locator('.event').first().waitFor()
      await expect(() => agent.page.title(), 'the title').toMatch(/^\(\d+\) /)
      const told = () => agent.page.evaluate(() => /** @type {string[]} */ (/** @type {any} */ (window).told))
      await expect(told, 'what was told').toEqual(['sound', '有访客等待人工'])
      await agent.openWaiting()
      await agent.accept()
      await agent.end()
    })

    it('10: who was away finds every change of status, in its place among the messages', async () => {
      const visitor = await visitorAt(world)
      const agent = await agentAt(world)
      await visitor.say('我要转人工')
      await visitor.widget.locator('.event').first().waitFor()
      await visitor.page.goto('about:blank')
      await agent.openWaiting()
      await agent.accept()
      await agent.reply('我先看一下您的问题')
      await agent.sees('我先看一下您的问题')
      await agent.end()
      await visitor.open(`${world.server.url}/demo`)
      await visitor.sees('我先看一下您的问题')
      const kinds = () =>
        visitor.log
          .locator('.event, .row:not(.mine) .bubble')
          .evaluateAll((all) => all.slice(-4).map((e) => (e.matches('.event') ? 'event' : 'words')))
      await expect(kinds, 'the end of the conversation').toEqual(['event', 'event', 'words', 'event'])
      await visitor.widget.locator('header').getByText('对话已结束').waitFor()
    })

    it('16: traditional characters and full width find the answer of the plain question', async () => {
      const visitor = await visitorAt(world)
      const answers = []
      for (const question of [
        '电饭煲显示 E3 是什么意思？',
        '電飯煲顯示 E3 是什麼意思？',
        '电饭煲显示　Ｅ３　是什么意思？',
      ]) {
        const reply = await visitor.ask(question)
        answers.push(await reply.locator('.bubble').innerText())
      }
      for (const answer of answers) assert.match(answer, /过热|干烧/)
    })
  })
}
