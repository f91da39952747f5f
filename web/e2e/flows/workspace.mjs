import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { agentAt, colleagueAt, visitorAt } from '../lib/world.mjs'

/** A picture of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** @param {import('../lib/world.mjs').World} world */
export function workspace(world) {
  describe('an agent at work', () => {
    it('reads in short what happened, sends a picture, and hands the conversation to a colleague', async () => {
      const visitor = await visitorAt(world)
      const agent = await agentAt(world)
      const colleague = await colleagueAt(world, 'Zhou')
      await visitor.ask('电饭煲显示 E3 是什么意思？')
      await visitor.say('我要转人工')
      await visitor.widget.locator('.event').first().waitFor()
      await agent.openWaiting()
      await agent.accept()

      const short = agent.page.locator('.handoff')
      await short.getByText('电饭煲显示 E3 是什么意思？').waitFor()
      await short.getByText(/MR40/).waitFor()

      const choosing = agent.page.waitForEvent('filechooser')
      await agent.page.getByRole('button', { name: '发送文件' }).click()
      await (
        await choosing
      ).setFiles([
        { name: '接线图.png', mimeType: 'image/png', buffer: PIXEL },
        { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from('说明') },
      ])
      await agent.page.locator('.log img[alt="接线图.png"]').waitFor()
      await visitor.sees('说明.txt')
      await accessible(agent.page, 'a conversation with files')

      await agent.page.getByRole('button', { name: '转接' }).click()
      await agent.page.getByRole('menuitem', { name: /Zhou/ }).click()
      await colleague.openWaiting()
      await colleague.sees('我要转人工')
      await colleague.accept()
      await colleague.reply('您好，我是周，接着为您处理。')
      await visitor.sees('您好，我是周，接着为您处理。')
      assert.deepEqual([...visitor.faults, ...agent.faults, ...colleague.faults], [])
    })

    it('goes on reading the end while a long reply is written', async () => {
      const visitor = await visitorAt(world)
      const agent = await agentAt(world)
      await visitor.say('我要转人工')
      await visitor.widget.locator('.event').first().waitFor()
      await agent.openWaiting()
      await agent.accept()
      for (let i = 0; i < 12; i++) await agent.reply(`第 ${i} 句\n还有一行`)
      await visitor.sees('第 11 句')
      const log = agent.page.locator('.log')
      const below = () => log.evaluate((e) => Math.round(e.scrollHeight - e.scrollTop - e.clientHeight))
      await expect(below, 'the distance to the end').toBe(0)
      await agent.page.locator('.reply textarea').fill(Array(8).fill('一行').join('\n'))
      await expect(below, 'the distance to the end beside a tall reply').toBe(0)
      await fits(agent.page, 'a conversation')
    })

    it('has room for the name on a phone', async () => {
      const visitor = await visitorAt(world, { viewport: PHONE })
      const agent = await agentAt(world, { viewport: PHONE })
      await visitor.say('我要转人工')
      await agent.openWaiting()
      await agent.accept()
      const head = await agent.page.locator('header h1').boundingBox()
      assert.ok((head?.height ?? 99) < 40, `the name stands on one line, not ${head?.height} px`)
      await accessible(agent.page, 'a conversation on a phone')
    })
  })
}
