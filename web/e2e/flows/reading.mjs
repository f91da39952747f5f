import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

/** @param {import('../lib/world.mjs').World} world */
export function reading(world) {
  describe('what was read', () => {
    it('on one device is read on the others, and each side sees that its last word was read', async () => {
      const visitor = await visitorAt(world)
      const desk = await agentAt(world)
      await visitor.say('转人工')
      await desk.openWaiting()
      await desk.accept()
      const laptop = await agentAt(world)
      for (const { page } of [desk, laptop]) {
        await page.getByRole('link', { name: '文档' }).click()
        await page.waitForURL('**/documents')
      }

      await visitor.say('第一句')
      await visitor.say('第二句')
      const read = visitor.log.locator('.row.mine').last().getByText('已读')
      const counted = async (/** @type {typeof desk} */ { page }) => {
        await page.getByRole('link', { name: '会话' }).click()
        await page.getByRole('tab', { name: '我的' }).click()
        return page.locator('.rows a').filter({ hasText: '第二句' })
      }
      const [onDesk, onLaptop] = [await counted(desk), await counted(laptop)]
      for (const row of [onDesk, onLaptop]) {
        await expect(() => row.locator('.new').innerText(), 'the count').toBe('2')
      }
      assert.equal(await read.count(), 0, 'nobody has read it yet')

      await onLaptop.click()
      await expect(() => onDesk.locator('.new').count(), 'counts on the other device').toBe(0)
      await read.waitFor()
      await laptop.reply('马上为您查这一单')
      await visitor.sees('马上为您查这一单')
      await laptop.page.locator('.log .read').waitFor()

      // Whoever signs in later finds it read as well.
      const phone = await agentAt(world)
      const later = await counted(phone).then(() =>
        phone.page.locator('.rows a').filter({ hasText: '马上为您查这一单' }),
      )
      await later.waitFor()
      assert.equal(await later.locator('.new').count(), 0)
      assert.deepEqual([...visitor.faults, ...desk.faults, ...laptop.faults], [])
    })
  })
}
