import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

/** Nothing the sample shop knows about. */
const UNKNOWN = '门店能不能举办生日派对？'
const ANSWER = '可以，请提前三天预约，我们来布置气球。'

/** @param {import('../lib/world.mjs').World} world */
export function lessons(world) {
  describe('what the bot could not answer', () => {
    it('waits for an administrator, and what is accepted answers the next visitor', async () => {
      const visitor = await visitorAt(world)
      const before = await visitor.ask(UNKNOWN)
      assert.doesNotMatch(await before.innerText(), /气球/)

      const agent = await agentAt(world, { viewport: PHONE })
      const { page } = agent
      await page.goto(`${world.server.url}/lessons`)
      await page.getByRole('link', { name: '没答上来' }).click()
      await page.waitForURL('**/lessons?kind=unanswered')
      const lesson = page.locator('ol.card > li', { hasText: UNKNOWN })
      await lesson.getByRole('button', { name: /^收下/ }).click()
      await accessible(page, '/lessons with a form')
      await fits(page, '/lessons with a form')
      const learn = lesson.getByRole('button', { name: '学会' })
      assert.equal(await learn.isDisabled(), true, 'nothing to learn yet')
      await lesson.getByLabel(/^答案/).fill(ANSWER)

      await page.getByRole('link', { name: '客服改过' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '取消' }).click()
      assert.match(page.url(), /kind=unanswered$/, 'what was written is not lost by mistake')

      await lesson.getByLabel(/^相似问法/).fill('能在店里过生日吗\n可以包场办生日会吗')
      await learn.click()
      await expect(() => lesson.count(), 'the lesson').toBe(0)
      await page.locator('.toast').waitFor()
      await accessible(page, '/lessons with a toast')
      await page.getByRole('button', { name: '看一看' }).click()
      await page.waitForURL('**/faqs?find=*')
      assert.match(await page.locator('ul.card > li').innerText(), /气球[^]*2 个相似问法/)

      const other = await visitorAt(world)
      const after = await other.ask('能在店里过生日吗')
      assert.match(await after.locator('.bubble').innerText(), /气球/)
      assert.deepEqual([...visitor.faults, ...agent.faults, ...other.faults], [])
    })

    it('is said right where it is tried, and decided once', async () => {
      const [agent, quicker] = await Promise.all([agentAt(world), agentAt(world)])
      const { page } = agent
      await page.goto(`${world.server.url}/explain`)
      await page.locator('.ask input[class*=field]').fill('店里的猫叫什么？')
      await page.getByRole('button', { name: '试问' }).click()
      await page.getByText('回答不对？写下正确的').click()
      await page.getByLabel('写给访客看的正确回答').fill('它叫栗子。')
      await page.getByRole('button', { name: '交给管理员' }).click()
      await page.getByRole('button', { name: '看一看' }).click()
      await page.waitForURL('**/lessons?kind=corrected')
      const lesson = page.locator('ol.card > li', { hasText: '店里的猫叫什么？' })
      await lesson.getByText('它叫栗子。').waitFor()

      await quicker.page.goto(page.url())
      await quicker.page.getByRole('button', { name: '略过：店里的猫叫什么？' }).click()
      await expect(() => quicker.page.locator('ol.card > li').count(), 'the lesson').toBe(0)

      await lesson.getByRole('button', { name: /^收下/ }).click()
      assert.equal(await lesson.getByLabel(/^答案/).inputValue(), '它叫栗子。')
      await lesson.getByRole('button', { name: '学会' }).click()
      await lesson.getByRole('alert').waitFor()
      await lesson.getByRole('button', { name: '从列表里去掉' }).click()
      await page.getByText('这一类没有要学的').waitFor()
      assert.deepEqual([...agent.faults, ...quicker.faults], [])
    })
  })
}
