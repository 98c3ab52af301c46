/**
 * The vocabulary of the fair-competition rules, so that a row reads `{LOCAL}{GAP}注册` and not a page of regular expression.
 * Words may use words above them. Everything is bounded, so that a long sentence costs no more than its length.
 */
const list = (text: string): string => `(?:${text.trim().split(/\s+/).join('|')})`

/** Up to 20 symbols within one clause. */
const GAP = '[^，,。；;：:！!？?\\n]{0,20}?'
/** Up to 45 symbols within one sentence. */
const FAR = '[^。；;！!？?\\n]{0,45}?'
/** As GAP, but not across what turns a place into its opposite or into a platform. */
const AT = '(?:(?!外|平台|系统|网|中心|专家库)[^，,。；;：:\\n]){0,22}?'

const PROVINCES =
  list(`北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川
  贵州 云南 陕西 甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 运城 云城 太原 大同 临汾 长治 晋城 晋中 吕梁 忻州 朔州 阳泉 盐湖 永济 河津
  西安 郑州 石家庄 济南 南京 杭州 合肥 武汉 长沙 广州 深圳 成都 贵阳 昆明 兰州 南昌 福州 厦门 青岛 大连 宁波 苏州 无锡`)
/** 上市, 城市, 超市 are no places; nor is 市场, 市级, 市政. */
const NAMED = `(?:${PROVINCES}(?:省|市|县|区)?|[一-龥×XxX某]{1,3}(?:省|(?<![上城超门都夜])市|县)(?![场级政公民长委财住容值面价外]))`
const LOCAL = `(?:本市|本省|本县|本区|本地区|本地|本州|本埠|当地|我市|我省|我县|我区|我州|属地|(?<!国)[省市县](?=产)|[在驻入进来]晋|市域内?|省域内?|省内|市内|县内|区内|州内|本?辖区内?|本?行政区域内?|行政区划内|(?:(?<!供应商|投标人|企业|公司|注册|单位|[其各]|申请人)所在|采购人|招标人|项目)(?:的)?(?:地|省|市|县|区|城市)(?!块|点|级)|所在城市|[省市县区]属(?!于)|${NAMED})`
const OUTSIDER = `(?:外地|外省市?|外市|外县|外埠|异地|外来|省外|市外|县外|区外|域外|境外(?!产品)|跨省|跨区域|非(?:本|当|属)[地市省县区]|${LOCAL}(?:行政区域)?(?:以外|之外|外)(?:地区|省份)?|其他(?:地区|省市|城市))`
const FIRM = list(
  '企业 供应商 投标人 投标单位 单位 公司 机构 经营者 施工队伍? 厂家 厂商 承包商 法人 服务商 代理机构 商家',
)
const POINTS =
  '(?:[得加计赋]\\s*\\d|[得加]\\s*[一二两三四五六七八九十]+分|加分|得分|计分|\\d\\s*分|满分|高分|扣\\s*\\d)'
/** 无须, 供应, 期限 are no commands. */
const MUST = list(
  '(?<![无毋])须 (?<![供响相对反适效])应(?!用|急|商|收|对|届|变) (?<![无毋不必])需(?!求|要量) 要求 务必 只能 仅限 一律 方可 方能 才能 才可',
)
const ONLY = list(
  '仅限 只限 限于 仅接受 只接受 仅面向 只面向 仅允许 只允许 仅对 只对 仅由 只由 仅(?!供|作|为说明) 只(?![是要有需]) (?<![期权有无上下时年极局受不])限(?![价期时额制量度])',
)
const BARRED =
  '(?:(?:均|一律)?(?:不得|不能|不可|不予|不允许|不准|无权|无资格)(?:再)?(?:参加|参与|投标|报名|承揽|承接|进入|入围|通过|受理|接受|作为|中标|成交|购买|获取|竞争)|(?:按|视为|作)?(?:无效|废标|否决)|不合格|予以拒绝|拒绝其|被拒绝|排除在外)'

const DEMAND = `(?:${MUST}|${POINTS}|${BARRED}|${ONLY}|优先|差异|前提|门槛|否则|不予|上浮|下浮)`
const OWNERSHIP =
  list(`国有企业 国有独资 国有及国有控股 国有控股 国有资本 国有性质 国有背景 国资背景 国资 国企 央企 中央企业 民营企业 民营资本 民企
  民营公司 私营企业 私企 非公企业 非公有制 集体企业 外资企业 外商投资 外商独资 外资 (?<![省市县国本])外企 合资企业 合资公司 个人独资 内资企业 内资 上市公司
  上市企业 混合所有制 (?<!机关|企)事业单位 股份制 台资 港资 所有制`)

const SCALE =
  list(`注册资本金? 注册资金 实缴资本 实收资本 认缴资本 资产总额 资产总值 总资产 资产规模 固定资产 净资产 流动资产 流动资金 营业收入 营业额 年收入 业务收入
  销售额 销售收入 销售量 销量 年?产值 净利润 利润总额 利润率 年利润 利润额 纳税额 纳税总额 纳税金额 纳税 缴税额 税收贡献 市场占有率 市场份额 占有率
  资产负债率 负债率 流动比率 速动比率 经营年限 经营时间 成立时间 成立年限 成立日期 注册时间 注册年限 存续时间 从业人员 社保缴纳人数 参保人数 缴纳社保人数 员工人数 员工总数 员工数量
  职工人数 职工总数 (?:在职|在册|正式)(?:员工|职工|人员)(?:总数|数量|规模) 企业规模 经营规模 年均收入 总收入 财务状况评分 授信额度`)
const THRESHOLD =
  '(?:不足|未满|未达|不满|不低于|不少于|不小于|不得低于|不得少于|不得小于|不高于|不超过|不得高于|不得超过|低于|少于|小于|高于|大于|超过|以上|以下|≥|≧|＞|>|≤|<|达到?|[满足]\\s*[\\d一二三四五六七八九十]|排名|前[三五十百\\d]|排序|从高到低|最高|越[高多大长]|为正|大小|名次|第一|[得加计]\\s*\\d|加分|得分|较[高大]者)'
const NUMBER = '[\\d一二两三四五六七八九十百千]+'

const BRAND =
  list(`海康威视 海康 大华 华为 中兴 联想 戴尔 惠普 浪潮 曙光 新华三 H3C 思科 锐捷 格力 美的 海尔 海信 大金 三菱 日立 奥的斯 通力 施耐德 西门子 ABB 飞利浦
  GE 东芝 佳能 索尼 爱普生 松下 三星 苹果 微软 甲骨文 Oracle Intel 英特尔 AMD 英伟达 NVIDIA 立邦 多乐士 西门康 丰田 大众 奥迪 博世 迈瑞 联影`)
const MAKER = list(
  '原厂商? 原厂家 原生产厂家? 制造商 制造厂家? 生产厂商 生产厂家 生产商 生产企业 厂家 厂商 总代理商? 代理商 经销商 品牌方 品牌商',
)

/** Names that mean nothing but a brand. */
const SUREBRAND = list(
  '海康威视 华为 中兴通讯 联想 戴尔 惠普 新华三 H3C 思科 锐捷 格力 海尔 奥的斯 施耐德 西门子 飞利浦 佳能 爱普生 英特尔 Intel 甲骨文 Oracle 微软 立邦 多乐士 英伟达 迈瑞 联影 ThinkPad iPhone iPad',
)
/** A sentence with one of these is not read in the widest way. */
const MILD = list(
  '不得 禁止 严禁 不应 不可 不能以 无需 无须 不需 不限 不受 不分 不论 无论 均可 也可 可以 可选 自主 自愿 自行 任何 任一 任意 所有 全部 各类 统一 相同 一致 同等 平等 公平 依法 法律 法规 国家规定 国务院 不作 不做 不设 不再 取消 是否 不影响 不作为 免费 中标后 成交后 合同签订后 签订合同 中标人 成交供应商 履约 施工期间 残疾人 监狱 中小企业 小微 节能 本国产品 进口产品 强制性 专家 得分相同 报价相同 并列 资质标准',
)
/** As FAR, for the widest reading. */
const WIDE = '[^。；;！!？?\\n]{0,60}?'
const GUARANTEE = list('保证金 保函 保证保险 投标担保 履约担保 担保')
const DRAW = list(
  '抽签 摇号 抽出 抽选 抽中 摇出 摇中 抓取 电脑派位 派位 轮流 轮候 轮换 乒乓球 号球 小球 随机抽 随机选 随机挑 随机派 随机分配 抓阄 抽阄 摇珠 抽球 摇球 抽取号码球? 抽号 摇奖 号码球 随机抽取 随机抽选 随机摇取 随机方式 随机选取 随机选定 随机确定 随机产生 随机摇号',
)

const words: Record<string, string> = {
  GAP,
  FAR,
  AT,
  LOCAL,
  OUTSIDER,
  FIRM,
  POINTS,
  MUST,
  ONLY,
  BARRED,
  DEMAND,
  OWNERSHIP,
  SCALE,
  THRESHOLD,
  NUMBER,
  BRAND,
  MAKER,
  SUREBRAND,
  MILD,
  WIDE,
  GUARANTEE,
  DRAW,
}

/** 供应商 and 响应 hold no 应, 无须 no 须, 期限 no 限: a command is told from the words it is spelt like. */
const COMMANDS: readonly [RegExp, string][] = [
  [/(?<![供响相对反适效])应/g, '(?<![供响相对反适效])应'],
  [/(?<![无毋必])须/g, '(?<![无毋])须'],
  [/(?<![无毋不必])需(?!求|要量)/g, '(?<![无毋不必])需(?!求)'],
  [/(?<=[|(])限(?=[|)])/g, '(?<![期权有无上下时年极局受不])限(?![价期时额制量度])'],
]

const WIDER = 1.6

/** Writes the words out; throws RangeError on one that is not known. */
export const patternOf = (text: string): RegExp => {
  // Written for short sentences; documents put more words between the ones that count.
  const wide = text.replace(
    /\{0,(\d+)\}\?/g,
    (_, n: string) => `{0,${Number(n) < 6 ? n : Math.ceil(Number(n) * WIDER)}}?`,
  )
  const commands = COMMANDS.reduce((done, [raw, exact]) => done.replace(raw, exact), wide)
  const full = commands.replace(/\{([A-Z]+)\}/g, (_, name: string) => {
    const word = words[name]
    if (word === undefined) throw new RangeError(`no such word: ${name}`)
    return word
  })
  return new RegExp(full, 'g')
}
