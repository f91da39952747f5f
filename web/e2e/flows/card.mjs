import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { adminApi, agentAt, visitorAt } from '../lib/world.mjs'

const WORDS = {
  zh: { status: '状态', paid: '已付款，待发货', rest: /还有 1 条/, none: '普通' },
  en: { status: 'Status', paid: 'paid, not yet shipped', rest: /Show more/, none: 'Standard' },
}

/**
 * Opens the page of the sample shop without an account there.
 * @param {import('playwright-core').Page} page
 */
const withoutAccount = async (page) => {
  await page.route('**/demo/identity*', (route) => route.fulfill({ status: 404 }))
}

/** @param {import('../lib/world.mjs').World} world */
export function card(world) {
  describe('the card of a visitor', () => {
    for (const lang of /** @type {const} */ (['zh', 'en'])) {
      it(`has their orders and how far in front they wait (${lang})`, async () => {
        const { status, paid, rest, none } = WORDS[lang]
        const visitor = await visitorAt(world, { lang })
        await visitor.widget.locator('header .pill').click()
        await visitor.widget.locator('.event').first().waitFor()
        const agent = await agentAt(world, { lang })
        const { page } = agent
        await agent.openWaiting()

        const orders = page.locator('aside .matter')
        await expect(() => orders.count(), 'the newest orders').toBe(3)
        await orders.first().locator('summary').click()
        await expect(() => orders.first().locator('dl').innerText(), 'the order').toMatch(
          new RegExp(`${status}\\s+${paid}`),
        )
        await page.locator('aside').getByRole('button', { name: rest }).click()
        await expect(() => orders.count(), 'every order').toBe(4)

        const tier = page.locator('#visitor-tier')
        await expect(() => tier.locator('option:checked').innerText(), 'the tier').toBe(none)
        await tier.selectOption('2')
        await page.locator('.rows a.selected').getByText('VIP 2').waitFor()
        await page.locator('aside h2').getByText('VIP 2').waitFor()
        await accessible(page, 'the card of a visitor')
        await tier.selectOption('0')
        await expect(() => page.locator('.rows a.selected .tier').count(), 'the mark').toBe(0)
        await agent.accept()
        await agent.end()
        assert.deepEqual([...visitor.faults, ...agent.faults], [])
      })
    }

    it('says when the orders cannot be read, and reads them again', async () => {
      const visitor = await visitorAt(world)
      await visitor.widget.locator('header .pill').click()
      await visitor.widget.locator('.event').first().waitFor()
      const agent = await agentAt(world, { viewport: PHONE })
      const { page } = agent
      const silent = { name: 'order', title: '订单', outcome: 'late', items: [] }
      await page.route('**/business*', (route) => route.fulfill({ json: { items: [silent] } }))
      await agent.openWaiting()
      await page.getByRole('button', { name: '详情', exact: true }).click()
      const note = page.locator('aside [role=alert]', { hasText: '业务系统没有给出结果' })
      await note.waitFor()
      await accessible(page, 'the card when a system is silent')
      await page.unroute('**/business*')
      await note.getByRole('button').click()
      await expect(() => page.locator('aside .matter').count(), 'the orders').toBe(3)
      await fits(page, 'the card on a phone')
      await agent.accept()
      await agent.end()
      assert.deepEqual([...visitor.faults, ...agent.faults], [])
    })

    it('shows who may be the same person, and makes them one, who goes on where the other is', async () => {
      const known = await visitorAt(world)
      await known.ask('电饭煲保修多久？')
      const stranger = await visitorAt(world, {}, withoutAccount)
      await stranger.ask('你好')
      for (const visitor of [known, stranger]) {
        await visitor.widget.locator('header .pill').click()
        await visitor.log.locator('.leave input').fill('139 1234 5678')
        await visitor.log.locator('.leave button').click()
        await visitor.sees('139 1234 5678')
      }
      const agent = await agentAt(world)
      const { page } = agent
      const api = await adminApi(world)
      const { items } = await api('GET', '/conversations?q=139%201234%205678')
      const customer = items.find((/** @type {any} */ c) => c.visitor.external_id)
      await page.goto(`${world.server.url}/inbox/${customer.id}`)
      const alike = page.locator('aside section', { hasText: '可能是同一个人' })
      await alike.getByRole('button', { name: '合并' }).click()
      const question = page.locator('.el-message-box')
      await question.getByText(/合并不能撤销/).waitFor()
      await accessible(page, 'the question before a merge')
      await question.getByRole('button', { name: '合并' }).click()

      await agent.sees('您的另一段对话已并入这里')
      await page.locator('aside section a[href^="/inbox/"]').waitFor()
      await expect(() => alike.count(), 'who may be the same').toBe(0)
      await stranger.sees('您的另一段对话已并入这里')
      await stranger.sees('电饭煲保修多久？')
      await stranger.say('我换手机了')
      await agent.sees('我换手机了')
      await known.sees('我换手机了')
      const ended = items.find((/** @type {any} */ c) => c.id !== customer.id)
      await page.goto(`${world.server.url}/inbox/${ended.id}`)
      const here = page.getByRole('link', { name: '前往现在的会话' })
      await here.waitFor()
      assert.equal(await page.getByRole('button', { name: '重新打开' }).count(), 0)
      await here.click()
      await agent.sees('我换手机了')
      await agent.accept()
      await agent.end()
      assert.deepEqual([...known.faults, ...stranger.faults, ...agent.faults], [])
    })
  })
}
