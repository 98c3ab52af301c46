/**
 * Who forbids a restriction does not restrict (RULES §11): 「不得要求在本市注册」 is lawful, while 「未在本市注册的不得参加」 is an
 * offence although both say 不得. Told by what stands before the phrase, after it, and what ends the reach of a negation.
 */

/** What an authority demands, sets or limits: only these make a weak negation (不能, 违规, 不可) speak about the restriction. */
const RESTRICTS =
  '(?=[^，,。；;]{0,6}(?:要求|规定|设[置立定]|增设|限[制定]|指定|强制|排斥|歧视|收取|采用|作为|授予|给予|提供差|以|将|把))'

/** Words that take back what follows them. 「不得低于」 is a threshold, no prohibition. */
const NEGATION = new RegExp(
  `(?:不论|无论|不管|不分|并非|切勿|请勿|豁免|不得|不应当?|不许|不准|不允许|不宜|禁止|严禁|切忌|(?<!为|为了)(?:杜绝|防止|避免)|(?:不能|不可以?|违规|违法|违反规定|不合理地?)${RESTRICTS}|无须|无需|毋须|毋需|不需要?|不必|不用|不要求|不强制|未要求|没有要求|没有针对|未针对|不针对|无针对|未设置?|不再|不收取?(?=[^保现]|履约|投标)|不设置?|不设定|不限定?|不以|不将|不把|不因|不指定|不指向|不存在|非因|是否|删除|删去|去掉|撤销|取消|清理|废止|废除|纠正|整治|查处|停止|消除|破除|打破|(?:投诉|举报|质疑|反映)称?(?=[^，,。；;]{0,10}(?:要求|指定|设置|限制))|任何单位和个人不)(?!低于|少于|小于|高于|大于|超过|多于|晚于|早于|迟于|短于|参加|参与|投标|报名|中标|入围|重大|记录|接受|合理|缺席|缺少|迟到)`,
  'g',
)

/** A command of its own ends what an earlier negation reaches. */
const COMMAND = /(?:[，,]|且|并且|但|同时)[^，,]{0,6}?(?:须|必须|应当?|需|方可|只能|仅限|优先)/
const STARTS_COMMAND = /^(?:须|必须|应|需|仅|只|一律|统一)/
const DEMANDS =
  /(?:要求|规定|设置|设定|限定|限制|以|将|把|强制|变相|强行|采取|采用|存在|对|为由|等方式|指定|通过|利用|借|因|规定[:：]?|[“"‘])/
const POINTS = /(?:[得加计]\s*\d|加分|得分|[得加][一二两三四五]分|方可|才能|优先|无效|不予)/
/** How a list goes on in its next clause: 「不得要求甲，或者乙」. */
const GOES_ON = /[，,](?:或者?|以及|及|和|也|亦|更|均|都|并|等|包括|如|例如|诸如|特别是)?[^，,]{0,2}$/

/** Only what prohibits demands, conditions and the like has a list to go on with. */
const LISTS =
  /^(?:不论|无论|不管|不分|并非|切勿|请勿|豁免|不得|不应当?|不许|不准|不允许|禁止|严禁|任何单位和个人不|没有要求|不要求|未要求)[^，,。；;]{0,10}?(?:要求|规定|设[置立定]|限[定制]|以|将|把|通过|采取|对|有|存在|指定|强制|排斥)/

/** Right after the phrase: it is no condition and no factor. */
const DISCLAIMED =
  /^[^。；;]{0,24}?(?:(?:不得|不|禁止|严禁|不应当?|均不|也不|均不得)(?:再)?(?:被|将)?(?:其)?(?:作为(?!联合体|牵头|投标人|供应商|中标|成交|候选|承包)|设为|设置为?|列为|列入|纳入|用作|用于|成为|影响|构成|视为|作(?:为)?(?:要求|限制|条件|硬性)|做(?:要求|限制)|强制|歧视|排斥|区别|差别|实行差别|受限|受影响|参与评|计入评|予考虑|予评审|区分|分地区|分所有制|违反)|无关|不计入|不考虑|不涉及|不考察|不作要求|不做要求|不受)/
/** Everybody is equal, or it is enough: says so only where nothing is demanded or scored. */
const EQUAL =
  /^[^。；;]{0,30}?(?:不限|不分|均可|均予|皆可|一律平等|一视同仁|同等待遇|享受同等|公平竞争|平等(?:参与|对待|参加|适用)|标准(?:应当?)?一致|即可|自愿)/
const DEMANDED = /(?:(?<![无毋])须|必须|(?<![供响相对])应当?|[得加计]\s*\d|加分|得分|方可|只能|仅限|优先|无效)/
const CORRECTED =
  /^[^。；;]{0,26}?(?:(?:行为|做法|规定|要求|条款|条件|情形|问题|文件)[^。；;]{0,14}?(?:清理|取消|纠正|改正|查处|废止|删除|整改|修改|追究|责令|处罚|通报|属于以不合理|属于限制|属于歧视|构成差别|构成歧视|整治)|的[，,]?[^。；;]{0,14}?(?:清理|责令|纠正|改正|查处|废止|属于以不合理|构成歧视|构成差别|依法追究))/
const ABSENT = /(?:未|没有|不具有|不具备|无|非|不在|不是|不属于|缺)[^，,。；;]{0,6}$/
const STARTS_ABSENT = /^(?:未|没有|不具有|不具备|无|非|不在|不是)/
/** 「其他企业不考虑」 disclaims the others, not the restriction. */
const OTHERS = /其他|其它|其余|非/
const INNER =
  /(?:不得?|不应当?|不能)(?:被|再)?(?:以|按|因|区分|划分|设置|实行|采用|收取|要求|含有|作为(?!联合体|牵头|投标人|供应商|中标|成交|候选|承包)|列为|列入|限制|限定|影响|设为|用作|用于)/

const reaches = (sentence: string, negationAt: number, negationEnd: number, start: number, end: number): boolean => {
  const between = sentence.slice(negationEnd, start)
  if (COMMAND.test(between)) return false
  const phrase = sentence.slice(start, end)
  if (STARTS_COMMAND.test(phrase) && !DEMANDS.test(between)) return false
  if (!/[，,]/.test(between)) return true
  if (!GOES_ON.test(between) || !LISTS.test(sentence.slice(negationAt))) return false
  // Another clause with its own points or its own command stands for itself.
  const clause = phrase + (/^[^，,。；;]{0,12}/.exec(sentence.slice(end))?.[0] ?? '')
  return !POINTS.test(clause) && !STARTS_COMMAND.test(phrase)
}

/** Where negations stand in a sentence: [start, end) of each. Asked once for all phrases of the sentence. */
export type Negations = readonly (readonly [number, number])[]
export const negationsOf = (sentence: string): Negations =>
  [...sentence.matchAll(NEGATION)].map((match) => [match.index, match.index + match[0].length] as const)

/** 不指定品牌: the phrase may begin inside the negation itself. */
const isNegatedBefore = (sentence: string, start: number, end: number, negations: Negations): boolean =>
  negations.some(([from, to]) => from < start && (to > start || reaches(sentence, from, to, start, end)))

/** Whether the sentence forbids, disclaims or corrects what stands at [start, end). */
export const isForbidden = (sentence: string, start: number, end: number, negations: Negations): boolean => {
  if (isNegatedBefore(sentence, start, end, negations)) return true
  const after = sentence.slice(end)
  if (CORRECTED.test(after)) return true
  const absent = ABSENT.test(sentence.slice(0, start)) || STARTS_ABSENT.test(sentence.slice(start))
  if (absent) return false
  const disclaimed = DISCLAIMED.exec(after)
  if ((disclaimed && !OTHERS.test(disclaimed[0])) || INNER.test(sentence.slice(start, end + 4))) return true
  const clause = sentence.slice(0, end).split(/[，,]/).at(-1) ?? ''
  const equal = EQUAL.exec(after)
  return equal !== null && !DEMANDED.test(clause + equal[0])
}

/** A promise to serve on the spot once the contract is won is no threshold (RULES §11, F1), unless it is bought with points. */
export const isPromise = (sentence: string, start: number): boolean => {
  const after =
    /(?:中标|成交|签约|签订合同|合同签订|合同生效)(?:后|之后|以后)|承诺|中标人|成交人|中标供应商|成交供应商|中标单位|乙方|履约期|服务期|合同期|合同履行|施工期间/.test(
      sentence.slice(0, start + 6),
    )
  const serves = /服务|网点|驻|维修|售后|办事处|响应|团队|仓库|人员/.test(sentence.slice(start))
  return after && serves && !POINTS.test(sentence) && !/子公司|纳税|税收|社保|注册/.test(sentence.slice(start))
}
