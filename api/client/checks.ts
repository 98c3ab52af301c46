/*
 * Every check that anybody's own software makes, by number, in one table. `public`: recomputable by anybody from public
 * data; `entitled`: only by those who may see the rest of a bid, and printed elsewhere as "not checked here".
 */
export type Scope = 'public' | 'entitled'
export type CheckText = { zh: string; en: string }

/** `ok` null = not checked here, and never counted as passed. `detail` holds facts: sizes, instants, codes. */
export type Check = {
  id: CheckId
  ok: boolean | null
  scope: Scope
  text: CheckText
  detail: string
  /** Number of the lot, where a check is made for each. */
  lot?: number
}

const CHECKS = {
  'V-01': [
    '最新检查点由日志签名，并有足够见证方附署',
    'the newest checkpoint is signed by the log and cosigned by a quorum',
  ],
  'V-02': ['日志延续上次核验时记下的检查点', 'the log continues the checkpoint remembered from an earlier audit'],
  'V-03': ['每一条目都散列进树，树给出每个已记检查点的根', 'every entry hashes to the tree and to every recorded root'],
  'V-04': ['历次检查点有签名、只增长、时间不倒退', 'recorded checkpoints are signed, grow, and never go back in time'],
  'V-05': ['叶子的时间不晚于、且最多早于首个检查点5秒', 'no leaf is later, or over 5 s earlier, than its checkpoint'],
  'V-06': ['每个一次性主题只出现在一个叶子', 'each once-only subject stands in one leaf'],
  'V-07': ['足够见证方在60秒内见到每个叶子', 'a quorum saw each leaf within 60 s of its checkpoint'],
  'V-08': ['已公开的内容与叶子中的承诺一致', 'everything disclosed matches the commitment in its leaf'],
  'V-09': ['没有超过180天未公开的日子', 'no day stays undisclosed for more than 180 days'],
  'V-10': ['公告与截标之间没有未公开的叶子', 'no leaf between NOTICE and CLOSED is undisclosed'],
  'V-11': ['每份投标都在截标清单内，或已被清单内的投标替换', 'each bid leaf is in CLOSED or replaced by one that is'],
  'V-12': ['截标清单只列按时入册的投标', 'CLOSED lists only bids that were logged in time'],
  'V-20': ['回执完整', 'the receipt is complete'],
  'V-21': ['投标清单由其所载证书签名', 'the manifest is signed by the certificate it names'],
  'V-22': ['日志为此清单签发了承诺', 'the log signed the promise for this manifest'],
  'V-23': ['承诺的叶子对应本次递交事件', 'the promised leaf commits to the event of this submission'],
  'V-24': ['事件记载本清单及其前一份', 'the event names this manifest and its predecessor'],
  'V-25': ['叶子已入册并有足够见证方附署', 'the leaf is in the log under a checkpoint cosigned by the quorum'],
  'V-26': ['见证方在承诺时限内附署', 'the quorum had cosigned by the promised instant'],
  'V-27': ['保管人名册有签名，且正是封装所用的一份', 'the trustee set is signed and the one sealed for'],
  'V-28': ['收到时证书未被吊销', 'no certificate was revoked when the bid was received'],
  'V-29': ['时间戳机构证明当时日志已含这份投标', 'a time-stamp authority saw the log with this bid in it'],
  'V-30': ['项目事件与其叶子的承诺一致', 'each event of the tender matches the commitment and subject of its leaf'],
  'V-31': [
    '项目事件已入册，检查点有足够见证方附署',
    'each event of the tender is in the log under a witnessed checkpoint',
  ],
  'V-32': ['公告正文与PDF的散列等于入册的散列', 'the bytes and the PDF of each notice give the logged hash'],
  'V-33': [
    '公告自第0号起逐一相接，各载前一份的散列',
    'notices run from 0 without a gap, each naming the hash of the one before',
  ],
  'V-34': [
    '截止时间从不提前，也不早于保管人名册所定',
    'deadlines never decrease and none lies before the trustee set’s',
  ],
  'V-35': [
    '保管人名册先于公告入册，公告载其散列和指纹',
    'the trustee set was logged before the notice, which names its hash and fingerprint',
  ],
  'V-36': [
    '名册由采购人签名，保管人声明的签名、证书链和持钥证明有效',
    'the set is signed by the purchaser; each statement’s signature, chain and proof of possession hold',
  ],
  'V-37': [
    '没有一个单位或采购人一方能凑足开启份额',
    'no organisation, and no purchaser’s side, holds enough shares to open',
  ],
  'V-38': ['公告的份额和时限与名册一致', 'shares and windows of the notice are those of the trustee set'],
  'V-40': [
    '截标清单已入册，其时间不早于最后公告的截止时间',
    'CLOSED is in the log and not earlier than the deadline of the last notice',
  ],
  'V-41': ['足够见证方在截止时间之后为截标清单附署', 'a quorum cosigned CLOSED at or after the deadline'],
  'V-42': ['截标清单载明最后一份公告和最后一次暂停', 'CLOSED names the last notice and the last suspension'],
  'V-43': ['自己的投标在截标清单内', 'one’s own manifest is listed in CLOSED'],
  'V-44': [
    '截标数量与清单一致，达到公告的最低家数',
    'the count of CLOSED is that of its list and reaches the notice’s minimum',
  ],
  'V-45': ['密文核对已在截标之后入册并被见证', 'STORED is in the log after CLOSED, and witnessed'],
  'V-46': [
    '截止前检查点至最新检查点的全部叶子中，没有第二份清单、新公告、暂停或不予开标',
    'all leaves since the last checkpoint before the deadline hold no second CLOSED, further NOTICE, SUSPENDED or NOT_OPENED',
  ],
  'V-47': ['本机时钟不早于截止时间', 'one’s own clock is not before the deadline'],
  'V-48': ['投标人解密时段已结束', 'the bidders’ window is over'],
  'V-49': ['截标清单在截止后10秒内被见证', 'CLOSED was witnessed within 10 s after the deadline'],
  'V-50': ['公布的投标清单正是截标清单所列', 'the published manifests are exactly those of CLOSED'],
  'V-51': [
    '每份投标清单的签名和证书在收到时有效',
    'each manifest’s signature and certificate were valid when received',
  ],
  'V-52': [
    '每份投标清单属于本标段、本名册和已公布的公告',
    'each manifest is for this lot, this trustee set and a published notice',
  ],
  'V-53': ['公布的开标一览表密文就是清单所载', 'each published summary ciphertext is the one its manifest names'],
  'V-54': [
    '以公布的密钥解开一览表：密钥承诺、位置和内签名',
    'each summary opens with its published key: commitment, place, inner signatures',
  ],
  'V-55': ['托管份额可以逐字节重算', 'the escrow of each opened summary recomputes byte for byte'],
  'V-56': [
    '密钥或份额由投标人或保管人签名交出',
    'each key or share was released by its bidder’s or trustee’s signature',
  ],
  'V-57': ['开标记录的散列已入册', 'the hash of the opening record is in the log'],
  'V-58': [
    '宣读内容等于解密所得，记录与截标清单一致',
    'what was announced equals what was decrypted, and the record lists what CLOSED lists',
  ],
  'V-59': [
    '开标不在暂停期间；没有打开的投标等到顺延后的时段结束',
    'no lot was decided while suspended; what stayed shut waited for the end of its windows, moved by each stop',
  ],
  'V-60': ['评标报告的散列已入册', 'the hash of the evaluation report is in the log'],
  'V-61': ['价格分按公式重算一致', 'the price scores recompute by the formula of the law'],
  'V-62': ['总分和排序重算一致', 'the totals and the ranking recompute'],
  'V-63': [
    '中标结果公告的散列已入册，中标人为排序所定',
    'the hash of the award notice is in the log, and the winner is who the ranking says',
  ],
  'V-64': ['结果公告PDF的散列已入册', 'the hash of the PDF of the result notice is in the log'],
  'V-70': ['资格、技术和分项报价部分', 'qualification, technical and price-detail envelopes'],
  'V-71': ['以撤回结束的投标', 'bids that ended in a withdrawal'],
  'V-72': [
    '公布的PDF每一版都已入册，由应签的人签名，签名覆盖全文',
    'each version of the published PDFs is logged, signed by whom it names, and signed whole',
  ],
  'V-73': [
    '评标报告和中标通知书：每一版都已入册，由应签的人签名，签名覆盖全文',
    'evaluation report and award letter: each version is logged, signed by whom it names, and signed whole',
  ],
  'V-80': [
    '每个公布的密钥和份额都已入册，不早于各自的时段，也不在暂停期间交出',
    'each published key and share is in the log, accepted not before its window and not while suspended',
  ],
  'V-81': [
    '丢失的密文在本标段第一个密钥交出之前补齐，才算数',
    'a bid that the store lost counts only if it was whole again before the first key of its lot',
  ],
  'V-82': [
    '未开标的密文在救济期届满后全部删除，并已入册',
    'the ciphertext of an unopened lot is destroyed after the remedy period, all of it, and logged',
  ],
  'V-83': [
    '每份投标所用的软件，其散列在投标之前已入册',
    'the software that made each bid had its hash in the log before the bid',
  ],
  'V-84': [
    '日志延续每份投标的软件当时所见的检查点，没有另一份历史',
    'the log continues the checkpoint that the software of each bid saw: no other history was shown',
  ],
  'V-90': [
    '证据包内每个文件都与索引一致，没有缺失和多余的文件',
    'every file of the bundle is the one that its index names; none is missing, none is foreign',
  ],
  'V-91': [
    '截止之后才顺延的截止时间，有足够外部探测方证明当时平台中断，顺延时长合规则',
    'a deadline moved after it had passed was moved because a quorum of probes saw an outage over it, and as the rule says',
  ],
  'V-92': [
    '重新起算的解密时段都有足够探测方证明中断；没有隐瞒中断，也没有因此归责于投标人',
    'each window begun anew is borne out by a quorum of probes; no outage was hidden, and no bidder blamed for one',
  ],
  'V-93': [
    '截标前最后一分钟没有被探测方判为中断，暂缓截标未超过规则时限',
    'CLOSED does not lie over a minute that the probes saw red, and waited no longer than the rule allows',
  ],
  'V-94': [
    '探测记录的签名有效，中断的分钟均已入册',
    'the probe log is what the probes signed, and each minute down stands in the log',
  ],
  'V-95': ['递交尝试凭证由日志签名', 'the log signed this answer to an attempt to hand in'],
} as const satisfies Record<string, readonly [zh: string, en: string]>

export type CheckId = keyof typeof CHECKS

const ENTITLED: ReadonlySet<CheckId> = new Set(['V-70', 'V-71', 'V-73'])

/** One check by its number. */
export const check = (id: CheckId, ok: boolean | null, detail = ''): Check => {
  const [zh, en] = CHECKS[id]
  return { id, ok, scope: ENTITLED.has(id) ? 'entitled' : 'public', text: { zh, en }, detail }
}

/** All numbers with their words, for the page that lists them. */
export const allChecks = (): { id: CheckId; scope: Scope; text: CheckText }[] =>
  (Object.keys(CHECKS) as CheckId[]).map((id) => {
    const { scope, text } = check(id, null)
    return { id, scope, text }
  })

/** Checks of the log and of receipts, whose numbers are ours, with both languages. */
export const worded = (made: readonly { id: string; ok: boolean | null; detail?: string }[]): Check[] =>
  made.flatMap(({ id, ok, detail }) => (id in CHECKS ? [check(id as CheckId, ok, detail ?? '')] : []))

/** Whether everything asked was checked and holds. */
export const allHold = (checks: readonly Check[]): boolean => checks.every(({ ok }) => ok === true)

/** Whether something is wrong; what was not checked says nothing. */
export const anyFails = (checks: readonly Check[]): boolean => checks.some(({ ok }) => ok === false)

/** Several findings under one number: a fault is false, a gap is null. */
export const merged = (id: CheckId, parts: readonly { ok: boolean | null; detail: string }[], empty = ''): Check => {
  const ok = parts.some((part) => part.ok === false) ? false : parts.some((part) => part.ok === null) ? null : true
  const told = parts.filter((part) => part.ok !== true && part.detail !== '').map((part) => part.detail)
  return check(id, ok, told.length > 0 ? told.join('; ') : empty || `${parts.length}`)
}
