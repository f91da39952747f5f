import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { agentAt, visitorAt } from '../lib/world.mjs'

/** Texts that would run, load or restyle something wherever they were taken for markup. */
const ATTACKS = [
  '<img src=x onerror="window.__hit=1">',
  '<script>window.__hit=1</script>',
  '<svg onload="window.__hit=1"></svg>',
  '"><b onmouseover="window.__hit=1">bold</b>',
  '<a href="javascript:window.__hit=1">link</a>',
  '{{constructor.constructor("window.__hit=1")()}}',
  '</textarea><iframe srcdoc="<script>parent.__hit=1</script>"></iframe>',
]

/**
 * Nothing of the attacks has become an element or has run.
 * @param {import('playwright-core').Page} page
 */
async function inert(page) {
  const found = await page.evaluate(() => {
    const roots = [document, document.getElementById('zhike-widget')?.shadowRoot]
    const markup = 'img[src="x"], iframe, svg[onload], b[onmouseover], a[href^="javascript"]'
    return {
      hit: '__hit' in window,
      elements: roots.flatMap((root) => [...(root?.querySelectorAll(markup) ?? [])].map((e) => e.localName)),
    }
  })
  assert.deepEqual(found, { hit: false, elements: [] })
}

/** @param {import('../lib/world.mjs').World} world */
export function safety(world) {
  describe('text of strangers stays text (requirement 23)', () => {
    it('in messages, page titles, notes and tags', async () => {
      const visitor = await visitorAt(world, {}, async (page) => {
        await page.addInitScript((title) => {
          document.addEventListener('DOMContentLoaded', () => setTimeout(() => (document.title = title)))
        }, ATTACKS[0])
      })
      const agent = await agentAt(world)
      await visitor.say('我要转人工')
      await agent.openWaiting()
      await agent.accept()
      for (const attack of ATTACKS) {
        await visitor.say(attack)
        await agent.sees(attack)
        await agent.reply(`您发的是 ${attack}`)
        await visitor.sees(`您发的是 ${attack}`)
      }
      const note = agent.page.getByLabel('添加备注')
      await note.fill(ATTACKS[0] ?? '')
      await agent.page.getByRole('button', { name: '添加备注' }).click()
      await agent.page.locator('aside li p').getByText('onerror').waitFor()
      const tags = agent.page.locator('.el-input-tag input')
      await tags.fill(ATTACKS[2] ?? '')
      await tags.press('Enter')
      await agent.page.locator('.el-tag').getByText('onload').waitFor()
      await inert(visitor.page)
      await inert(agent.page)
      await agent.page.goto(`${world.server.url}/inbox`)
      await agent.page.getByRole('tab', { name: '全部' }).click()
      await agent.page.locator('.rows a').first().waitFor()
      await inert(agent.page)
    })

    it('in file names, documents, FAQ pairs and answers', async () => {
      const agent = await agentAt(world)
      const { page } = agent
      await page.goto(`${world.server.url}/documents`)
      const name = '<img src=x onerror=window.__hit=1>.md'
      const text = `# ${ATTACKS[0]}\n\n蓝鲸牌遥控器的型号写作 ${ATTACKS[0]}，电池用两节五号。\n`
      await page
        .locator('input[type=file]')
        .setInputFiles([{ name, mimeType: 'text/markdown', buffer: Buffer.from(text) }])
      await page.locator('.uploads li.done').waitFor()
      await page.locator('.open').getByText('onerror').first().click()
      await page.locator('[data-passage]').getByText('蓝鲸牌').waitFor()
      await inert(page)

      const visitor = await visitorAt(world)
      const reply = await visitor.ask('蓝鲸牌遥控器用什么电池？')
      await reply.locator('.bubble').waitFor()
      await inert(visitor.page)

      await page.goto(`${world.server.url}/explain`)
      await page.locator('.ask input[class*=field]').fill('蓝鲸牌遥控器用什么电池？')
      await page.getByRole('button', { name: '试问' }).click()
      await page.locator('.candidates').getByText('蓝鲸牌').first().waitFor()
      await inert(page)
    })

    it('in names of colleagues, teams, doors and files, in canned replies and tags of pairs', async () => {
      const visitor = await visitorAt(world)
      const agent = await agentAt(world)
      const { page } = agent
      const [image = '', , svg = ''] = ATTACKS
      await page.evaluate(
        async ({ image, svg }) => {
          const post = async (/** @type {string} */ path, /** @type {object} */ body) => {
            const answer = await fetch(`/api/v1${path}`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            })
            if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
          }
          const account = { email: 'attack@example.com', password: 'a password for a test', role: 'agent' }
          await post('/users', { ...account, name: image })
          await post('/teams', { name: svg, closed: false, skills: [image], members: [] })
          await post('/canned_responses', { shortcut: 'attack', text: { zh: image } })
          await post('/knowledge/faqs', { question: image, similar: [svg], answer: svg, tags: [image] })
        },
        { image, svg },
      )
      await visitor.say('我要转人工')
      await agent.openWaiting()
      await agent.accept()
      const choosing = visitor.page.waitForEvent('filechooser')
      await visitor.widget.getByRole('button', { name: '发送文件' }).click()
      await (
        await choosing
      ).setFiles([
        { name: '<img src=x onerror=window.__hit=1>.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
      ])
      await agent.page.locator('.log .bubble a').getByText('onerror').waitFor()
      await inert(visitor.page)
      await page.locator('.reply textarea').fill('/attack')
      await page.locator('.menu [role=option]').getByText('onerror').waitFor()
      await inert(page)
      for (const path of [
        '/settings/users',
        '/settings/teams',
        '/settings/canned',
        '/faqs',
        '/settings/audit',
      ]) {
        await page.goto(world.server.url + path)
        await page
          .locator('main li')
          .getByText(/onerror|onload|attack/)
          .filter({ visible: true })
          .first()
          .waitFor()
        await inert(page)
      }
      // Other flows count what is kept ready.
      await page.evaluate(async () => {
        const { items } = await (await fetch('/api/v1/canned_responses')).json()
        for (const { id } of items) await fetch(`/api/v1/canned_responses/${id}`, { method: 'DELETE' })
      })
    })

    it('an address handed to the sign-in page leads nowhere but into the console', async () => {
      const agent = await agentAt(world)
      for (const to of [
        '//evil.example',
        'https://evil.example/',
        '/\\evil.example',
        'javascript:window.__hit=1',
      ]) {
        await agent.page.goto(`${world.server.url}/login?to=${encodeURIComponent(to)}`)
        await agent.page.waitForURL('**/inbox')
        assert.equal(new URL(agent.page.url()).origin, world.server.url)
      }
      await inert(agent.page)
    })
  })
}
