// Who plays in the story, and what they bring along. Names and numbers are invented.

const union = '镇江市总工会/交通运输工会/快递物流工会'
const mill = '镇江市总工会/丹阳市总工会/恒顺醋业工会'

/** The story begins here, whenever it is told: weeks before the Spring Festival of 2027. */
export const beginning = '2027-01-15T10:00:00+08:00'

export const password = '红灯笼-挂起来-2027'

export const officers = {
  administrator: { name: '周管理', login: 'zhouguanli', role: '管理员' },
  organiser: { name: '陈组织', login: 'chenzuzhi', role: '组织者' },
  drawer: { name: '吴开奖', login: 'wukaijiang', role: '开奖员' },
  witness: { name: '郑开奖', login: 'zhengkaijiang', role: '开奖员' },
  auditor: { name: '冯经审', login: 'fengjingshen', role: '经审' },
  finance: { name: '许财务', login: 'xucaiwu', role: '财务' },
}

const worker = (name, phone, of, stays) => ({ name, phone, of, stays })

export const workers = {
  wang: worker('王建国', '13812340001', union, true),
  li: worker('李秀英', '13812340002', union, true),
  zhang: worker('张小伟', '13812340003', union, true),
  zhao: worker('赵丽华', '13812340004', mill, true),
  sun: worker('孙海涛', '13812340005', mill, true),
  zhou: worker('周家声', '13812340006', mill, false),
}

const others = ['钱多多', '冯春燕', '陈大山', '褚青青', '卫东方', '蒋月明'].map((name, i) => worker(name, `1381234001${i}`, i % 2 ? union : mill, i < 4))

const head = ['姓名', '手机号', '工会', '行业', '用工类型', '是否留城', '备注']
const line = (w) => [w.name, w.phone, w.of, w.of === union ? '快递物流' : '制造业', '合同制', w.stays ? '是' : '否', '']
const everybody = [...Object.values(workers), ...others]

/** The roster as the office has it: twelve good rows and in row 8 a phone number that is too short. */
export const roster = {
  rows: [head, ...everybody.slice(0, 6).map(line), ['沈电话', '1381234', union, '快递物流', '合同制', '是', '号码抄漏了'], ...everybody.slice(6).map(line)],
  bad: 8,
  good: everybody.length,
  staying: everybody.filter((w) => w.stays).length,
}

const questions = [
  ['除夕吃年夜饭，北方人常包什么？', ['饺子', '粽子', '月饼'], 'A'],
  ['春联一般贴在哪里？', ['床头', '大门两边', '灶台里'], 'B'],
  ['下列哪些是春节的习俗？', ['贴春联', '守岁', '赛龙舟'], 'AB'],
  ['正月十五是什么节？', ['端午节', '重阳节', '元宵节'], 'C'],
  ['工会的基本职责是维护职工合法权益。', ['对', '错'], 'A'],
  ['职工发现危及生命的紧急情况时，有权停止作业。', ['对', '错'], 'A'],
  ['“福”字常常怎样贴，取“福到了”的谐音？', ['撕成两半', '倒过来', '折起来'], 'B'],
  ['下列哪些是十二生肖？', ['羊', '猫', '马', '熊'], 'AC'],
]

/** The question bank as a workbook's rows. */
export const bank = [
  ['题目', '选项A', '选项B', '选项C', '选项D', '答案', '解析'],
  ...questions.map(([text, options, answer]) => [text, ...options, ...Array(4 - options.length).fill(''), answer, '见《春节习俗常识》。']),
]

const solutions = new Map(questions.map(([text, options, answer]) => [text, new Set([...answer].map((letter) => options['ABCD'.indexOf(letter)]))]))

/** Whether an option is a correct one of a question. */
export const right = (question, option) => solutions.get(question).has(option)

/** Two beacons as drand's quicknet writes them; the second is what an officer mistypes. */
export const beacon = {
  round: '36542000',
  value: 'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
  typo: 'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e93',
}
