import assert from 'node:assert/strict'

/** An officer at the console. */
export class Desk {
  constructor(page, origin) {
    this.page = page
    this.origin = origin
  }

  async go(route) {
    await this.page.goto(`${this.origin}/console/#${route}`)
  }

  /** Follows the main menu. */
  async menu(title) {
    await this.page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click()
    await this.heading(title)
  }

  async heading(title) {
    await this.page.getByRole('heading', { level: 1, name: title }).first().waitFor()
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor()
  }

  async press(name, within = this.page) {
    await within.getByRole('button', { name, exact: true }).click()
  }

  async fill(label, text, within = this.page) {
    await within.getByLabel(label, { exact: true }).fill(text)
  }

  /** Types a number as a person does: the field takes it when it is left. */
  async number(label, value, within = this.page) {
    const field = within.getByRole('spinbutton', { name: label, exact: true })
    await field.fill(String(value))
    await field.blur()
  }

  async choose(label, option, within = this.page) {
    const field = within.getByRole('combobox', { name: label, exact: true })
    await within.locator('.el-select').filter({ has: field }).click()
    await this.page.getByRole('option', { name: option }).click()
  }

  async tick(text, within = this.page) {
    await within.locator('label', { hasText: text }).first().click()
  }

  dialog(name) {
    return this.page.getByRole('dialog', { name })
  }

  /** Says yes in a box that asks before something cannot be undone. */
  async confirm(deed) {
    const box = this.page.locator('.el-message-box')
    await this.press(deed, box)
    await box.waitFor({ state: 'hidden' })
  }

  // ---------------------------------------------------------------- accounts

  async setUp(link, { name, login, password }) {
    await this.page.goto(link)
    await this.heading('首次设置')
    await this.fill('您的姓名', name)
    await this.fill('登录名', login)
    await this.password(password)
    await this.press('建立账号并进入')
  }

  async password(password) {
    await this.fill('新密码', password)
    await this.fill('再输一次新密码', password)
  }

  /** Makes an officer and gives the one-time link for them. */
  async invite({ name, login, role }) {
    await this.press('新建账号')
    const form = this.dialog('新建账号')
    await this.fill('姓名', name, form)
    await this.fill('登录名', login, form)
    await form.locator('.role', { hasText: role }).first().click()
    await this.press('创建并生成链接', form)
    const link = this.dialog(`${name} 的一次性链接`)
    const url = await link.getByLabel('一次性链接', { exact: true }).inputValue()
    await this.press('我已发出，关闭', link)
    await link.waitFor({ state: 'hidden' })
    return url
  }

  async accept(link, password) {
    await this.page.goto(link)
    await this.heading('设置您的密码')
    await this.password(password)
    await this.press('设好并进入')
    await this.sees('您的登录名是')
  }

  async signOut() {
    await this.press('退出')
    await this.heading('登录')
  }

  async signIn(login, password) {
    await this.fill('登录名', login)
    await this.fill('密码', password)
    await this.press('登录')
  }

  // ---------------------------------------------------------------- time

  /** Moves the time machine to a wall time such as "2027-02-06 00:00:00". */
  async moveTo(wall) {
    const bar = this.page.getByRole('region', { name: '演练环境' })
    const open = bar.getByRole('button', { name: '打开时光机' })
    if (await open.isVisible()) await open.click()
    const field = bar.getByLabel('拨到的日期和时间')
    await field.fill(wall)
    await field.press('Enter')
    await this.press('拨过去', bar)
    await this.sees('时间已拨到')
  }

  // ---------------------------------------------------------------- imports

  /** Chooses a file in an import and waits for what the check says. */
  async check(file) {
    await this.page.locator('input[type=file]').setInputFiles(file)
    await this.sees('检查结果')
  }

  figure(title) {
    return this.page.locator('.figures li', { hasText: title }).locator('b').innerText()
  }

  // ---------------------------------------------------------------- activities

  async fromTemplate(title) {
    await this.go('/activities/new')
    await this.page.getByRole('link').filter({ has: this.page.getByRole('heading', { name: title }) }).click()
    await this.sees('每一步都可以随时保存草稿')
  }

  async next(step) {
    await this.press(`下一步：${step}`)
  }

  /** The prizes of the form, reduced to one; gives its row. */
  async onePrize() {
    const rows = this.page.locator('.prize')
    await rows.first().waitFor()
    while ((await rows.count()) > 1) await rows.last().getByRole('button', { name: '删去这种奖品' }).click()
    return rows.first()
  }

  /** Publishes the activity of the form and gives its first round's id. */
  async publish() {
    await this.tick('我核对过了，知道发布后不能修改')
    await this.press('发布活动')
    const link = this.page.getByRole('link', { name: '第 1 场' })
    const href = await link.getAttribute('href')
    const id = /#\/rounds\/([a-z0-9-]+)$/.exec(href)?.[1]
    assert.ok(id, href)
    return id
  }

  /** Types the public number that the page asks for. */
  async type(value) {
    const entry = this.page.locator('.entry')
    await entry.getByRole('textbox').fill(value)
    await this.press('录入', entry)
  }

  /** A big number of the evening's page. */
  async big(label) {
    return this.page.locator('.big').filter({ hasText: label }).locator('strong').innerText()
  }
}
