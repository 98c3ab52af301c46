import type { ProblemRow } from '../kernel/problem.ts'

export const openingProblems: Record<string, ProblemRow> = {
  'lot-not-in-window': {
    status: 409,
    title: { zh: '现在不是解密时间', en: 'The decryption window is not open' },
    remedy: {
      zh: '请看开标大厅的时间提示；您的投标文件不受影响。',
      en: 'See the times in the opening hall; your bid is safe.',
    },
    article: '电子招标投标办法 第三十条',
  },
  'part-not-lost': {
    status: 409,
    title: { zh: '这份密文没有丢失，无须补交', en: 'This part was not lost: nothing is to be supplied again' },
    remedy: { zh: '请按开标大厅的提示解密。', en: 'Go on with the opening as the hall tells.' },
  },
  'resupply-after-first-key': {
    status: 409,
    title: {
      zh: '本标段已有密钥交出，不再接受补交',
      en: 'A key of this lot has been accepted: nothing is supplied again any more',
    },
    remedy: {
      zh: '您的投标按非投标人原因未解密处理，视为撤回，保证金退还；您有权要求责任方赔偿。',
      en: 'Your bid counts as withdrawn through no fault of yours: the deposit goes back, and you may claim damages.',
    },
    article: '电子招标投标办法 第三十一条',
  },
  'resupply-window-over': {
    status: 409,
    title: { zh: '补交时间已过', en: 'The time for supplying a lost part again is over' },
    remedy: {
      zh: '您的投标按非投标人原因未解密处理，视为撤回，保证金退还；您有权要求责任方赔偿。',
      en: 'Your bid counts as withdrawn through no fault of yours: the deposit goes back, and you may claim damages.',
    },
    article: '电子招标投标办法 第三十一条',
  },
  'release-mismatch': {
    status: 422,
    title: { zh: '解密声明与开标名单不一致', en: 'The release does not match the closed list' },
    remedy: { zh: '请刷新后用本站页面重新解密。', en: 'Reload and release again with this page.' },
  },
  'release-wrong-key': {
    status: 422,
    title: { zh: '提交的密钥打不开该投标文件', en: 'The key released does not open the envelope' },
    remedy: {
      zh: '请换用封标时的恢复文件再试；窗口结束后由密钥保管人备用解密。',
      en: 'Try again with the recovery file; after the window the trustees open it.',
    },
  },
  'share-too-early': {
    status: 409,
    title: {
      zh: '投标人解密时间未结束，保管人不得释放',
      en: "The bidders' window is still open: trustees release nothing yet",
    },
    remedy: { zh: '请在窗口结束后再操作。', en: 'Come back after the window ends.' },
  },
  'share-false': {
    status: 422,
    title: { zh: '密钥份额与投标清单中的承诺不符', en: 'The share does not match its commitment' },
    remedy: {
      zh: '请核对恢复文件是否属于本项目；此事已记录。',
      en: 'Check that the recovery file is of this tender; this is on record.',
    },
  },
  'not-a-trustee': {
    status: 404,
    title: { zh: '没有找到', en: 'Not found' },
    remedy: { zh: '您不是本项目的密钥保管人。', en: 'You are not a trustee of this tender.' },
  },
  'opening-not-ready': {
    status: 409,
    title: { zh: '开标尚未结束', en: 'The opening is not over' },
    remedy: { zh: '全部解密完成后同时公布。', en: 'Names and prices appear to all at once when decryption is over.' },
    article: '电子招标投标办法 第三十条',
  },
}
