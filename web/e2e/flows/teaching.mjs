import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { accessible } from '../lib/rules.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

/** @typedef {import('playwright-core').Page} Page */

/** Slang for cancelling an order that the sample shop's own examples do not have, and the same in other words. */
const SLANG = '我要砍单'
const TAUGHT = [
  '砍单',
  '帮我砍单',
  '我想砍单',
  '刚下的单砍掉吧',
  '昨天那单给我砍了',
  '[ML2611200012](order_no)砍单',
]

/** @param {Page} page */
const trained = async (page) => {
  await page.getByRole('button', { name: '开始训练' }).click()
  await page.locator('.ending h2').waitFor({ timeout: 60_000 })
  return page.locator('.ending h2').innerText()
}

/**
 * What the visitor's words come to: the form that cancels asks which order is meant, everything else does not.
 * @param {import('../lib/people.mjs').Visitor} visitor
 */
const answer = async (visitor) => (await visitor.ask(SLANG)).innerText()

/** @param {Page} page */
const confirmed = (page) => page.locator('.el-message-box .is-destructive').click()

/** @param {import('../lib/world.mjs').World} world */
export function teaching(world) {
  describe('what is taught in the console is understood', () => {
    it('seconds after the training, and no longer when one goes back', async () => {
      const before = await visitorAt(world)
      assert.doesNotMatch(await answer(before), /哪一单/)

      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/intents`)
      await page.getByRole('link', { name: /^cancel_order/ }).click()
      await page.getByLabel('添加例句').fill(TAUGHT.join('\n'))
      await page.getByRole('button', { name: '添加', exact: true }).click()
      await page.getByText(`新增 ${TAUGHT.length} 句`).waitFor()
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByRole('link', { name: '去训练' }).click()
      assert.equal(await trained(page), '新版本已启用')
      await page.getByText(/在两个版本都没学过的 \d+ 句上/).waitFor()

      const after = await visitorAt(world)
      assert.match(await answer(after), /哪一单/)

      await page.locator('.use').first().click()
      // As many versions are not in use before as after: only the server's answer tells that it has gone back.
      await Promise.all([page.waitForResponse(/\/promote$/), confirmed(page)])
      await expect(() => page.locator('li:has(.use)').count(), 'versions that are not in use').toBe(1)
      const back = await visitorAt(world)
      assert.doesNotMatch(await answer(back), /哪一单/)

      // What visitors asked, again with the version that knows it; and what they ask from now on, unseen.
      await page.getByRole('button', { name: '回放', exact: true }).click()
      await page.getByText('对话已回放').waitFor()
      await page.getByRole('link', { name: '查看结果' }).click()
      const asked = page.locator('ol.rows-card > li', { hasText: SLANG }).first()
      // Nobody is signed in to a stored conversation: the form asks for the order's number.
      assert.match(await asked.innerText(), /意图[^]*之后[^]*cancel_order[^]*订单号/)
      await accessible(page, 'a replay')
      await page.getByRole('button', { name: '删除评测' }).click()
      await confirmed(page)
      await page.getByText('还没有评测').waitFor()
      await page.goto(`${world.server.url}/training`)
      await page.getByRole('button', { name: '静默试运行' }).click()
      await confirmed(page)
      const trial = page.getByRole('region', { name: '试运行的版本' })
      await trial.waitFor()
      await accessible(page, 'a version on trial')
      // Somebody new: a second question in vain would bring the same visitor a person.
      assert.doesNotMatch(await answer(await visitorAt(world)), /哪一单/)
      await trial.getByRole('link', { name: '查看轮次' }).click()
      await page.waitForURL('**/trials/*')
      await expect(async () => {
        await page.reload()
        await page.locator('ol.rows-card, .empty').first().waitFor()
        return page.locator('ol.rows-card > li', { hasText: SLANG }).count()
      }, 'turns that differ').toBe(1)
      await page.getByRole('link', { name: '返回训练' }).click()
      await trial.getByRole('button', { name: '结束试运行' }).click()
      await expect(() => trial.count(), 'versions on trial').toBe(0)
      assert.deepEqual([...agent.faults, ...after.faults], [])
    })

    it('a sentence is tried, corrected and becomes an example; nothing is lost by mistake', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/intents`)
      await page.getByRole('textbox', { name: /^试一句话/ }).fill('🎁 我的 ML2611200012 到哪了')
      await page.getByRole('button', { name: '识别' }).click()
      assert.match(await page.locator('.sentence mark').innerText(), /^ML2611200012\s*order_no$/)
      assert.ok((await page.locator('.result .intents li').count()) > 1, 'the next best are shown too')
      await page.getByLabel(/它的意思其实是/).selectOption('logistics_query')
      await page.getByRole('button', { name: '加为例句' }).click()
      await page.waitForURL('**/intents/logistics_query')
      const row = page.locator('.examples li').first()
      await expect(() => row.locator('.chip').innerText(), 'the new row').toBe('新增')
      assert.match(await row.innerText(), /🎁 我的 ML2611200012/)

      await page.getByRole('link', { name: /^greeting/ }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '取消' }).click()
      assert.match(page.url(), /logistics_query$/)

      await row.getByRole('button', { name: /^编辑/ }).click()
      const line = row.getByRole('textbox', { name: '例句' })
      assert.equal(await line.inputValue(), '🎁 我的 [ML2611200012](order_no) 到哪了')
      await line.fill('🎁 顺丰把 ML2611200012 送到哪了')
      await line.evaluate((/** @type {HTMLInputElement} */ input) => input.setSelectionRange(3, 5))
      await row.getByLabel('把选中的文字标为…').selectOption('company')
      assert.match(await line.inputValue(), /\[顺丰\]\(company\)/)
      await line.press('Enter')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText('已保存，下一次训练后生效。').waitFor()
      await page.reload()
      const saved = page.locator('.examples li', { hasText: '🎁 顺丰' })

      await expect(() => saved.locator('mark').count(), 'marked slots').toBe(1)

      await saved.getByRole('button', { name: /^删除/ }).click()
      await saved.getByRole('button', { name: '恢复' }).click()
      await saved.getByRole('button', { name: /^删除/ }).click()
      await page.getByRole('button', { name: '保存' }).click()
      await expect(() => saved.count(), 'the removed example').toBe(0)
      assert.deepEqual(agent.faults, [])
    })

    it('a version that is clearly worse is not used unless somebody insists', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/intents`)
      await page.getByRole('button', { name: '新建意图' }).click()
      await page.getByLabel(/^名称/).fill('muddle')
      await page.getByLabel(/^例句/).fill((await mislabelled(page)).join('\n'))
      await page.getByRole('button', { name: '创建' }).click()
      await page.waitForURL('**/intents/muddle')

      await page.goto(`${world.server.url}/training`)
      assert.equal(await trained(page), '新版本明显更差，没有启用')
      await page.getByText(/准确率从 .+ 降到/).waitFor()
      assert.equal(await page.locator('.ending .chip').first().innerText(), '标注冲突')
      await page.getByRole('button', { name: '仍然启用' }).click()
      await confirmed(page)
      const newest = page.locator('ol.card > li').first()
      await expect(() => newest.locator('.chip.accent').innerText(), 'the newest version').toBe('使用中')

      await page.locator('.use').last().click()
      await confirmed(page)
      const oldest = page.locator('ol.card > li').last()
      await expect(() => oldest.locator('.chip.accent').count(), 'the oldest version in use').toBe(1)
      await page.goto(`${world.server.url}/intents/muddle`)
      await page.getByRole('button', { name: '删除意图' }).click()
      await confirmed(page)
      await expect(() => page.getByRole('link', { name: /^muddle/ }).count(), 'the intent').toBe(0)
    })

    it('a training is found again after a reload, and can be cancelled', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/training`)
      await page.getByLabel(/^深度/).check()
      await page.getByRole('button', { name: '开始训练' }).click()
      await page.getByText('正在深度训练').first().waitFor()
      const versions = await page.locator('ol.card > li').count()
      await page.reload()
      await page.getByText('正在深度训练').first().waitFor()
      await page.getByRole('button', { name: '取消训练' }).click()
      await page.getByText('训练已取消，没有任何改动。').waitFor()
      assert.equal(await page.locator('ol.card > li').count(), versions)
      await page.getByRole('button', { name: '开始训练' }).waitFor()
      assert.deepEqual(agent.faults, [])
    })
  })
}

/**
 * Sentences that other intents have almost word for word: learnt under one name, they spoil all of those.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
function mislabelled(page) {
  return page.evaluate(async () => {
    const names = ['order_status', 'return_goods', 'invoice_request', 'delivery_fee', 'coupon_usage']
    const intents = await Promise.all(
      names.map((name) => fetch(`/api/v1/intents/${name}`).then((r) => r.json())),
    )
    return intents.flatMap(({ examples }) => examples.map((/** @type {any} */ e) => `${e.text}。。`))
  })
}
