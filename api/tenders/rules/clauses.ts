import { OUTAGE_CLAUSE } from '../../seal/outage.ts'

/**
 * The clauses every tender document holds (SEALING.md §4), the ground for what happens at the opening: 20号令 第三十一条
 * lets the document say how a failed decryption is remedied, 87号令 第六十三条 lets it name grounds of invalidity.
 * Published word for word; a notice without one of them is refused.
 */
export const CLAUSES = [
  {
    id: 'fallback',
    text: '备用解密：投标人在解密时段内未完成解密的，由本项目密钥保管人按照公示的门限（k/n）共同启用备用解密。保管人只对投标截止后已公示、并经见证的投标清单中的投标文件释放份额；任何单一保管人、采购人、采购代理机构、交易平台均不能单独解密。',
  },
  {
    id: 'windows',
    text: '解密时段：投标人解密时段自密文核对公告之时起算，时长以本公告载明的分钟数为准；备用解密时段随后起算，时长亦以本公告为准。平台探测记录确认服务中断的，该时段自恢复之时重新起算。',
  },
  {
    id: OUTAGE_CLAUSE,
    text: '故障顺延：投标截止前最后一分钟，公告前已登记的外部探测方达到规定数量确认平台服务中断的，平台暂不截标；服务恢复后以更正公告顺延投标截止时间，顺延时长不少于三十分钟，且不少于截止前中断的时长，其他内容不变。截标之后不再顺延。',
  },
  {
    id: 'fault',
    text: '责任认定：因投标人原因未能解密，且备用解密亦未成功的，视为撤销其投标文件；因投标人以外的原因未能解密的，视为撤回其投标文件，保证金予以退还。部分投标文件未解密的，其他投标文件的开标继续进行（电子招标投标办法第三十一条）。',
  },
  {
    id: 're-supply',
    text: '密文补交：投标截止后核对发现平台存储的密文缺失的，投标人可在解密时段内补交与其已签名清单所载摘要完全一致的密文；该标包第一份密钥释放后不再接受任何补交。',
  },
  {
    id: 'escrow',
    text: '托管校验：投标文件开启后，由系统依据公开算法对其密钥托管信息重新计算；与投标人签名的清单不一致的，投标无效并视为撤销，不论其以何种方式开启（政府采购货物和服务招标投标管理办法第六十三条）。',
  },
  {
    id: 'rehearsal',
    text: '演练：投标人可在投标截止前使用演练室核对其证书、口令和浏览器；密钥保管人在公告前和开标前各演练一次，演练结果公开。未参加演练不影响投标。',
  },
] as const

export type Clause = { id: string; text: string }

/** Ids of mandatory clauses that are missing or were reworded. */
export const missingClauses = (clauses: readonly Clause[]): string[] =>
  CLAUSES.filter((wanted) => !clauses.some(({ id, text }) => id === wanted.id && text === wanted.text)).map(
    ({ id }) => id,
  )
