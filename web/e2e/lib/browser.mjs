import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { hindrances } from './access.mjs'

const shots = fileURLToPath(new URL('../shots/', import.meta.url))

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
]

/** One Chromium, in which every person of the story has a profile of their own. */
export class Browser {
  #chromium
  #witness
  #pages = new Map()
  #shot = 0
  /** What kept people from using a page of which a picture was taken. */
  hindrances = []

  static async start(witness) {
    const b = new Browser()
    b.#witness = witness
    b.#chromium = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: flags })
    await rm(shots, { recursive: true, force: true })
    await mkdir(shots, { recursive: true })
    return b
  }

  /** An officer's computer: a small office screen and a mouse. */
  computer(who) {
    return this.#open(who, { viewport: { width: 1366, height: 768 }, acceptDownloads: true })
  }

  /** A worker's phone. */
  phone(who) {
    return this.#open(who, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true })
  }

  async #open(who, options) {
    const context = await this.#chromium.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...options })
    context.setDefaultTimeout(15_000)
    await this.#witness.watch(context, who)
    const page = await context.newPage()
    this.#pages.set(who, page)
    return page
  }

  /** Takes a picture of a page as it stands, and notes what would hinder people there. */
  async shoot(page, name) {
    const touch = page.viewportSize().width < 600
    const file = path.join(shots, `${String(++this.#shot).padStart(2, '0')}-${name}.png`)
    await page.screenshot({ path: file, fullPage: true, animations: 'disabled' })
    for (const found of await hindrances(page, touch)) this.hindrances.push(`${name}: ${found}`)
  }

  /** Renews a picture of the documentation, if PICTURES names the folder for them. */
  async portray(page, name) {
    if (process.env.PICTURES) await page.screenshot({ path: path.join(process.env.PICTURES, `${name}.png`), animations: 'disabled' })
  }

  /** What everybody has on the screen, for a story that broke off. */
  async evidence() {
    for (const [who, page] of this.#pages) {
      await page.screenshot({ path: path.join(shots, `broken-${who}.png`) }).catch(() => undefined)
    }
  }

  async stop() {
    await this.#chromium.close()
  }
}
