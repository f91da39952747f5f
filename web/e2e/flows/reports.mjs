import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { accessible } from '../lib/rules.mjs'
import { adminApi, agentAt, visitorAt } from '../lib/world.mjs'

/** @param {import('../lib/world.mjs').World} world */
export function reports(world) {
  describe('figures', () => {
    it('tell what came in, who served it, and what the quality check noted', async () => {
      const visitor = await visitorAt(world)
      await visitor.ask('电饭煲显示 E3 是什么意思？')
      await visitor.widget.locator('header .pill').click()
      await visitor.widget.locator('.event').first().waitFor()
      const agent = await agentAt(world)
      const { page } = agent
      await agent.openWaiting()
      await agent.accept()
      await agent.reply('保证明天一定送达')
      await visitor.sees('保证明天一定送达')

      await page.getByRole('link', { name: '报表' }).click()
      const tile = (/** @type {string} */ name) => page.locator('.tile', { hasText: name }).locator('.value')
      await tile('转人工').waitFor()
      assert.ok(Number(await tile('转人工').innerText()) >= 1, 'a handoff')
      await page.locator('figure svg').first().waitFor()
      await accessible(page, 'figures')
      await page.getByRole('button', { name: '今天' }).click()
      await expect(() => page.url(), 'the address').toMatch(/from=(\d{4}-\d\d-\d\d)&to=\1/)
      await page.getByRole('button', { name: '按客服' }).click()
      await expect(() => page.locator('thead th').first().innerText(), 'the table').toBe('客服')
      await expect(() => page.locator('tbody').innerText(), 'the rows').toMatch(/Admin/)
      const api = await adminApi(world)
      const team = await api('POST', '/teams', { name: '夜班' })
      await page.reload()
      await page.getByLabel('团队', { exact: true }).selectOption({ label: '夜班' })
      await expect(() => page.url(), 'the address').toMatch(new RegExp(`team=${team.id}`))
      await page.getByText('这段时间没有会话').waitFor()
      await page.getByLabel('团队', { exact: true }).selectOption('')
      await tile('转人工').waitFor()
      await api('DELETE', `/teams/${team.id}`)
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'CSV' }).click(),
      ])
      assert.match(file.suggestedFilename(), /\.csv$/)

      await page.getByRole('link', { name: '质检' }).click()
      const finding = page.locator('ol.rows-card > li', { hasText: '保证明天一定送达' }).first()
      assert.match(await finding.innerText(), /注意\s+乱承诺/)
      await finding.getByRole('link', { name: '查看会话' }).click()
      await agent.sees('保证明天一定送达')
      assert.deepEqual([...visitor.faults, ...agent.faults], [])
    })

    it('stand on the wall, live', async () => {
      const agent = await agentAt(world, { lang: 'en', dark: true })
      const { page } = agent
      await page.goto(`${world.server.url}/reports`)
      await page.getByRole('link', { name: 'Wall board' }).click()
      const waiting = page.locator('section', { hasText: 'Waiting for a person' }).locator('.huge')
      await page.locator('dl.today').waitFor()
      const before = Number(await waiting.innerText())
      const visitor = await visitorAt(world, { lang: 'en' })
      await visitor.ask('How much is shipping to Singapore?')
      await visitor.widget.locator('header .pill').click()
      await expect(async () => Number(await waiting.innerText()), 'who waits').toBe(before + 1)
      await accessible(page, 'the wall')
      await page.goto(`${world.server.url}/inbox`)
      await agent.openWaiting()
      await agent.accept()
      assert.deepEqual([...visitor.faults, ...agent.faults], [])
    })
  })
}
