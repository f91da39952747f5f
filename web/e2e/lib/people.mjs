/** What a visitor and an agent do, in the words of the pages. */
import { expect } from './expect.mjs'

/** @typedef {import('playwright-core').Page} Page */

export class Visitor {
  /** @param {Page} page */
  constructor(page) {
    this.page = page
    this.widget = page.locator('#zhike-widget')
    this.log = this.widget.locator('.log')
  }

  /** @param {string} url */
  async open(url) {
    await this.page.goto(url)
    await this.widget.locator('.launcher').click()
    await this.log.locator('.bubble').first().waitFor()
  }

  /** @param {string} text */
  async say(text) {
    await this.widget.locator('textarea').fill(text)
    await this.widget.locator('textarea').press('Enter')
  }

  /**
   * Asks and waits for what comes back.
   * @param {string} text
   */
  async ask(text) {
    const before = await this.replies().count()
    await this.say(text)
    await this.replies().nth(before).waitFor()
    return this.replies().nth(before)
  }

  /** What the other side has said, the greeting first. */
  replies() {
    return this.log.locator('.row:not(.mine)')
  }

  /** Every message on the screen, in order. */
  texts() {
    return this.log.locator('.bubble:not(.dots), .event').allInnerTexts()
  }

  /** @param {string} text */
  async sees(text) {
    await this.log.getByText(text).last().waitFor()
  }
}

export class Agent {
  /** @param {Page} page */
  constructor(page) {
    this.page = page
  }

  /**
   * @param {string} url
   * @param {string} email
   * @param {string} password
   */
  async signIn(url, email, password) {
    await this.page.goto(url)
    await this.page.locator('[name=email]').fill(email)
    await this.page.locator('[name=password]').fill(password)
    await this.page.locator('[type=submit]').click()
    await this.page.locator('.rows').waitFor()
  }

  /** Opens the conversation that waits longest. */
  async openWaiting() {
    await this.page.getByRole('tab').first().click()
    await this.page.locator('.rows a').first().click()
    await this.page.locator('.log').waitFor()
  }

  async accept() {
    await this.page.getByRole('button', { name: /^(接待|Accept)$/ }).click()
    await expect(() => this.page.locator('.reply textarea').isVisible(), 'the reply box').toBe(true)
  }

  /** @param {string} text */
  async reply(text) {
    await this.page.locator('.reply textarea').fill(text)
    await this.page.locator('.reply textarea').press('Enter')
  }

  /** Ends the conversation, and means it. */
  async end() {
    await this.page
      .locator('.steps')
      .getByRole('button', { name: /^(结束|Close)$/ })
      .click()
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: /^(结束|Close)$/ })
      .click()
  }

  /** @param {string} text */
  async sees(text) {
    await this.page.locator('.log').getByText(text).last().waitFor()
  }
}
