import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { agentAt } from '../lib/world.mjs'

/** @param {import('../lib/world.mjs').World} world */
export function start(world) {
  describe('the first run', () => {
    it('names the shop, brings a document, tries three questions and copies the line', async () => {
      const agent = await agentAt(world, { viewport: PHONE, lang: 'en' })
      const { page } = agent
      await page.goto(`${world.server.url}/settings`)
      await page.getByRole('link', { name: 'Get started' }).click()
      const step = (/** @type {number} */ n) => page.locator('ol > li.card').nth(n)
      await step(1).locator('.mark', { hasText: '✓' }).waitFor()

      await step(0).getByLabel('The shop’s name').fill('Orchard & Sons')
      await step(0).getByRole('button', { name: 'Save' }).click()
      await step(0).locator('.mark', { hasText: '✓' }).waitFor()
      await step(0).getByLabel('The shop’s name').fill('Orchard & Daughters')
      await step(0).getByRole('button', { name: 'Save' }).click()
      await expect(() => step(0).getByRole('button', { name: 'Save' }).isDisabled(), 'saved').toBe(true)

      await step(1)
        .locator('[type=file]')
        .setInputFiles({
          name: 'parking.md',
          mimeType: 'text/markdown',
          buffer: Buffer.from(
            '# Parking\n\nThe car park behind the orchard has room for 40 cars and costs nothing.\n',
          ),
        })
      await step(1).getByText('Imported').waitFor()

      const ask = step(2).getByRole('textbox')
      for (const [i, text] of [
        'How many cars fit the car park?',
        'hello',
        'Can I bring a horse?',
      ].entries()) {
        await ask.fill(text)
        await ask.press('Enter')
        await step(2).locator('ol > li').nth(i).waitFor()
      }
      await step(2).locator('.mark', { hasText: '✓' }).waitFor()
      assert.match(await step(2).locator('ol > li').first().innerText(), /40/)
      const line = await step(3).locator('code').innerText()
      const inbox = /data-inbox="([^"]+)"/.exec(line)?.[1]
      await step(3).getByRole('button', { name: /^Copy/ }).click()
      await page.getByText('All done').waitFor()
      await accessible(page, 'the first run')
      await fits(page, 'the first run')

      const greeted = await page.request.post(`${world.server.url}/api/v1/visitor/sessions`, {
        data: { inbox },
      })
      assert.equal((await greeted.json()).inbox.name, 'Orchard & Daughters')
      await page.getByRole('link', { name: 'On to the visitors' }).click()
      await page.waitForURL('**/inbox')
      assert.deepEqual(agent.faults, [])
    })
  })
}
