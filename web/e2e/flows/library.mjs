import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { DESKTOP, PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

const LAMP = `# 阅读灯 L2 使用说明

## 充电

阅读灯 L2 用 USB-C 口充电，充满需要3小时，充满后可以用 12 小时。

## 保修

阅读灯 L2 保修 2 年，人为损坏除外。
`
const CONTRARY = LAMP.replace('充满需要3小时', '充满需要5小时')

/** @param {string} name @param {string} content */
const file = (name, content) => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(content) })

/** Every look a page has to stand in. */
const LOOKS = /** @type {const} */ ([
  { viewport: DESKTOP, dark: false, lang: 'zh' },
  { viewport: PHONE, dark: true, lang: 'en' },
])

/** @param {import('playwright-core').Page} page @param {string} what */
async function stands(page, what) {
  await accessible(page, what)
  await fits(page, what)
}

/** @param {import('../lib/world.mjs').World} world */
export function library(world) {
  const at = (/** @type {string} */ path) => world.server.url + path

  /** @param {import('playwright-core').Page} page @param {...{name: string}} files */
  async function upload(page, ...files) {
    await page.goto(at('/documents'))
    await page.locator('input[type=file]').setInputFiles(/** @type {any} */ (files))
    for (const { name } of files)
      await expect(() => page.locator(`[data-upload="${name}"]`).getAttribute('class'), name).toBe('done')
  }

  describe('looking after what is known', () => {
    it('a document is edited where it is and answers at once; what changed is shown, and undone', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await upload(page, file('阅读灯L2.md', LAMP))
      await page.getByRole('link', { name: '阅读灯L2.md', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: '阅读灯 L2 使用说明' }).waitFor()
      await stands(page, 'a document')

      await page.getByRole('link', { name: '编辑原文' }).click()
      const text = page.getByRole('textbox', { name: '原文' })
      await page.getByRole('textbox', { name: /^问一句试试/ }).fill('阅读灯 L2 充满电要多久？')
      await page.getByRole('button', { name: '试问' }).click()
      await page.locator('.said').getByText('3小时').waitFor()
      await text.fill(LAMP.replace('3小时', '4小时'))
      await page.getByText('有未保存的修改').waitFor()
      await stands(page, 'a text being edited')
      await page.getByRole('button', { name: '保存' }).click()
      await page.locator('.said').getByText('4小时').waitFor()
      await page.getByText('答案出自这份文档').waitFor()
      const visitor = await visitorAt(world)
      const reply = await visitor.ask('阅读灯 L2 充满电要多久')
      assert.match(await reply.locator('.bubble').innerText(), /4小时/)

      await page.getByRole('link', { name: /^历史版本/ }).click()
      await page.getByRole('link', { name: '第 2 版改了什么' }).click()
      await page.locator('del mark', { hasText: '3' }).waitFor()
      assert.equal(await page.locator('ins mark').innerText(), '4')
      assert.equal(await page.locator('.line:not(.both)').count(), 2, 'one line in place of one')
      await stands(page, 'two versions held against each other')
      await page.getByRole('link', { name: '回到历史版本' }).click()
      await page.getByRole('button', { name: '恢复第 1 版' }).click()
      await page.locator('.el-message-box').getByText('成为第 3 版').waitFor()
      await page.locator('.el-message-box').getByRole('button', { name: '恢复' }).click()
      await page.locator('[data-version="3"]').getByText('使用中').waitFor()
      const again = await visitor.ask('阅读灯 L2 充满电要多久呢')
      assert.match(await again.locator('.bubble').innerText(), /3小时/)
      const saving = page.waitForEvent('download')
      await page.getByRole('link', { name: '下载第 2 版' }).click()
      assert.match(await readFile(await (await saving).path(), 'utf8'), /4小时/)
      assert.deepEqual([...agent.faults, ...visitor.faults], [])
    })

    it('a text that somebody else has saved meanwhile is not written over, and nothing written is lost', async () => {
      const [one, two] = [await agentAt(world), await agentAt(world)]
      await upload(one.page, file('双人.md', '# 双人\n\n两个人一起改的说明，第一版写着营业到晚上八点。\n'))
      await one.page.getByRole('link', { name: '双人.md', exact: true }).click()
      await one.page.getByRole('link', { name: '编辑原文' }).click()
      await two.page.goto(one.page.url())
      const texts = [one, two].map(({ page }) => page.getByRole('textbox', { name: '原文' }))
      for (const text of texts) await text.waitFor()
      await texts[0]?.fill('# 双人\n\n两个人一起改的说明，现在营业到晚上九点。\n')
      await one.page.getByRole('button', { name: '保存' }).click()
      await one.page.getByText('这就是正在使用的版本').waitFor()
      await texts[1]?.fill('# 双人\n\n我写的。\n')
      await two.page.getByRole('button', { name: '保存' }).click()
      await two.page.getByText('有人刚刚保存了更新的版本').waitFor()
      assert.match((await texts[1]?.inputValue()) ?? '', /我写的/)
      await two.page.getByRole('link', { name: /^历史版本/ }).click()
      await two.page.locator('.el-message-box').getByRole('button', { name: '取消' }).click()
      await two.page.getByRole('button', { name: '载入最新版本' }).click()
      await two.page.locator('.el-message-box').getByRole('button', { name: '载入最新版本' }).click()
      await expect(() => texts[1]?.inputValue() ?? '', 'the text').toMatch(/九点/)
    })

    it('what is for staff only is not said to visitors; the list is narrowed by what is said about documents', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await upload(
        page,
        file('内部口径.md', '# 内部口径\n\n## 补偿\n\n阅读伞的补偿上限是每单 36 元，超过要请主管批准。\n'),
      )
      await page.getByRole('link', { name: '内部口径.md', exact: true }).click()
      await page.getByRole('region', { name: '关于这份文档' }).getByRole('button', { name: '编辑' }).click()
      await page.getByLabel(/^负责人/).fill('小林')
      await page.getByRole('textbox', { name: '标签' }).fill('补偿')
      await page.keyboard.press('Enter')
      await page.getByLabel(/^仅客服/).check()
      await accessible(page, 'what is said about a document')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText('小林').waitFor()

      const visitor = await visitorAt(world)
      const reply = await visitor.ask('阅读伞的补偿上限是多少？')
      assert.doesNotMatch(await reply.locator('.bubble').innerText(), /36/)

      await page.goto(at('/explain'))
      await page.getByText('只看检索').click()
      await page.locator('.ask input[class*=field]').fill('阅读伞的补偿上限是多少？')
      await page.getByLabel('按标签').selectOption('补偿')
      await page.getByRole('button', { name: '试问' }).click()
      await page.getByText('没有找到任何段落').waitFor()
      await page.getByLabel('检索的对象').selectOption({ label: '给客服的建议' })
      await page.getByRole('button', { name: '试问' }).click()
      await page.locator('.candidates').getByText('36 元').waitFor()
      await stands(page, 'a hit test for agents')

      await page.goto(at('/documents'))
      await page.getByLabel('按对象').selectOption({ label: '仅客服' })
      await expect(() => page.locator('tbody tr').count(), 'documents for staff').toBe(1)
      await page.getByLabel('按标签').selectOption('补偿')
      await page.getByLabel('按负责人').selectOption('小林')
      await page.reload()
      await page.getByRole('link', { name: '内部口径.md' }).waitFor()
      assert.equal(await page.locator('tbody tr').count(), 1, 'the address keeps what was picked')
      await stands(page, 'a narrowed list')
      await page.getByRole('searchbox').fill('没有这个')
      await page.getByText('没有符合条件的文档').waitFor()
      await page.getByRole('link', { name: '清除筛选' }).first().click()
      await expect(async () => (await page.locator('tbody tr').count()) > 5, 'the whole list').toBe(true)
      assert.deepEqual([...agent.faults, ...visitor.faults], [])
    })

    it('words of the search are taught, tried, taken back, carried out and in', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(at('/lexicon'))
      await page.getByRole('textbox', { name: /^试一个问题/ }).fill('请问爆浆锅包邮吗')
      await page.getByRole('button', { name: '查看' }).click()
      await page.locator('.try li').first().waitFor()

      await page.getByRole('button', { name: '添加词条' }).click()
      await page.getByLabel('文档里用的词').fill('空气炸锅')
      await page.getByRole('textbox', { name: '同一个意思的其他词' }).fill('爆浆锅')
      await page.keyboard.press('Enter')
      await accessible(page, 'an entry of the lexicon')
      await page.getByRole('button', { name: '保存' }).click()
      await page.locator('.also').getByText('空气炸锅').waitFor()
      await page.locator('main li', { hasText: '爆浆锅' }).last().waitFor()

      await page.getByRole('button', { name: '编辑 空气炸锅' }).click()
      await page.getByLabel(/^整词/).check()
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByRole('button', { name: /^整词/ }).click()
      await page.getByRole('button', { name: '删除 空气炸锅' }).click()
      await page.getByText('没有符合的词条').or(page.getByText('词表还是空的')).waitFor()
      await page.getByRole('button', { name: '恢复' }).click()
      await page.getByRole('button', { name: '删除 空气炸锅' }).waitFor()

      await page.getByRole('button', { name: '导入' }).click()
      const list = page.getByLabel('词表内容')
      await list.fill('kind,word,others\nsynonyms,运费,\n')
      await page.getByText(/^第 2 行/).waitFor()
      await list.fill('kind,word,others\nsynonyms,邮费,快递费|送货费\nstop,麻烦问下,\nword,空气炸锅,\n')
      await page.getByText('3 个词条：新增 2 个，更新 1 个。').waitFor()
      await accessible(page, 'a list being imported')
      await page.locator('.el-drawer').getByRole('button', { name: '导入' }).click()
      await page.getByRole('button', { name: /^全部 3/ }).waitFor()
      const saving = page.waitForEvent('download')
      await page.getByRole('button', { name: '导出' }).click()
      assert.match(await readFile(await (await saving).path(), 'utf8'), /synonyms,邮费,快递费\|送货费/)
      await page.getByRole('button', { name: /^全部/ }).click()
      await stands(page, 'the lexicon')

      await page.getByRole('button', { name: '导入' }).click()
      await list.fill('kind,word,others\nstop,麻烦问下,\n')
      await page.getByLabel('替换整个词表').check()
      await page.locator('.el-drawer').getByRole('button', { name: '导入' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '替换' }).click()
      await page.getByRole('button', { name: /^全部 1/ }).waitFor()
      await page.getByRole('button', { name: '删除 麻烦问下' }).click()
      await page.getByText('词表还是空的').waitFor()
      assert.deepEqual(agent.faults, [])
    })

    it('a check finds what contradicts itself and what was asked in vain, and a draft becomes an answer', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await upload(page, file('阅读灯L2.md', LAMP), file('阅读灯售后.md', CONTRARY))
      const visitor = await visitorAt(world)
      await visitor.ask('你们的灯塔俱乐部怎么加入？')

      await page.goto(at('/health'))
      await page.getByLabel('多久没被引用算闲置').fill('0')
      await page.getByRole('button', { name: '开始体检' }).click()
      const pair = page.locator('[data-area=contradictions] li', { hasText: '阅读灯售后.md' })
      await pair.waitFor()
      assert.deepEqual((await pair.locator('mark').allInnerTexts()).sort(), ['3', '5'])
      await stands(page, 'the report')

      const group = page.locator('[data-question="你们的灯塔俱乐部怎么加入？"]')
      await group.getByRole('textbox').fill('在“我的”页面点“加入灯塔俱乐部”就可以了。')
      await group.getByRole('button', { name: '生成问答' }).click()
      await expect(() => group.count(), 'the question in the report').toBe(0)
      const reply = await visitor.ask('你们的灯塔俱乐部怎么加入呢？')
      assert.match(await reply.locator('.bubble').innerText(), /我的/)

      await page.reload()
      await pair.waitFor()
      assert.equal(await group.count(), 0, 'what is done stays done')
      await pair.getByRole('link', { name: '阅读灯售后.md' }).click()
      await page.locator('[data-passage][aria-current=true]').getByText('5小时').waitFor()
      await page.getByRole('button', { name: '删除 阅读灯售后.md' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '删除' }).click()
      await page.waitForURL('**/documents')
      assert.deepEqual([...agent.faults, ...visitor.faults], [])
    })

    for (const looks of LOOKS) {
      const en = looks.lang === 'en'
      it(`a source is added, run, says what to do when it fails, and goes (${looks.viewport.width} px)`, async () => {
        const agent = await agentAt(world, looks)
        const { page } = agent
        const button = (/** @type {string} */ zh, /** @type {string} */ other) =>
          page.getByRole('button', { name: en ? other : zh })
        await page.goto(at('/sources'))
        await button('添加来源', 'Add a source').click()
        await page
          .getByLabel(en ? 'Address' : '网址', { exact: false })
          .first()
          .fill('http://127.0.0.1:9/help')
        await accessible(page, 'a source being written')
        await button('保存', 'Save').click()
        await page.locator('.el-drawer [role=alert]').getByText('private address').waitFor()
        await page.getByLabel(en ? /^Allow addresses/ : /^允许内网地址/).check()
        await button('保存', 'Save').click()
        await button('现在导入', 'Run now').click()
        await page.getByText(en ? 'It cannot be reached.' : '连不上对方。').waitFor()
        await stands(page, 'sources')
        await button('删除 http://127.0.0.1:9/help', 'Delete http://127.0.0.1:9/help').click()
        await page
          .locator('.el-message-box')
          .getByRole('button', { name: en ? 'Delete' : '删除' })
          .click()
        await page.getByText(en ? 'No sources yet' : '还没有定时导入的来源').waitFor()
        assert.deepEqual(agent.faults, [])
      })
    }
  })
}
