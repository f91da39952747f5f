import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { accessible } from '../lib/rules.mjs'
import { adminApi, agentAt, colleagueAt, visitorAt } from '../lib/world.mjs'

const WORDS = {
  zh: {
    more: '更多操作',
    hour: /^一小时后/,
    until: /推迟到/,
    asleep: '稍后处理',
    back: '现在处理',
    close: '结束',
    reason: '访客未回复',
    closed: '已结束 · 访客未回复',
    text: '文本文件',
  },
  en: {
    more: 'More',
    hour: /^For an hour/,
    until: /Snoozed until/,
    asleep: 'Snoozed',
    back: 'Back to it now',
    close: 'Close',
    reason: 'No reply',
    closed: 'Closed · No reply',
    text: 'Text file',
  },
}

/** @param {import('../lib/world.mjs').World} world */
export function ending(world) {
  describe('putting off, helping and ending', () => {
    for (const lang of /** @type {const} */ (['zh', 'en'])) {
      it(`puts a conversation off until the visitor writes, and ends it with a reason (${lang})`, async () => {
        const words = WORDS[lang]
        const visitor = await visitorAt(world, { lang })
        await visitor.widget.locator('header .pill').click()
        await visitor.widget.locator('.event').first().waitFor()
        const agent = await agentAt(world, { lang })
        const { page } = agent
        await agent.openWaiting()
        await agent.accept()

        const menu = page.locator('header').getByRole('button', { name: words.more, exact: true })
        await menu.click()
        await page.getByRole('menuitem', { name: words.text }).waitFor()
        await accessible(page, 'the menu of a conversation')
        await page.getByRole('menuitem', { name: words.hour }).click()
        await page.locator('.who').getByText(words.until).waitFor()
        const folded = page.locator('.asleep')
        await folded.getByText(words.asleep).click()
        await expect(() => folded.locator('li').count(), 'what sleeps is folded').toBe(1)
        await accessible(page, 'what sleeps')

        await visitor.say(lang === 'zh' ? '我还在' : 'I am still here')
        await expect(() => folded.count(), 'it is back').toBe(0)
        await expect(() => page.locator('.who').getByText(words.until).count(), 'the mark').toBe(0)

        await page.locator('.steps').getByRole('button', { name: words.close, exact: true }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('button', { name: words.reason }).click()
        await dialog.locator('textarea').fill('asked twice')
        await accessible(page, 'the end of a conversation')
        await dialog.getByRole('button', { name: words.close, exact: true }).click()
        await page.locator('.who').getByText(words.closed).waitFor()
        assert.ok(!(await visitor.texts()).join().includes('asked twice'), 'the visitor reads no note')
        assert.deepEqual([...visitor.faults, ...agent.faults], [])
      })
    }

    it('asks a colleague to help, who answers beside its agent and leaves', async () => {
      const visitor = await visitorAt(world)
      await visitor.widget.locator('header .pill').click()
      await visitor.widget.locator('.event').first().waitFor()
      const helper = await colleagueAt(world, 'Helper')
      const agent = await agentAt(world)
      const { page } = agent
      await agent.openWaiting()
      await agent.accept()
      await page.locator('header').getByRole('button', { name: '更多操作' }).click()
      await page.getByRole('menuitem', { name: /邀请同事/ }).click()
      await page.getByRole('dialog').getByText('Helper').click()
      await accessible(page, 'inviting a colleague')
      await page.getByRole('dialog').getByRole('button', { name: '邀请', exact: true }).click()
      await page.locator('.who .guest').getByText('Helper').waitFor()

      await helper.page.getByRole('tab', { name: /^我的/ }).click()
      await helper.page.locator('.rows a', { hasText: '协助' }).click()
      await helper.reply('库存还有两件')
      await visitor.sees('库存还有两件')
      await helper.page.locator('header').getByRole('button', { name: '更多操作' }).click()
      await helper.page.getByRole('menuitem', { name: '退出协助' }).click()
      await expect(() => page.locator('.who .guest').count(), 'they have left').toBe(0)
      await agent.end()
      assert.deepEqual([...visitor.faults, ...helper.faults, ...agent.faults], [])
      const api = await adminApi(world)
      const { items } = await api('GET', '/users')
      const account = items.find((/** @type {{ name: string }} */ { name }) => name === 'Helper')
      await api('DELETE', `/users/${account.id}`)
    })
  })
}
