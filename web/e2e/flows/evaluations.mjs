import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { agentAt } from '../lib/world.mjs'

/**
 * @param {string} id
 * @param {string} user
 * @param {object} expect
 */
const dialog = (id, user, expect) =>
  JSON.stringify({ id, lang: 'zh', tags: ['e2e'], turns: [{ user, expect }] })
const PERSON = dialog('p', '转人工', { action: 'handoff' })
const ANSWER = dialog('a', '电饭煲显示 E3 是什么意思？', { action: 'answer' })
const HELLO = dialog('h', '你好', { action: 'smalltalk' })
/** What nobody would do: this turn goes wrong. */
const WRONG = dialog('w', '转人工，谢谢 <img src=x onerror="window.__hit=1">', { action: 'smalltalk' })
const RIGHT = dialog('w', '转人工，谢谢 <img src=x onerror="window.__hit=1">', { action: 'handoff' })

/** @param {import('../lib/world.mjs').World} world */
export function evaluations(world) {
  describe('an evaluation', () => {
    it('is run, read, held against another one and deleted', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/training`)
      await page.getByRole('link', { name: '评测' }).click()
      await page.getByText('还没有评测').waitFor()

      await page.getByRole('button', { name: '新建评测' }).click()
      await page.getByLabel('名称').fill('第一次')
      const suite = page.getByLabel(/^对话集/)
      await suite.fill(`${PERSON}\n{"id": "broken"`)
      await page.getByText('第 2 行不是合法的 JSON').waitFor()
      assert.equal(await page.getByRole('button', { name: '开始评测' }).isDisabled(), true)
      await suite.fill([PERSON, ANSWER, HELLO, WRONG].join('\n'))
      await page.getByText('4 段对话，4 轮').waitFor()
      await page.getByLabel('动作正确').fill('100')
      await accessible(page, 'a new evaluation')
      await page.getByRole('button', { name: '开始评测' }).click()
      await page.getByText('评测完成：第一次').waitFor()
      await page.getByRole('link', { name: '查看结果' }).click()

      await page.getByText('没有达到设定的门槛').waitFor()
      const tile = page.locator('.tile', { hasText: '动作正确' })
      assert.match(await tile.innerText(), /75\.0%\n3\/4 ·/)
      const failing = page.locator('ol.rows-card > li')
      assert.equal(await failing.count(), 1)
      assert.match(await failing.innerText(), /转人工，谢谢[^]*handoff, expected smalltalk/)
      await page.getByRole('button', { name: /^动作 1/ }).click()
      assert.equal(await failing.count(), 1)
      assert.equal(await page.evaluate(() => '__hit' in window), false)
      await page.locator('figure svg').first().waitFor()
      await accessible(page, 'an evaluation')
      const report = await page.getByRole('link', { name: '完整报告' }).getAttribute('href')
      const html = await page.request.get(world.server.url + report)
      assert.match(html.headers()['content-type'] ?? '', /text\/html/)

      await page.goto(`${world.server.url}/evaluations`)
      await page.getByRole('button', { name: '新建评测' }).click()
      await page.getByLabel('名称').fill('第二次')
      await suite.fill([PERSON, ANSWER, HELLO, RIGHT].join('\n'))
      await page.getByRole('button', { name: '开始评测' }).click()
      await page.getByText('评测完成：第二次').waitFor()
      const boxes = page.getByRole('checkbox')
      await expect(() => boxes.count(), 'evaluations').toBe(2)
      await boxes.first().check()
      await boxes.last().check()
      await page.getByRole('link', { name: '比较' }).click()
      const better = page.locator('section', { hasText: '变好的轮' })
      assert.match(await better.locator('ol').innerText(), /转人工，谢谢[^]*之前[^]*之后/)
      await page.getByText('可能只是偶然').waitFor()
      await accessible(page, 'a comparison')
      await page.getByRole('link', { name: '对调' }).click()
      await page.locator('section', { hasText: '变差的轮' }).locator('ol').waitFor()

      await page.locator('.sides a').last().click()
      await page.getByRole('button', { name: '删除评测' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '删除' }).click()
      await page.waitForURL('**/evaluations')
      await expect(() => page.locator('tbody tr').count(), 'evaluations').toBe(1)
      assert.deepEqual(agent.faults, [])
    })

    it('can be read on a phone, and one that is gone says so', async () => {
      const agent = await agentAt(world, { viewport: PHONE, lang: 'en', dark: true })
      const { page } = agent
      await page.goto(`${world.server.url}/evaluations`)
      await page.locator('tbody a').first().click()
      await page.locator('.tile').first().waitFor()
      await page.getByText('All figures').click()
      await accessible(page, 'an evaluation on a phone')
      await fits(page, 'an evaluation on a phone')
      await page.goto(`${world.server.url}/evaluations/01a20063-13c0-7175-a373-ccdefee216db`)
      await page.getByRole('link', { name: 'Back to evaluations' }).last().click()
      await page.waitForURL('**/evaluations')
      assert.deepEqual(agent.faults, [])
    })
  })
}
