import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openPage, watchShift, DESKTOP, PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

const CONSOLE = [
  '/documents',
  '/sources',
  '/lexicon',
  '/health',
  '/faqs',
  '/explain',
  '/intents',
  '/intents/order_status',
  '/lessons',
  '/training',
  '/evaluations',
  '/reports',
  '/reports?by=agent',
  '/findings',
  '/wall',
  '/start',
  '/design',
  '/settings/users',
  '/settings/teams',
  '/settings/inboxes',
  '/settings/canned',
  '/settings/keys',
  '/settings/webhooks',
  '/settings/audit',
  '/settings/me',
  '/systems',
  '/systems/orders',
  '/actions',
]

/** @param {import('../lib/world.mjs').World} world */
export function pages(world) {
  describe('every page', () => {
    for (const { viewport, dark, lang } of /** @type {const} */ ([
      { viewport: DESKTOP, dark: false, lang: 'zh' },
      { viewport: DESKTOP, dark: true, lang: 'en' },
      { viewport: PHONE, dark: false, lang: 'en' },
      { viewport: PHONE, dark: true, lang: 'zh' },
    ])) {
      const looks = `${viewport.width} px, ${dark ? 'dark' : 'light'}, ${lang}`

      it(`is accessible and never wider than the screen (${looks})`, async () => {
        const visitor = await visitorAt(world, { viewport, dark, lang })
        await visitor.ask(lang === 'zh' ? '电饭煲显示 E3 是什么意思？' : 'How much is shipping to Singapore?')
        await accessible(visitor.page, '/demo')
        await fits(visitor.page, '/demo')
        await visitor.widget.locator('header .pill').click()
        await visitor.widget.locator('.event').first().waitFor()

        const agent = await agentAt(world, { viewport, dark, lang })
        await accessible(agent.page, '/inbox')
        await agent.openWaiting()
        await accessible(agent.page, '/inbox/…')
        await fits(agent.page, '/inbox/…')
        await agent.accept()
        for (const path of CONSOLE) {
          await agent.page.goto(world.server.url + path)
          await agent.page.locator('h1').waitFor()
          await expect(() => agent.page.locator('[role=status].soft').count(), `${path} to be loaded`).toBe(0)
          await accessible(agent.page, path)
          await fits(agent.page, path)
        }
        assert.deepEqual([...visitor.faults, ...agent.faults], [])
      })
    }

    it('can be used in the other language and colours, and remembers', async () => {
      const agent = await agentAt(world, { lang: 'zh' })
      const { page } = agent
      await page.locator('.me').click()
      await page.getByRole('menuitem', { name: 'English' }).click()
      await page.getByRole('menuitem', { name: /Appearance/ }).click()
      await page.getByRole('menuitem', { name: /Appearance/ }).click()
      await page.reload()
      await page.getByRole('tab', { name: 'Waiting' }).waitFor()
      assert.equal(await page.evaluate(() => document.documentElement.className), 'dark')
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    })

    it('that needs a session asks for one, says when the password is wrong, and comes back', async () => {
      const { url, email, password } = world.server
      const { page, faults } = await openPage(world.browser, { locale: 'en-GB' })
      await page.goto(`${url}/documents`)
      await page.locator('[name=email]').fill(email)
      await page.locator('[name=password]').fill('wrong password')
      await page.locator('[type=submit]').click()
      await page.getByRole('alert').waitFor()
      await page.locator('[name=password]').fill(password)
      await page.locator('[type=submit]').click()
      await page.waitForURL('**/documents')
      await page.locator('.me').click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.locator('[name=email]').waitFor()
      await page.goto(`${url}/inbox`)
      await page.locator('[name=email]').waitFor()
      assert.deepEqual(faults, [])
    })

    it('shows the shop quickly and does not jump', async () => {
      const { page } = await openPage(world.browser, { locale: 'zh-CN' })
      const shiftOf = await watchShift(page)
      await page.goto(`${world.server.url}/demo`, { waitUntil: 'networkidle' })
      const shift = await shiftOf()
      assert.ok(shift <= 0.05, `layout shift ${shift}`)
    })
  })
}
