import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { DESKTOP, openPage, PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { Visitor } from '../lib/people.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { agentAt, outOfHours, visitorAt } from '../lib/world.mjs'

/** Rules of a page that would spoil whatever they reach. */
const HOSTILE = `* { font-size: 60px !important; color: red !important; display: block !important; all: unset !important }
  div { position: static !important; opacity: 0.1 !important }`

/** What the widget says when nobody is there. */
const ALONE = {
  zh: { status: '客服不在线，可以留言', offer: '现在没有客服在线' },
  en: { status: 'Nobody online, leave a message', offer: 'Nobody is here now' },
}

/** @param {import('../lib/world.mjs').World} world */
export function widget(world) {
  describe('the widget', () => {
    it('sends files both ways, is rated after a person has served, and gives the conversation to keep', async () => {
      const visitor = await visitorAt(world)
      const agent = await agentAt(world)
      await visitor.say('我要转人工')
      await agent.openWaiting()
      await agent.accept()
      await agent.reply('请发一张照片')
      await visitor.sees('请发一张照片')

      const picture = await visitor.page.screenshot()
      const choosing = visitor.page.waitForEvent('filechooser')
      await visitor.widget.getByRole('button', { name: '发送文件' }).click()
      await (await choosing).setFiles([{ name: '照片.png', mimeType: 'image/png', buffer: picture }])
      const shown = visitor.log.locator('.row:last-of-type img[alt="照片.png"]').last()
      await expect(
        () => shown.evaluate((e) => /** @type {HTMLImageElement} */ (e).naturalWidth > 0),
        'the picture to be there',
      ).toBe(true)
      await expect(() => visitor.log.locator('progress').count(), 'what is still on its way').toBe(0)
      await agent.page.locator('.log img[alt="照片.png"]').waitFor()
      await accessible(visitor.page, 'the widget with a picture')

      await agent.end()
      const csat = visitor.log.locator('.csat')
      await csat.getByRole('button', { name: '5' }).click()
      await csat.getByText('谢谢反馈').waitFor()

      const saving = visitor.page.waitForEvent('download')
      await visitor.log.getByRole('button', { name: '保存对话' }).click()
      const text = await readFile(await (await saving).path(), 'utf8')
      assert.match(text, /我要转人工/)
      assert.match(text, /请发一张照片/)
      assert.match(text, /照片.png/)
      assert.deepEqual([...visitor.faults, ...agent.faults], [])
    })

    it('lets whoever does not want to wait say how they can be reached, once', async () => {
      const visitor = await visitorAt(world)
      await visitor.say('我要转人工')
      const form = visitor.log.locator('.leave')
      await form.getByRole('textbox').fill('明天')
      await form.getByRole('button', { name: '留下' }).click()
      assert.equal(await form.locator(':invalid').count(), 1, 'what nobody can be reached by is not sent')
      await accessible(visitor.page, 'the widget while one waits')
      await form.getByRole('textbox').fill('138 0000 1234')
      await form.getByRole('button', { name: '留下' }).click()
      await visitor.sees('联系方式：138 0000 1234')
      assert.equal(await form.count(), 0)
      await visitor.page.reload()
      await visitor.widget.locator('.launcher').click()
      await visitor.sees('联系方式：138 0000 1234')

      const agent = await agentAt(world)
      await agent.openWaiting()
      await agent.sees('联系方式：138 0000 1234')
      const card = agent.page.locator('aside dl').filter({ hasText: '电话' })
      assert.match(await card.innerText(), /电话\s+13800001234/)
      await agent.accept()
      await agent.end()
      assert.deepEqual([...visitor.faults, ...agent.faults], [])
    })

    for (const lang of /** @type {const} */ (['zh', 'en'])) {
      it(`offers at once to leave a contact when nobody is there (${lang})`, async () => {
        const { status, offer } = ALONE[lang]
        const visitor = await visitorAt(world, { lang, viewport: lang === 'zh' ? DESKTOP : PHONE })
        const open = await outOfHours(world)
        const form = visitor.log.locator('.leave')
        try {
          await visitor.widget.locator('header .pill').click()
          await form.getByText(offer).waitFor()
        } finally {
          await open()
        }
        await visitor.sees('09:00–18:00')
        await expect(() => visitor.widget.locator('header p').innerText(), 'who is there').toBe(status)
        await accessible(visitor.page, 'the widget when nobody is there')
        await fits(visitor.page, 'the widget when nobody is there')
        await form.getByRole('textbox').fill(`${lang}@visitor.example`)
        await form.getByRole('button').click()
        await visitor.sees(`${lang}@visitor.example`)
        assert.equal(await form.count(), 0)

        const agent = await agentAt(world, { lang })
        await agent.page
          .locator('.rows a')
          .filter({ hasText: `${lang}@visitor.example` })
          .first()
          .click()
        await agent.sees(`${lang}@visitor.example`)
        await agent.page.locator('aside dl').getByText(`${lang}@visitor.example`).waitFor()
        await agent.accept()
        await agent.end()
        assert.deepEqual([...visitor.faults, ...agent.faults], [])
      })
    }

    it('is a whole page where a page asks for it, and looks as the attributes say', async () => {
      const { page, faults } = await openPage(world.browser, { locale: 'en-GB' })
      await page.goto(`${world.server.url}/demo?mode=page&color=%235b2a86`)
      const visitor = new Visitor(page)
      await visitor.log.locator('.bubble').first().waitFor()
      const panel = visitor.widget.locator('.panel')
      await expect(async () => (await panel.boundingBox())?.y, 'where it comes to rest').toBe(0)
      const box = await panel.boundingBox()
      assert.deepEqual([box?.x, box?.width], [0, page.viewportSize()?.width])
      assert.equal(await visitor.widget.locator('.launcher').isVisible(), false)
      await page.keyboard.press('Escape')
      assert.equal(await visitor.widget.locator('.panel').isVisible(), true)
      await visitor.say('hello')
      const mine = visitor.log.locator('.mine .bubble:not(.draft)').first()
      await mine.waitFor()
      assert.equal(await mine.evaluate((e) => getComputedStyle(e).backgroundColor), 'rgb(91, 42, 134)')
      await fits(page, 'the chat as a page')
      await accessible(page, 'the chat as a page')
      assert.deepEqual(faults, [])
    })

    it('tells its page what happens, and counts what came while it was closed', async () => {
      const visitor = await visitorAt(world)
      const agent = await agentAt(world)
      await visitor.page.evaluate(() => {
        const heard = /** @type {string[]} */ (Object.assign(window, { heard: [] }).heard)
        for (const name of ['open', 'close', 'message'])
          addEventListener(`zhike:${name}`, (event) => {
            const { content } = /** @type {any} */ (event).detail ?? {}
            heard.push(content ? `${name} ${content.text}` : name)
          })
      })
      await visitor.say('我要转人工')
      await agent.openWaiting()
      await agent.accept()
      await visitor.page.evaluate(() => /** @type {any} */ (window).Zhike.close())
      await agent.reply('在吗？')
      await expect(() => visitor.widget.locator('.launcher b').innerText(), 'the badge').toBe('1')
      await visitor.page.evaluate(() => /** @type {any} */ (window).Zhike.open())
      await visitor.sees('在吗？')
      const heard = await visitor.page.evaluate(() => /** @type {any} */ (window).heard)
      assert.deepEqual(heard.slice(-3), ['close', 'message 在吗？', 'open'])
    })

    it('keeps its looks on a page with hostile rules that reads from right to left', async () => {
      const visitor = await visitorAt(world)
      const looks = () =>
        visitor.log.evaluate((log) => {
          const bubble = /** @type {Element} */ (log.querySelector('.bubble'))
          const { fontSize, color, direction } = getComputedStyle(bubble)
          return { fontSize, color, direction, x: Math.round(log.getBoundingClientRect().x) }
        })
      const before = await looks()
      await visitor.page.evaluate((css) => {
        document.documentElement.dir = 'rtl'
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(css)
        document.adoptedStyleSheets.push(sheet)
      }, HOSTILE)
      assert.deepEqual(await looks(), before)
      await visitor.say('مرحبا')
      const mine = visitor.log.locator('.mine .bubble').last()
      assert.equal(await mine.evaluate((e) => getComputedStyle(e).direction), 'rtl')
    })
  })
}
