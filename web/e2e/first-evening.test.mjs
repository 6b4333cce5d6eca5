import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { unzipSync } from 'fflate'
import { bank, beacon, beginning, officers, password, right, roster, workers } from './cast.mjs'
import { Browser } from './lib/browser.mjs'
import { Desk } from './lib/desk.mjs'
import { eventually } from './lib/eventually.mjs'
import { Handset } from './lib/handset.mjs'
import { drawcheck, Product } from './lib/product.mjs'
import { csvFile, xlsxFile } from './lib/sheets.mjs'
import { storyOf } from './lib/story.mjs'
import { assertNothingAgainst, Witness } from './lib/witness.mjs'

const greeting = '除夕语音拜年'
const quizTitle = '知识问答'
const tickets = 4
const packets = 3
const boxFen = 900

test('The first evening of a union, from the one-time link to the last payment', { timeout: 600_000 }, async (t) => {
  const product = await Product.start()
  t.after(() => product.stop())
  const witness = new Witness(product.origin)
  const browser = await Browser.start(witness)
  t.after(() => browser.stop())
  const chapter = storyOf(t, async () => {
    await browser.evidence()
    browser.hindrances.forEach((found) => t.diagnostic(found))
    witness.verdict().forEach((found) => t.diagnostic(found))
    t.diagnostic(product.tail())
  })
  const desk = {}
  const hand = {}
  const rounds = {}
  const drawn = {}
  let substitute
  const atDesk = async (who) => { desk[who] = new Desk(await browser.computer(officers[who].name), product.origin) }
  const arrives = async (who) => { hand[who] = new Handset(await browser.phone(workers[who].name), product.origin, workers[who]) }

  await product.begin(beginning)
  // Without a session both clients ask who is there, and learn that it is nobody.
  witness.expect(401, 'GET', /^\/api\/worker\/me$/)

  await chapter('the one-time link makes the first administrator, whose links make five officers', async () => {
    await atDesk('administrator')
    const { page } = desk.administrator
    await desk.administrator.setUp(product.link, { ...officers.administrator, password })
    await desk.administrator.sees('从这里开始')
    await browser.shoot(page, 'console-first-steps')
    await desk.administrator.menu('账号管理')
    const links = {}
    for (const who of ['organiser', 'drawer', 'witness', 'auditor', 'finance']) links[who] = await desk.administrator.invite(officers[who])
    await browser.shoot(page, 'console-officers')
    await Promise.all(Object.entries(links).map(async ([who, link]) => {
      await atDesk(who)
      await desk[who].accept(link, password)
    }))
    await page.reload()
    await eventually('six officers in order', async () => (await page.locator('.tag', { hasText: '正常' }).count()) === 6)
  })

  await chapter('the organiser signs in, and a bad row of the roster is shown before anything is written', async () => {
    const { organiser } = desk
    await organiser.signOut()
    await browser.shoot(organiser.page, 'console-login')
    await organiser.signIn(officers.organiser.login, password)
    await organiser.sees(`${officers.organiser.name}`)
    await organiser.go('/roster/import')
    await organiser.check(csvFile('职工名册.csv', roster.rows))
    assert.equal(await organiser.figure('新增职工'), String(roster.good))
    assert.equal(await organiser.figure('有问题'), '1')
    await organiser.sees(`第 ${roster.bad} 行`)
    await browser.shoot(organiser.page, 'console-roster-check')
    await organiser.press(`只导入正确的 ${roster.good} 行`)
    await organiser.confirm('只导入正确的行')
    await organiser.sees('导入完成')
    await organiser.press('查看名册')
    await organiser.sees('138****0001')
    await browser.shoot(organiser.page, 'console-roster')
    await organiser.go('/roster/groups')
    await organiser.page.getByRole('button', { name: '新建人群' }).first().click()
    await organiser.fill('名称', '留城职工', organiser.dialog('新建人群'))
    await organiser.tick('只要留在本地过年的职工')
    await organiser.press('建立')
    await organiser.sees(`现在有 ${roster.staying} 人`)
    await browser.shoot(organiser.page, 'console-groups')
  })

  await chapter('the organiser publishes the greeting of New Year’s Eve from its template', async () => {
    const { organiser } = desk
    await organiser.menu('经费')
    await organiser.page.getByRole('button', { name: '新建经费' }).first().click()
    await organiser.fill('经费名称', '2027 年春节关爱经费')
    await organiser.fill('批准的金额（元）', '5000')
    await organiser.press('建立')
    await organiser.sees('批准 5,000.00 元')
    await browser.shoot(organiser.page, 'console-funds')

    await organiser.fromTemplate(greeting)
    await organiser.press('新建')
    await organiser.fill('活动季名称', '2027 年春节', organiser.dialog('新建活动季'))
    assert.equal(await organiser.page.getByRole('spinbutton', { name: '年份' }).inputValue(), '2027')
    await organiser.press('建立')
    await organiser.sees('初一 2027-02-06')
    await browser.shoot(organiser.page, 'console-form-basic')
    await organiser.next('参与方式')
    await organiser.number('语音最短时长', 2)
    await browser.shoot(organiser.page, 'console-form-kind')
    await organiser.next('时间')
    await organiser.fill('时间安排', '除夕 20:00 至 24:00')
    await organiser.sees('2月5日 除夕 20:00')
    await browser.shoot(organiser.page, 'console-form-time')
    await organiser.next('谁可以参加')
    await organiser.tick('留城职工')
    await browser.shoot(organiser.page, 'console-form-who')
    await organiser.next('奖励')
    const prize = await organiser.onePrize()
    await organiser.number('每场份数', packets, prize)
    await organiser.fill('每场总金额（元）', '9.00', prize)
    await organiser.fill('最低金额（元）', '0.30', prize)
    await organiser.fill('最高金额（元）', '2', prize)
    await organiser.press('填上', prize) // twice the mean less the least, so that early and late are equal
    assert.equal(await prize.getByLabel('最高金额（元）').inputValue(), '5.70')
    await organiser.number('奖签总数', tickets)
    await organiser.choose('经费', /关爱经费/)
    await browser.shoot(organiser.page, 'console-form-reward')
    await organiser.next('确认发布')
    await browser.shoot(organiser.page, 'console-form-confirm')
    rounds.greeting = await organiser.publish()
    await browser.shoot(organiser.page, 'console-activity')
  })

  await chapter('the organiser imports a question bank and publishes a quiz with a raffle', async () => {
    const { organiser } = desk
    await organiser.menu('题库')
    await organiser.page.getByRole('button', { name: '导入题库' }).first().click()
    await organiser.fill('题库名称', '春节常识')
    await organiser.press('下一步')
    await organiser.check(xlsxFile('春节常识.xlsx', bank))
    assert.equal(await organiser.figure('有问题'), '0')
    await organiser.press('全部导入')
    await organiser.sees('导入完成')
    await organiser.press('查看题库')
    await organiser.page.getByRole('cell', { name: '春节常识' }).waitFor()
    await browser.shoot(organiser.page, 'console-banks')

    await organiser.fromTemplate(quizTitle)
    await organiser.next('参与方式')
    await organiser.choose('题库', /春节常识/)
    await organiser.number('每份试卷的题数', 4)
    await organiser.number('答对几题合格', 2)
    await organiser.next('时间')
    await organiser.fill('时间安排', '初二 09:00 至 21:00')
    await organiser.sees('共 1 场')
    await organiser.next('谁可以参加')
    await organiser.next('奖励')
    const prize = await organiser.onePrize()
    await organiser.number('每场份数', 1, prize)
    const sources = organiser.page.locator('.sources')
    while (await sources.getByRole('button', { name: '删去' }).count()) await organiser.page.locator('.sources').getByRole('button', { name: '删去' }).first().click()
    await organiser.press('加 drand', sources)
    await organiser.fill('期号', beacon.round, sources)
    await organiser.sees('号码足够随机')
    await organiser.choose('经费', /关爱经费/)
    await browser.shoot(organiser.page, 'console-form-raffle')
    await organiser.next('确认发布')
    rounds.quiz = await organiser.publish()
  })

  await chapter('a worker who is early sees when the evening begins', async () => {
    await arrives('wang')
    const { wang } = hand
    await wang.page.goto(`${product.origin}/h5/`)
    await wang.button('微信登录').waitFor()
    await browser.shoot(wang.page, 'worker-entrance')
    await desk.organiser.moveTo('2027-02-05 19:40:00')
    await wang.signIn()
    await browser.shoot(wang.page, 'worker-unbound')
  })

  await chapter('a wrong name is refused in plain words, the right one is bound', async () => {
    const { wang } = hand
    await wang.open('/pages/enter/enter')
    witness.expect(422, 'POST', /^\/api\/worker\/binding$/)
    await wang.bind('王健国')
    await wang.sees('没有找到这位职工')
    await browser.shoot(wang.page, 'worker-wrong-name')
    await wang.bind()
    await wang.sees('即将开始')
    await wang.sees('王*国')
    await browser.shoot(wang.page, 'worker-before')
  })

  await chapter('at eight the round opens, and the organiser watches it live', async () => {
    const { organiser } = desk
    await organiser.go('/')
    await organiser.press('除夕 20:00:10')
    await organiser.sees('时间已拨到')
    await organiser.press('收起时光机')
    await organiser.go(`/rounds/${rounds.greeting}`)
    await organiser.sees('● 实时')
    assert.equal(await organiser.big('参与人次'), '0')
  })

  await chapter('a greeting is recorded, heard, sent and drawn for; the receipt proves it', async () => {
    const { wang } = hand
    await wang.open()
    await wang.sees(`还有 ${packets} 个红包`)
    await browser.shoot(wang.page, 'worker-today')
    await browser.portray(wang.page, 'worker-home')
    await wang.tap(`去参加：${greeting}`)
    await wang.sees('开奖前已公布的承诺')
    await browser.shoot(wang.page, 'worker-round')
    await wang.tap('去录祝福')
    await browser.shoot(wang.page, 'worker-booth')
    await wang.record(2)
    await wang.listen()
    await wang.type('您的家乡', '江苏镇江')
    await wang.type('想说的话', '给工友们拜年了')
    await browser.shoot(wang.page, 'worker-recorded')
    await wang.tap('提交')
    await wang.packet().waitFor()
    await browser.shoot(wang.page, 'worker-packet')
    await wang.packet().tap()
    drawn.wang = await wang.opened()
    await browser.shoot(wang.page, 'worker-opened')
    const { plays } = await wang.round(rounds.greeting)
    assert.deepEqual(plays.map((p) => p.amountFen), [drawn.wang])
    await wang.tap(/^验证这次抽奖/)
    assertAllPass(await wang.verify())
    await browser.shoot(wang.page, 'worker-receipt')
  })

  await chapter('five more come at once, and three of them send greetings at the same time', async () => {
    await Promise.all(['li', 'zhang', 'zhao', 'sun', 'zhou'].map(async (who) => {
      await arrives(who)
      await hand[who].arrive()
    }))
    await Promise.all(['li', 'zhang', 'zhao'].map((who) => hand[who].greet(greeting)))
  })

  await chapter('a network that goes between the tap and the answer costs nothing and gives nothing twice', async () => {
    const { li } = hand
    const context = li.page.context()
    await li.page.route('**/play', async (route) => {
      await route.fetch() // the product draws; its answer never arrives
      await context.setOffline(true)
      await route.abort('internetdisconnected')
    }, { times: 1 })
    await li.packet().tap()
    await li.sees('网络断了，但您的这次机会已经记下')
    await browser.shoot(li.page, 'worker-offline')
    await context.setOffline(false)
    await li.tap('再试一次')
    drawn.li = await li.opened()
    const { plays, entries } = await li.round(rounds.greeting)
    assert.deepEqual(plays.map((p) => p.amountFen), [drawn.li])
    assert.deepEqual(entries.map((e) => e.chancesLeft), [0])
  })

  await chapter('an impatient thumb draws once, and a reload shows the same packet', async () => {
    const { zhang } = hand
    const asked = []
    zhang.page.on('request', (r) => { if (r.url().endsWith('/play')) asked.push(r.headers()['idempotency-key']) })
    const box = await zhang.packet().boundingBox()
    for (let i = 0; i < 3; i++) await zhang.page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2)
    drawn.zhang = await zhang.opened()
    assert.equal(asked.length, 1)
    await zhang.page.reload()
    assert.equal(await zhang.opened(), drawn.zhang)
    assert.equal((await zhang.round(rounds.greeting)).plays.length, 1)
  })

  await chapter('the last ticket goes, and three packets and a blank are exactly what was sealed', async () => {
    const { zhao } = hand
    await zhao.packet().tap()
    drawn.zhao = await zhao.opened()
    const amounts = Object.values(drawn)
    assert.equal(amounts.reduce((a, b) => a + b), boxFen)
    assert.equal(amounts.filter((fen) => fen === 0).length, tickets - packets)
    assert.ok(amounts.every((fen) => fen === 0 || (fen >= 30 && fen <= 570)), String(amounts))
    const blank = hand[Object.keys(drawn).find((who) => drawn[who] === 0)]
    await blank.sees(/这个红包是空的|没有抽中/)
    await browser.shoot(blank.page, 'worker-blank')
  })

  await chapter('who comes late finds it sold out, who is not on the list is told so', async () => {
    await hand.sun.open()
    await hand.sun.sees('已抽完')
    await hand.sun.page.getByRole('link', { name: greeting }).tap()
    await hand.sun.sees('本场红包已经全部抽完')
    await browser.shoot(hand.sun.page, 'worker-sold-out')
    await hand.zhou.open()
    await hand.zhou.sees('不在名单')
    await hand.zhou.page.getByRole('link', { name: greeting }).tap()
    await hand.zhou.sees('您不在本场名单中')
    await browser.shoot(hand.zhou.page, 'worker-not-eligible')
  })

  await chapter('a winner’s prize is there, with its receipt', async () => {
    const winner = hand[Object.keys(drawn).find((who) => drawn[who] > 0)]
    await winner.open('/pages/awards/awards')
    await winner.sees('待发放')
    await browser.shoot(winner.page, 'worker-awards')
    await winner.tap(/凭证与验证$/)
    assertAllPass(await winner.verify())
  })

  await chapter('the organiser’s numbers have moved by themselves', async () => {
    const { organiser } = desk
    await eventually('four participations on the live page', async () => (await organiser.big('参与人次')) === String(tickets))
    await eventually('no prizes left', async () => (await organiser.big('剩余奖品')) === '0')
    assert.equal(await organiser.big('中奖'), String(packets))
    assert.equal(await organiser.big('已中金额'), '9.00 元')
    await eventually('four works to moderate', async () => (await organiser.big('待审作品')) === String(tickets))
    await browser.shoot(organiser.page, 'console-evening')
    await browser.portray(organiser.page, 'console-evening')
  })

  await chapter('greetings are moderated by keyboard; the approved one is on the wall and can be heard', async () => {
    const { organiser } = desk
    const { page } = organiser
    await organiser.page.getByRole('link', { name: '审核作品' }).click()
    await organiser.heading('作品审核')
    await organiser.sees(`共 ${tickets} 件`)
    await browser.shoot(page, 'console-works')
    const first = await page.locator('.stage h2').innerText()
    await page.keyboard.press('Space')
    await eventually('the recording to play', () => page.locator('audio').evaluate((a) => a.currentTime > 0))
    await page.keyboard.press('j')
    await eventually('the next work on the stage', async () => (await page.locator('.stage h2').innerText()) !== first)
    await page.keyboard.press('k')
    await page.keyboard.press('a')
    await organiser.sees(`共 ${tickets - 1} 件`)
    await page.keyboard.press('r')
    const why = organiser.dialog(/不通过/)
    await organiser.fill('不通过的原因', '声音太小，听不清', why)
    await browser.shoot(page, 'console-refuse')
    await organiser.press('不通过', why)
    await organiser.sees(`共 ${tickets - 2} 件`)

    const { sun } = hand
    await sun.open(`/pages/round/round?id=${rounds.greeting}`)
    await sun.sees('大家的祝福')
    await sun.sees('江苏镇江')
    await sun.listen()
    await browser.shoot(sun.page, 'worker-wall')
    const refused = await whose((worker) => worker.round(rounds.greeting), ({ entries }) => entries[0]?.refusal === '声音太小，听不清')
    await refused.open(`/pages/round/round?id=${rounds.greeting}`)
    await refused.sees('没有通过的原因：声音太小，听不清')
    await browser.shoot(refused.page, 'worker-refused')
  })

  await chapter('at midnight the round ends by itself', async () => {
    const { organiser } = desk
    await organiser.go(`/rounds/${rounds.greeting}`)
    await organiser.sees('● 实时')
    await organiser.moveTo('2027-02-06 00:00:00')
    await organiser.sees('这一场已经结束')
    const { sun } = hand
    await sun.open(`/pages/round/round?id=${rounds.greeting}`)
    await sun.sees('本场已经结束')
    await browser.shoot(sun.page, 'worker-closed')
    await sun.tap('看开奖公示')
    await sun.sees(`最新 ${packets} 位`)
    await browser.shoot(sun.page, 'worker-public')
  })

  await chapter('the auditor’s checks all hold, and the exported directory passes the offline verifier', async () => {
    await audit(desk.auditor, rounds.greeting)
  })

  await chapter('a quiz survives a reload in the middle', async () => {
    await desk.organiser.moveTo('2027-02-07 09:00:05')
    const { wang } = hand
    await wang.open()
    await wang.tap(`去参加：${quizTitle}`)
    await wang.tap('去答题')
    await wang.sees('答对 2 题就能进入抽奖')
    await browser.shoot(wang.page, 'worker-quiz-start')
    await wang.tap('开始答题')
    await wang.sees('第 1 题 · 共 4 题')
    await wang.answer(right)
    await browser.shoot(wang.page, 'worker-quiz')
    await wang.tap('下一题')
    await wang.answer(right)
    const second = await wang.page.locator('.question__text').innerText()
    await wang.page.reload()
    await wang.sees('第 3 题 · 共 4 题')
    await wang.tap('上一题')
    assert.equal(await wang.page.locator('.question__text').innerText(), second)
    assert.ok(await wang.page.locator('.option--on').count())
    await wang.tap('下一题')
    await finishPaper(wang, right, 2)
    await wang.sees('恭喜，达到要求')
    await wang.sees('您已进入抽奖名单')
    await browser.shoot(wang.page, 'worker-quiz-passed')
    await wang.tap('抽奖名单凭证')
    assertAllPass(await wang.verify())
    await browser.shoot(wang.page, 'worker-raffle-receipt')
  })

  await chapter('a second worker passes, a third does not and is not on the list', async () => {
    for (const [who, knows] of [['zhou', right], ['sun', () => false]]) {
      await hand[who].open(`/pages/quiz/quiz?id=${rounds.quiz}`)
      await hand[who].tap('开始答题')
      await finishPaper(hand[who], knows, 4)
    }
    await hand.zhou.sees('恭喜，达到要求')
    await hand.sun.sees('这次没有达到要求')
    await browser.shoot(hand.sun.page, 'worker-quiz-failed')
  })

  await chapter('two officers must type the same public number', async () => {
    await desk.organiser.moveTo('2027-02-07 21:00:00')
    const { drawer, witness: second } = desk
    await drawer.go('/')
    await drawer.sees('录入 1 个公开号码')
    await browser.shoot(drawer.page, 'console-drawer')
    for (const d of [drawer, second]) {
      await d.go(`/rounds/${rounds.quiz}/draw`)
      await d.sees('名单已冻结')
    }
    await drawer.type(beacon.typo)
    await drawer.sees('您已录入，等另一位开奖员')
    await second.page.reload()
    await second.sees('另一位已录入，等您录入')
    await second.type(beacon.value)
    await second.sees('两人录入的不一样')
    await browser.shoot(second.page, 'console-mismatch')
    await drawer.sees('两人录入的不一样')
    await drawer.type(beacon.value)
    await drawer.sees('您已录入，等另一位开奖员') // both type again
    await second.page.reload()
    await second.sees('另一位已录入，等您录入')
    await second.type(beacon.value)
    await second.sees('可以开奖了')
    await browser.shoot(second.page, 'console-numbers')
  })

  await chapter('the draw, a disqualification that the other officer confirms, and its substitute', async () => {
    const { drawer, witness: second } = desk
    await second.press('开奖', second.page.locator('.now'))
    await second.confirm('开奖')
    await second.sees('获奖名单')
    await browser.shoot(second.page, 'console-drawn')
    await second.page.getByRole('checkbox', { name: /^选择第 1 名/ }).check()
    await second.press('提出取消资格')
    const why = second.dialog(/提出取消/)
    await second.tick('自愿放弃', why)
    await second.press('提出', why)
    await second.sees('等另一位确认')
    assert.ok(await second.page.getByRole('button', { name: '结束开奖' }).isDisabled())
    await drawer.page.reload()
    await drawer.sees('等您确认')
    await browser.shoot(drawer.page, 'console-void')
    await drawer.press('确认')
    await drawer.confirm('确认取消')
    await drawer.sees('递补获奖')
    const awarded = (state) => whose((worker) => worker.ask('/api/worker/awards'), ({ items }) => items.some((a) => a.roundId === rounds.quiz && a.state === state))
    const voided = await awarded('void')
    substitute = await awarded('provisional')
    assert.deepEqual(new Set([voided, substitute]), new Set([hand.wang, hand.zhou]))
    await substitute.open('/pages/awards/awards')
    await substitute.sees('待公示')
    await drawer.press('结束开奖', drawer.page.locator('.now'))
    await drawer.confirm('结束开奖')
    await drawer.sees('开奖已结束')
    await browser.shoot(drawer.page, 'console-finished')
    await substitute.open('/pages/awards/awards')
    await substitute.sees('待发放')
    await browser.shoot(substitute.page, 'worker-owed')
    await voided.open('/pages/awards/awards')
    await voided.sees('本人放弃')
    await browser.shoot(voided.page, 'worker-void')
  })

  await chapter('the payment is recorded, and the worker sees it', async () => {
    const { finance } = desk
    await finance.go('/payments')
    const row = finance.page.getByRole('row').filter({ hasText: quizTitle })
    await finance.press('登记发放', row)
    const form = finance.dialog('登记发放')
    await finance.fill('凭证号', '工行批转-20270210-0017', form)
    await finance.tick('钱已经转出', form)
    await browser.shoot(finance.page, 'console-payment')
    await finance.press('登记', form)
    await finance.sees('已登记 1 份、20.00 元')
    await browser.shoot(finance.page, 'console-payments')
    await substitute.open('/pages/awards/awards')
    await substitute.sees('已发放')
    await browser.shoot(substitute.page, 'worker-paid')
    await finance.menu('经费')
    await finance.sees('20.00 元')
    await browser.shoot(finance.page, 'console-ledger')
  })

  await chapter('the raffle too passes the auditor and the offline verifier, and every deed is in the log', async () => {
    await audit(desk.auditor, rounds.quiz)
    await desk.auditor.menu('操作日志')
    for (const deed of ['发布活动', '录入公开号码', '开奖', '自愿放弃', '确认取消资格', '登记发放', '导出场次']) await desk.auditor.sees(deed)
    await browser.shoot(desk.auditor.page, 'console-log')
  })

  await chapter('large type keeps every page usable', async () => {
    const { li } = hand
    await li.open()
    await li.page.getByRole('switch', { name: /长辈版/ }).tap()
    await li.sees('标准版')
    await browser.shoot(li.page, 'worker-elder-today')
    await li.open(`/pages/round/round?id=${rounds.greeting}`)
    await li.sees('我的参与')
    await browser.shoot(li.page, 'worker-elder-round')
  })

  await chapter('every control has a name, nothing scrolls sideways, and a thumb finds every target', () => {
    assert.deepEqual(browser.hindrances, [])
  })

  await chapter('nothing was loaded from elsewhere, no page and no log complained', async () => {
    assertNothingAgainst(witness)
    assert.ok(witness.requests > 500, String(witness.requests))
    assert.deepEqual(product.complaints(), [])
  })

  /** The one worker for whom what they are answered holds. */
  async function whose(ask, holds) {
    const all = await Promise.all(Object.values(hand).map(async (worker) => ({ worker, found: holds(await ask(worker)) })))
    const found = all.filter((one) => one.found)
    assert.equal(found.length, 1)
    return found[0].worker
  }

  /** Checks a round as the auditor does: on the server, then from the exported directory with the published keys alone. */
  async function audit(auditor, round) {
    await auditor.go(`/audit/rounds/${round}`)
    await auditor.sees(/项全部相符/)
    assert.equal(await auditor.page.getByLabel('不相符').count(), 0)
    await browser.shoot(auditor.page, `console-audit-${round}`)
    await auditor.press('导出 ZIP')
    await auditor.page.locator('.el-message-box input').fill('节后例行复核')
    const [download] = await Promise.all([auditor.page.waitForEvent('download'), auditor.confirm('导出')])
    const dir = path.join(product.dir, round)
    await mkdir(dir)
    const files = unzipSync(new Uint8Array(await readFile(await download.path())))
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(dir, path.basename(name)), content)
    const keys = path.join(product.dir, 'keys.txt')
    await writeFile(keys, await product.read('/api/public/keys'))
    const { origin } = JSON.parse(await product.read('/api/public/site'))
    const { status, says } = await drawcheck('round', dir, '--keys', keys, '--origin', origin)
    assert.equal(status, 0, says)
  }
})

/** Answers what is left of a paper and hands it in. */
async function finishPaper(worker, knows, left) {
  for (let i = 1; i <= left; i++) {
    if (knows === right) await worker.answer(knows)
    if (i < left) await worker.tap('下一题')
  }
  await worker.tap('交卷')
  await worker.page.getByRole('dialog').getByRole('button', { name: '交卷' }).tap()
}

function assertAllPass(ticks) {
  assert.ok(ticks.length >= 4, String(ticks))
  assert.deepEqual(ticks.filter((tick) => !/，通过。/.test(tick)), [])
}
