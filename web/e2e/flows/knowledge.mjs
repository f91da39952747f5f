import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expect } from '../lib/expect.mjs'
import { accessible } from '../lib/rules.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

const GUIDE = `# 露营帐篷 T9 使用说明

## 防水

露营帐篷 T9 的外帐防水指数是 3000 毫米，中雨里使用没有问题，暴雨时请收起。

## 清洗

帐篷不能机洗，请用清水和软布擦洗，晾干后再收纳。
`

const STOVE = `# 炉头 K3 使用说明

## 功率

炉头 K3 的最大功率是 2800 瓦，点火用电子打火，气罐用扁气罐。

## 保养

每次用完等炉头凉透再收，喷嘴每十次清理一次。
`

/**
 * @param {string} name
 * @param {string | Buffer} content
 */
const file = (name, content) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) })

/** @param {import('../lib/world.mjs').World} world */
export function knowledge(world) {
  describe('what is uploaded is what is answered (requirement 20)', () => {
    it('a document counts from the next question on, a refused file says why, a removed one is gone', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/documents`)
      await page
        .locator('input[type=file]')
        .setInputFiles([
          file('帐篷T9.md', GUIDE),
          file('坏文件.pdf', 'this is not a PDF'),
          file('空.txt', ''),
        ])
      const row = (/** @type {string} */ name) => page.locator(`[data-upload="${name}"]`)
      await expect(() => row('帐篷T9.md').getAttribute('class'), 'the import').toBe('done')
      for (const name of ['坏文件.pdf', '空.txt']) {
        await expect(() => row(name).getAttribute('class'), `the import of ${name}`).toBe('failed')
        assert.ok((await row(name).locator('[role=alert]').innerText()).length > 10, 'the reason is shown')
      }

      const visitor = await visitorAt(world)
      const reply = await visitor.ask('露营帐篷 T9 的防水指数是多少？')
      assert.match(await reply.locator('.bubble').innerText(), /3000/)
      assert.match(await reply.locator('details').innerText(), /T9/)

      await page.getByRole('link', { name: '帐篷T9.md', exact: true }).click()
      await page.getByText('3000 毫米').waitFor()
      await page.getByRole('link', { name: '文档', exact: true }).last().click()
      await page.getByRole('button', { name: '删除 帐篷T9.md' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '删除' }).click()
      await expect(() => page.getByRole('link', { name: '帐篷T9.md', exact: true }).count(), 'the row').toBe(
        0,
      )
      const again = await visitor.ask('露营帐篷 T9 的防水指数是多少呢？')
      assert.doesNotMatch(await again.locator('.bubble').innerText(), /3000/)
      assert.deepEqual([...agent.faults, ...visitor.faults], [])
    })

    it('a document stands in a base, gets a new version, and a passage leads to its place and to a pair', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/documents`)
      await page.getByLabel('导入到知识库').fill('户外')
      await page.locator('input[type=file]').setInputFiles([file('炉头K3.md', STOVE)])
      await expect(() => page.locator('[data-upload="炉头K3.md"]').getAttribute('class'), 'the import').toBe(
        'done',
      )
      await page.getByLabel('按知识库').selectOption('户外')
      await page.getByText('1 份文档').waitFor()

      const replacing = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: '用新文件替换 炉头K3.md' }).click()
      await (await replacing).setFiles([file('别的名字.md', STOVE.replace('2800', '3300'))])
      await expect(() => page.locator('tbody [data-version]').innerText(), 'the version').toBe('2')

      await page.goto(`${world.server.url}/explain`)
      await page.locator('.ask input[class*=field]').fill('炉头 K3 的功率是多少瓦？')
      await page.getByText('只看检索').click()
      await page.getByLabel('规则').uncheck()
      await page.getByRole('button', { name: '试问' }).click()
      await page.locator('.candidates li').first().getByRole('link', { name: '炉头K3.md' }).click()
      const sought = page.locator('[data-passage][aria-current=true]')
      await sought.getByText('3300 瓦').waitFor()
      await accessible(page, 'a passage in its document')
      await sought.getByRole('button', { name: '改写成问答' }).click()
      await page.getByLabel(/^问题/).fill('炉头 K3 的功率是多少瓦？')
      await page.locator('.near').getByText('3300').waitFor()
      await page.getByLabel('到（含当天）').fill('2020-01-01')
      await accessible(page, 'a pair that is written from a passage')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByRole('button', { name: '看一看' }).click()
      await page.locator('main li', { hasText: '炉头 K3' }).getByText('已过期').waitFor()

      await page.goto(`${world.server.url}/explain`)
      await page.locator('main li button', { hasText: '炉头 K3' }).click()
      await page.getByText(/^上一次：只看检索/).waitFor()
      await page.getByRole('button', { name: '清空' }).click()
      await expect(() => page.locator('main li button', { hasText: '炉头 K3' }).count(), 'the list').toBe(0)
      await page.getByRole('button', { name: '恢复' }).click()
      await page.locator('main li button', { hasText: '炉头 K3' }).waitFor()
      assert.deepEqual(agent.faults, [])
    })

    it('a FAQ pair is written, answered, changed and removed', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/faqs`)
      await page.getByRole('button', { name: '新增问答' }).click()
      await page.getByLabel(/^问题/).fill('你们的吉祥物叫什么名字？')
      await page.getByLabel(/^相似问法/).fill('吉祥物是谁\n那只松鼠叫什么')
      await page.getByLabel(/^答案/).fill('我们的吉祥物是一只松鼠，名叫栗栗。')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText('你们的吉祥物叫什么名字？').waitFor()

      const visitor = await visitorAt(world)
      const first = await visitor.ask('那只松鼠叫什么')
      assert.match(await first.locator('.bubble').innerText(), /栗栗/)

      await page.getByRole('button', { name: '编辑 你们的吉祥物叫什么名字？' }).click()
      await page.getByLabel(/^答案/).fill('我们的吉祥物是一只松鼠，名叫麦麦。')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText('名叫麦麦').waitFor()
      const second = await visitor.ask('你们的吉祥物叫什么名字')
      assert.match(await second.locator('.bubble').innerText(), /麦麦/)

      await page.getByRole('button', { name: '删除 你们的吉祥物叫什么名字？' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '删除' }).click()
      await expect(() => page.getByText('名叫麦麦').count(), 'the pair in the list').toBe(0)
    })

    it('the page that explains an answer shows what visitors get', async () => {
      const question = '电饭煲显示 E3 是什么意思？'
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/explain`)
      await page.locator('.ask input[class*=field]').fill(question)
      await page.getByRole('button', { name: '试问' }).click()
      await page.locator('.decision .said').waitFor()
      const explained = await page.locator('.decision .said').innerText()
      assert.ok((await page.locator('.candidates li').count()) > 1, 'candidates are listed')
      const marked = await page.locator('.candidates li').first().locator('mark').innerText()
      assert.ok(marked.length > 0, 'the quoted words are marked')

      const visitor = await visitorAt(world)
      const reply = await visitor.ask(question)
      const bubble = await reply.locator('.bubble').innerText()
      assert.ok(bubble.startsWith(explained), `the visitor got: ${bubble}`)

      await page.getByText('只看检索').click()
      await page.getByRole('button', { name: '试问' }).click()
      await page.locator('.candidates li').nth(1).waitFor()
      assert.equal(await page.locator('.decision').count(), 0, 'a mere search decides nothing')
    })
  })
}
