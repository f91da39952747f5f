import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { agentAt, visitorAt } from '../lib/world.mjs'

/** Questions of the sample shop and what a right answer says, with the document it stands in. */
const QUESTIONS = {
  zh: [
    { ask: '电饭煲显示 E3 是什么意思？', says: /过热|干烧/, source: /MR40/ },
    { ask: '电饭煲保修多久？', says: /1年/, source: /保修/ },
  ],
  en: [
    { ask: 'How much is shipping to Singapore?', says: /88/, source: /shipping/i },
    { ask: 'Will I have to pay customs duty?', says: /recipient pays/i, source: /faq/i },
  ],
}
const PERSON = { zh: '我要转人工', en: 'I want to talk to a real person' }
const REPLY = { zh: '您好，我来帮您处理。', en: 'Hello, I will take care of it.' }
const THANKS = { zh: '太好了，谢谢', en: 'Great, thank you' }

/** @param {import('../lib/world.mjs').World} world */
export function conversation(world) {
  describe('a visitor is answered and a person takes over', () => {
    for (const lang of /** @type {const} */ (['zh', 'en'])) {
      it(`from the shop's documents, with the source (${lang})`, async () => {
        const visitor = await visitorAt(world, { lang })
        for (const { ask, says, source } of QUESTIONS[lang]) {
          const reply = await visitor.ask(ask)
          assert.match(await reply.locator('.bubble').innerText(), says, ask)
          await reply.locator('summary').click()
          assert.ok((await reply.locator('blockquote').first().innerText()).length > 0, 'the quote is shown')
          assert.match(await reply.locator('details').innerText(), source, ask)
        }
        const rated = visitor.replies().last()
        await rated.locator('.acts button').first().click()
        await expect(() => rated.locator('.acts button').count(), 'buttons of a rated answer').toBe(0)
        assert.deepEqual(visitor.faults, [])
      })

      it(`on request by a person, who sees it all, answers and closes (${lang})`, async () => {
        const visitor = await visitorAt(world, { lang })
        const agent = await agentAt(world, { lang })
        await visitor.ask(QUESTIONS[lang][0]?.ask ?? '')
        await visitor.say(PERSON[lang])
        await visitor.widget.locator('.event').first().waitFor()

        await agent.openWaiting()
        await agent.sees(PERSON[lang])
        await agent.accept()
        await expect(() => visitor.widget.locator('.event').count(), 'the visitor is told twice').toBe(2)
        await agent.reply(REPLY[lang])
        await visitor.sees(REPLY[lang])
        await visitor.say(THANKS[lang])
        await agent.sees(THANKS[lang])

        await agent.end()
        await expect(() => visitor.widget.locator('.event').count(), 'the end is told').toBe(3)
        assert.deepEqual([...visitor.faults, ...agent.faults], [])
      })
    }

    it('once a person owns the conversation the bot is silent', async () => {
      const visitor = await visitorAt(world)
      const agent = await agentAt(world)
      await visitor.say(PERSON.zh)
      await agent.openWaiting()
      await agent.accept()
      const byBot = agent.page.locator('.log article.bot')
      const before = await byBot.count()
      await visitor.say(QUESTIONS.zh[0]?.ask ?? '')
      await agent.sees(QUESTIONS.zh[0]?.ask ?? '')
      await agent.reply('稍等')
      await visitor.sees('稍等')
      assert.equal(await byBot.count(), before, 'the bot has said nothing more')
    })

    it('the agent is offered replies, and sends one by keyboard', async () => {
      const visitor = await visitorAt(world)
      const agent = await agentAt(world)
      await visitor.say(PERSON.zh)
      await agent.openWaiting()
      await agent.accept()
      await visitor.say(QUESTIONS.zh[0]?.ask ?? '')
      const first = agent.page.locator('.side-suggestions .text').first()
      // What there was before the question is replaced when its own suggestions come.
      await first.filter({ hasText: QUESTIONS.zh[0]?.says ?? '' }).waitFor()
      const suggested = await first.innerText()
      await agent.page.keyboard.press('Control+Digit1')
      await expect(() => agent.page.locator('.reply textarea').inputValue(), 'the reply box').toBe(suggested)
      await agent.page.locator('.reply textarea').press('Enter')
      await visitor.sees(suggested)
    })

    it('on a phone as well, on both sides', async () => {
      const visitor = await visitorAt(world, { viewport: PHONE })
      const agent = await agentAt(world, { viewport: PHONE })
      const panel = await visitor.widget.locator('.panel').boundingBox()
      assert.deepEqual([panel?.x, panel?.y, panel?.width], [0, 0, PHONE.width], 'the panel fills the screen')
      await visitor.say(PERSON.zh)
      await agent.openWaiting()
      await agent.accept()
      await agent.reply(REPLY.zh)
      await visitor.sees(REPLY.zh)
    })

    it('what was said is there when the visitor comes back', async () => {
      const visitor = await visitorAt(world)
      await visitor.ask(QUESTIONS.zh[0]?.ask ?? '')
      const before = await visitor.texts()
      await visitor.page.reload()
      await visitor.widget.locator('.launcher').click()
      await expect(() => visitor.texts(), 'the history').toEqual(before)
    })
  })
}
