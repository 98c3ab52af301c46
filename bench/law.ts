import { worked } from '../api/calculators/worked.fixture.ts'
import { type CalculatorName, calculate, calculatorNames } from '../api/law/index.ts'
import type { Figure } from './run.ts'

const TARGET = 0.1
const ROUNDS = 31
/** Short and many: what else runs on the machine disturbs few of them. */
const ROUND_MS = 12
const CONTEXT = { today: '2026-11-23' }

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** A notice as they are, asked line by line as it is written: most of it restricts nothing, one sentence does. */
const NOTICE = [
  '项目概况：运城市中心医院医用CT机采购项目的潜在投标人应在公共资源交易平台获取招标文件，并于投标截止时间前提交投标文件。',
  '预算金额为380万元，最高限价为370万元，合同履行期限为合同签订后60日。',
  '本项目不接受联合体投标。',
  '申请人应当满足政府采购法第二十二条规定，未被列入失信被执行人名单。',
  '提供期限自公告发布之日起不少于5个工作日，登录平台免费下载。',
  '投标保证金可以支票、汇票、本票或者保函等非现金形式提交。',
  '投标人须在本市设有分公司。',
  '开标采用远程方式，投标人不必到场，在规定时间内完成解密。',
  '对小型和微型企业的报价给予10%的扣除，监狱企业和残疾人福利性单位视同小型、微型企业。',
  '采购人不得要求投标人在本地缴纳税收和社会保险。',
  '投标文件由资格证明文件、商务文件、技术文件和开标一览表组成，均以电子形式编制。',
  '投标报价应当包括货物、运输、安装、调试、培训和税金等全部费用。',
  '投标有效期自投标截止之日起90日，有效期内投标文件对投标人具有约束力。',
  '投标人对招标文件有疑问的，可以在规定时间内通过平台提出。',
  '采购人对招标文件的澄清在原公告发布媒体上公布，并通知所有已经获取文件的潜在投标人。',
  '投标人应当在投标截止时间之前完成加密投标文件的上传，逾期上传的不予受理。',
  '评标委员会由采购人代表和评审专家组成，成员人数为五人以上单数。',
  '评标采用综合评分法，价格分占30分，技术分占52分，商务分占18分。',
  '评标委员会对投标文件中含义不明确的内容，可以书面形式要求投标人作出必要的澄清。',
  '投标人的澄清不得超出投标文件的范围，也不得改变投标文件的实质性内容。',
  '中标结果在中国政府采购网和本平台上公告，公告期限为1个工作日。',
  '中标人应当自中标通知书发出之日起30日内与采购人订立书面合同。',
  '合同自双方签字盖章之日起生效，一式四份，双方各执两份。',
  '设备的主要技术参数包括扫描速度、空间分辨率、球管热容量和图像重建时间。',
  '机架孔径不小于70厘米，扫描床承重不少于200千克，水平移动精度不大于0.25毫米。',
  '乙方负责将设备运送至甲方指定地点，并承担运输途中的风险。',
  '乙方应当为甲方操作人员提供不少于五个工作日的现场操作培训。',
  '质量保证期自验收合格之日起三年，期内免费更换损坏的零部件。',
  '甲方在收到发票后10个工作日内支付合同价款的百分之九十五。',
  '因不可抗力不能履行合同的，根据影响部分或者全部免除责任。',
]

/** What is asked most: the worked examples of RULES §17. */
const bodiesOf = (name: CalculatorName): object[] =>
  name === 'fair-competition'
    ? NOTICE.map((text) => ({ text }))
    : worked.filter(([, one]) => one === name).map(([, , body]) => body)

/** Runs per second over one short round. */
const rate = (run: () => void): number => {
  const began = performance.now()
  let runs = 0
  for (; performance.now() - began < ROUND_MS; runs++) run()
  return (runs / (performance.now() - began)) * 1000
}

/** Answering against reading the same question and writing the same answer as JSON; alternating, so that load meets both alike. */
const compare = (name: CalculatorName): Figure => {
  const bodies = bodiesOf(name)
  const texts = bodies.map((body) => JSON.stringify(body))
  const told = bodies.map((body) => calculate(name, body, CONTEXT))
  const ours = () => bodies.forEach((body) => void calculate(name, body, CONTEXT))
  const json = () => texts.forEach((text, i) => void (JSON.parse(text) && JSON.stringify(told[i])))
  for (const warm of [ours, json, ours, json]) rate(warm)
  const rounds = Array.from({ length: ROUNDS }, () => ({ ours: rate(ours), json: rate(json) }))
  const value = median(rounds.map((one) => one.ours)) * bodies.length
  const ratio = median(rounds.map((one) => one.ours / one.json))
  return { name, value, unit: 'answers/s', ratio, target: TARGET }
}

/** Milliseconds to rank a thousand bids with scores of two decimals, ties and brands among them. */
const rankThousand = (): Figure => {
  const bids = Array.from({ length: 1000 }, (_, i) => ({
    id: `b${i}`,
    total: (((i * 7919) % 4000) / 100 + 60).toFixed(2),
    price: String(1_000_000 + ((i * 104_729) % 300_000)),
    ...(i % 5 === 0 ? { brand: `brand ${i % 40}` } : {}),
  }))
  const once = (): number => {
    const began = performance.now()
    const told = calculate('ranking', { method: 'comprehensive', bids, candidates: 3 }, CONTEXT)
    if ('problem' in told) throw new Error('a thousand bids must be ranked')
    return performance.now() - began
  }
  for (let warm = 0; warm < 20; warm++) once()
  return {
    name: 'rank 1,000 bids',
    value: median(Array.from({ length: 21 }, once)),
    unit: 'ms',
    ratio: null,
    target: 5,
  }
}

/** Numbers that look random and are the same in every run (Knuth's linear congruence). */
const dice = (seed: number): ((sides: number) => number) => {
  let state = seed
  return (sides) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return Math.floor((state / 4_294_967_296) * sides)
  }
}

/** Seconds for a hundred thousand tenders, each ranked twice in another order; a rank that depends on the order ends the run. */
const rankManyTenders = (): Figure => {
  const roll = dice(20_261_123)
  const orderOf = (method: string, bids: object[]): string => {
    const told = calculate('ranking', { method, bids }, CONTEXT)
    if ('problem' in told || told.basis.length === 0)
      throw new Error('a tender was not ranked, or nobody says by which rule')
    const { order, effective } = told as typeof told & { order: string[][]; effective: number }
    return JSON.stringify([order, effective])
  }
  const began = performance.now()
  for (let made = 0; made < 100_000; made++) {
    const method = roll(2) === 0 ? 'comprehensive' : 'lowest-price'
    const bids = Array.from({ length: 1 + roll(8) }, (_, i) => ({
      id: `b${i}`,
      total: (60 + roll(12) / 100).toFixed(2),
      price: String(1 + roll(6)),
      ...(roll(3) === 0 ? { brand: `brand ${roll(3)}` } : {}),
    }))
    if (orderOf(method, bids) !== orderOf(method, bids.toReversed())) throw new Error(JSON.stringify({ method, bids }))
  }
  const value = (performance.now() - began) / 1000
  return { name: 'rank 100,000 tenders', value, unit: 's', ratio: null, target: 20 }
}

/** `npm run bench -- law`: every calculator, checked body to answer. */
export const benchLaw = async (): Promise<Figure[]> => [
  ...calculatorNames.map(compare),
  rankThousand(),
  rankManyTenders(),
]
