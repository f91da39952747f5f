import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

/** A system that nobody answers for. */
const GONE = {
  name: 'warehouse',
  description: '仓库 <b onmouseover="window.__hit=1">',
  base_url: 'http://127.0.0.1:9',
  allow_private: true,
  retries: 0,
  breaker: { failures: 1, open_ms: 60_000 },
  operations: {
    stock: { path: '/stock/{sku}', public: true, fields: { left: { path: '$.left', type: 'number' } } },
  },
}

/** @param {import('../lib/world.mjs').World} world */
export function systems(world) {
  describe('business systems in the console', () => {
    it('show what was done at a visitor’s word, and are asked by hand', async () => {
      const visitor = await visitorAt(world)
      const card = await visitor.ask('我昨天买的订单发货没?')
      const order = /ML\d{10}/.exec(await card.locator('dt').innerText())?.[0] ?? ''
      await card.getByRole('button', { name: '催配送' }).click()
      await visitor.log.getByRole('button', { name: '确认' }).last().click()
      await visitor.log.getByText(`已经为订单 ${order} 催过了`).waitFor()

      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/systems`)
      await page.getByRole('link', { name: '办理记录' }).click()
      const action = page.locator('ol.card > li').first()
      assert.equal(await action.locator('.chip').innerText(), '完成')
      assert.ok((await action.locator('.row-head').innerText()).includes(order), 'the order is named')
      const customer = await action.locator('dd').nth(1).innerText()

      await page.getByRole('link', { name: '系统', exact: true }).click()
      await page.getByRole('link', { name: /^orders/ }).click()
      await page.getByRole('combobox', { name: /^操作/ }).selectOption('one')
      await page.getByLabel('order_no').fill(order)
      await page.getByLabel('visitor').fill(customer)
      await page.getByRole('button', { name: '调用' }).click()
      await page.locator('.result .chip').waitFor()
      assert.equal(await page.locator('.result .chip').innerText(), '成功')
      assert.match(await page.locator('.result table').innerText(), /shipped/)
      await page.getByLabel('visitor').fill('somebody else')
      await page.getByRole('button', { name: '调用' }).click()
      await page.getByText('没有记录。').waitFor()

      await page.getByRole('combobox', { name: /^操作/ }).selectOption('cancel')
      await page.getByRole('button', { name: '调用' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '取消' }).click()
      await page.goto(`${world.server.url}/actions`)
      await page.getByRole('link', { name: '查看会话' }).first().click()
      await agent.sees('我昨天买的订单发货没')
      assert.deepEqual([...visitor.faults, ...agent.faults], [])
    })

    it('are declared, fail visibly, are changed and removed', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/systems`)
      await page.getByRole('button', { name: '接入系统' }).click()
      const spec = page.getByLabel('声明（JSON）')
      await spec.fill('{ "name": ')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText(/不是合法的 JSON/).waitFor()
      await spec.fill(JSON.stringify({ ...GONE, base_url: 'ftp://127.0.0.1' }))
      await page.getByRole('button', { name: '保存' }).click()
      await expect(() => page.locator('.el-drawer [role=alert]').innerText(), 'the reason').toMatch(
        /base_url|http/,
      )
      await spec.fill(JSON.stringify(GONE))
      await page.getByRole('button', { name: '保存' }).click()
      await page.waitForURL('**/systems/warehouse')

      await page.getByLabel('sku').fill('A1')
      await page.getByRole('button', { name: '调用' }).click()
      await expect(() => page.locator('.result .chip').innerText(), 'the outcome').toBe('调用失败')
      const here = page.locator('nav.pane-list a', { hasText: 'warehouse' })
      await expect(() => here.locator('.chip').innerText(), 'the state').toBe('已断开')
      await page.getByText('连续失败 1 次').waitFor()

      await page.getByRole('button', { name: '编辑', exact: true }).click()
      await spec.fill(JSON.stringify({ ...GONE, description: '旧仓库' }))
      await page.getByRole('button', { name: '保存' }).click()
      await here.getByText('旧仓库').waitFor()
      await page.getByRole('button', { name: '删除 warehouse' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '删除' }).click()
      await expect(() => here.count(), 'the system in the list').toBe(0)
      assert.equal(await page.evaluate(() => '__hit' in window), false)
      assert.deepEqual(agent.faults, [])
    })
  })
}
