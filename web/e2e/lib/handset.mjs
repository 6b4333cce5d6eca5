import { eventually } from './eventually.mjs'

/** A worker with a phone. `name` and `phone` are as on the roster. */
export class Handset {
  constructor(page, origin, { name, phone }) {
    this.page = page
    this.origin = origin
    this.name = name
    this.phone = phone
  }

  async open(route = '/pages/today/today') {
    await this.page.goto(`${this.origin}/h5/#${route}`)
    await this.page.reload()
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor()
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  async tap(name) {
    await this.button(name).tap()
  }

  async type(label, text) {
    await this.page.locator(`uni-input[aria-label="${label}"] input, input[aria-label="${label}"]`).first().fill(text)
  }

  /** Asks the product with this worker's session. */
  async ask(url) {
    const answer = await this.page.context().request.get(this.origin + url)
    return answer.json()
  }

  round(id) {
    return this.ask(`/api/worker/rounds/${id}`)
  }

  // ---------------------------------------------------------------- signing in

  /** From the entrance through WeChat's consent page back to the product. */
  async signIn() {
    await this.page.goto(`${this.origin}/h5/`)
    await this.tap('微信登录')
    await this.page.waitForURL('**/sandbox/wechat/connect/oauth2/authorize**')
    await this.page.getByLabel('换一个人：写下昵称').fill(this.name)
    await this.page.getByRole('button', { name: '允许' }).tap()
    await this.page.waitForURL('**/h5/**')
    await this.sees('还没有绑定姓名和手机号')
  }

  async bind(name = this.name) {
    await this.type('姓名', name)
    await this.type('手机号', this.phone)
    await this.tap('确认绑定')
  }

  /** Signs in and binds, for those whose first steps are not the story. */
  async arrive() {
    await this.signIn()
    await this.open('/pages/enter/enter')
    await this.bind()
    await this.sees('正在进行')
    await this.page.locator('uni-toast').waitFor({ state: 'hidden' })
  }

  // ---------------------------------------------------------------- greeting

  /** Records for at least that many seconds, by the booth's own count. */
  async record(seconds) {
    await this.page.getByRole('button', { name: '开始录音' }).tap()
    const count = this.page.locator('.booth__seconds')
    await eventually(`${seconds} s of recording`, async () => {
      const [minutes, rest] = (await count.innerText()).split(':').map(Number)
      return minutes * 60 + rest >= seconds
    })
    await this.page.getByRole('button', { name: '结束录音' }).tap()
    await this.sees('录好了，听一听')
  }

  /** Plays the recording that is on the page until it has been heard to run. */
  async listen() {
    await this.page.getByRole('button', { name: /^播放/ }).first().tap()
    await this.page.getByRole('button', { name: /^暂停/ }).first().waitFor()
    await eventually('the sound to run', () => this.page.locator('.voice__done').first().evaluate((bar) => bar.getBoundingClientRect().width > 4))
  }

  /** From the day's page to the sealed packet. */
  async greet(title) {
    await this.tap(`去参加：${title}`)
    await this.tap('去录祝福')
    await this.record(2)
    await this.tap('提交')
    await this.packet().waitFor()
  }

  packet() {
    return this.page.getByRole('button', { name: '拆红包' })
  }

  /** What the opened packet holds: fen, 0 for a blank. */
  async opened() {
    const digits = this.page.locator('.packet--open .packet__digits')
    await digits.or(this.page.locator('.packet--open .packet__blank')).waitFor()
    return (await digits.isVisible()) ? Math.round(Number(await digits.innerText()) * 100) : 0
  }

  // ---------------------------------------------------------------- receipt

  /** Has the phone check the receipt on the page; gives the ticks in order. */
  async verify() {
    await this.tap('验证')
    await this.page.locator('.verdict').waitFor()
    return this.page.getByRole('listitem').evaluateAll((items) => items.map((i) => i.getAttribute('aria-label')))
  }

  // ---------------------------------------------------------------- quiz

  /** Answers the question on the page; `right` tells whether an option is a correct one of a question. */
  async answer(right) {
    const text = await this.page.locator('.question__text').innerText()
    const options = await this.page.locator('.option').all()
    for (const option of options) {
      if (right(text, await option.locator('.option__text').innerText())) await option.tap()
    }
    await this.sees('答案已保存')
  }
}
