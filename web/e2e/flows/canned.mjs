import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { accessible } from '../lib/rules.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

/** @param {import('../lib/world.mjs').World} world */
export function canned(world) {
  describe('replies kept ready', () => {
    it('are written once, found by a slash, filled in for the visitor and sent', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/settings/canned`)
      const add = async (/** @type {string} */ shortcut, /** @type {string} */ text) => {
        await page.getByRole('button', { name: '新增快捷回复' }).click()
        await page.getByLabel(/^快捷词/).fill(shortcut)
        await page.getByLabel('内容（中文）').fill(text)
      }
      await add('/问候', '您好，我是')
      await page.getByLabel('内容（中文）').press('End')
      await page.getByRole('button', { name: '客服姓名' }).click()
      assert.equal(await page.getByLabel('内容（中文）').inputValue(), '您好，我是{{agent.name}}')
      await accessible(page, 'a new canned reply')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText('/问候').waitFor()
      await add('问路', '门店在 {{visitor.phone}} 旁边')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText('/问路').waitFor()
      await add('坏的', '{{visitor.shoe_size}}')
      await page.getByRole('button', { name: '保存' }).click()
      await page
        .locator('.el-drawer [role=alert]')
        .getByText(/visitor\.shoe_size/)
        .waitFor()
      await page.getByRole('button', { name: '取消' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '放弃修改' }).click()

      const visitor = await visitorAt(world)
      await visitor.say('我要人工')
      await visitor.widget.locator('.event').first().waitFor()
      await page.goto(`${world.server.url}/inbox`)
      await agent.openWaiting()
      await agent.accept()
      const box = page.locator('.reply textarea')
      await box.pressSequentially('/问')
      const options = page.locator('.menu').getByRole('option')
      await expect(() => options.count(), 'what is found').toBe(2)
      await accessible(page, 'canned replies')
      await page.getByRole('option', { name: /问路.*缺少：visitor\.phone/ }).waitFor()
      await box.press('Escape')
      assert.equal(await options.count(), 0)
      await box.press('Backspace')
      await expect(() => options.count(), 'what is found').toBe(2)
      await box.press('ArrowDown')
      assert.match(await page.locator('[role=option][aria-selected=true]').innerText(), /问路/)
      await box.press('ArrowUp')
      await box.press('Enter')
      await expect(() => box.inputValue(), 'the reply').toBe('您好，我是Admin')
      await box.press('Enter')
      await visitor.sees('您好，我是Admin')
      await box.pressSequentially('/没有')
      await page.getByText('没有以 /没有 开头的快捷回复').waitFor()
      assert.deepEqual([...visitor.faults, ...agent.faults], [])
    })
  })
}
