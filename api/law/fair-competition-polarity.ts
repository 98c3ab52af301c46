/**
 * Who forbids a restriction does not restrict (RULES §11). What a prohibition governs is not looked at; whatever else takes a
 * restriction back (「…的，责令改正」「…不作为评审因素」) the weights have learnt (fair-competition-model.ts).
 */
const FORBIDS =
  /(?:不得|禁止|严禁|不应当?|不许|不准|不允许|切勿|请勿)(?!低于|少于|参加|参与|投标|报名)[^，,。；;、]{0,8}?(?:要求|规定|设置|设定|设立|限定|强制|强令|强迫|强行|列入|含有|出现|指定|限制|排斥)/g
/** Whom a sentence forbids that is no bidder, or nobody named (「严禁以…方式向特定企业返还」), and what nobody needs to do. Up to the next comma. */
const OFFICIAL =
  /(?:^|采购人|招标人|采购单位|代理机构|招标文件|采购文件|评委|评标委员会|政策措施|部门|政府)(?:不得|禁止|严禁|不应当?|不许|不准)(?=以|向|对|将|因|为|在|通过|按|用|把|仅)[^，,。；;]*|(?:无须|无需|不必|不需要?)[^，,。；;]*/
/** 「投标人不得…」 binds the bidder: that may itself be the restriction. 「要求投标人不得…」 no less. */
const BIDDER = /(?:投标人|供应商|投标单位|企业|公司|申请人|中标人|响应人)(?:均|一律|都)?$/
/** Where a prohibition ends before its sentence does. */
const TURNS = /[，,](?:但|不过|然而|同时应|同时须)/

/** 「要求甲的做法，应当予以纠正」: what stands before is what was found fault with. */
const CORRECTED =
  /(?:做法|行为|规定|条款|表述|内容|情形)[^。；;]{0,16}?(?:纠正|清理|废止|删除|删去|责令|查处|改正|整改|追究|取缔)|不得(?:因此|以此|据此)/

/** What a prohibition governs in a sentence: [start, end), or null. */
export const governed = (sentence: string): readonly [number, number] | null => {
  if (CORRECTED.test(sentence)) return [0, sentence.length]
  for (const { index } of sentence.matchAll(FORBIDS)) {
    if (BIDDER.test(sentence.slice(Math.max(0, index - 8), index))) continue
    const turn = TURNS.exec(sentence.slice(index))
    return [index, turn ? index + turn.index : sentence.length]
  }
  const official = OFFICIAL.exec(sentence)
  return official ? [official.index, official.index + official[0].length] : null
}

const AFTER =
  /(?:中标|成交|签约|签订合同|合同签订|合同生效)(?:后|之后|以后)|承诺|中标人|成交人|中标供应商|成交供应商|中标单位|乙方|履约期|服务期|合同期|合同履行|施工期间/
const SERVES =
  /(?:本[市省县区地州]|我[市省县区]|当地|项目所在[地市县]|采购人所在[地市县]|[一-龥]{2}[市县区])[^，,。；;]{0,12}?(?:服务|网点|驻|维修|售后|办事处|团队|仓库)[^，,。；;]{0,8}/
const BOUGHT =
  /[得加计]\s*\d|加分|得分|方可|优先|无效|不予|否则|子公司|纳税|税收|社保|注册|不作为|不作要求|不要求|可以|自行|不强制|不得/

/** A promise to serve on the spot once the contract is won is no threshold (F1): where it stands, or null. */
export const promiseIn = (sentence: string): readonly [number, number] | null => {
  const serves = SERVES.exec(sentence)
  if (!serves || BOUGHT.test(sentence) || !AFTER.test(sentence.slice(0, serves.index + 6))) return null
  return [serves.index, serves.index + serves[0].length]
}

/** A brand named for comparison admits others (F5): to be looked at, not against the rule by itself. Where it stands, or null. */
export const referenceIn = (sentence: string): readonly [number, number] | null => {
  const found =
    /(?:参考|推荐|建议|备选|参照)[^，,。；;]{0,12}(?:品牌|电缆|产品)|[^，,。；;]{0,6}(?:相当于|[同相]等档次|性能相当|品质相当|同等质量)[^，,。；;]{0,8}/.exec(
      sentence,
    )
  if (!found || !/品牌|档次|[A-Za-z一-龥]{2,}、[A-Za-z一-龥]{2,}|型号/.test(sentence)) return null
  return [found.index, found.index + found[0].length]
}
