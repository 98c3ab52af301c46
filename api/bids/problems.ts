import type { ProblemRow } from '../kernel/problem.ts'

export const bidProblems: Record<string, ProblemRow> = {
  'bid-after-deadline': {
    status: 409,
    title: {
      zh: '投标截止时间已过，不能再递交、替换或撤回',
      en: 'The deadline has passed: no bid is accepted, replaced or withdrawn',
    },
    remedy: {
      zh: '截止前已收到回执的投标文件仍然有效；未完成传输的视为撤回。',
      en: 'A bid whose receipt you hold stays valid; an unfinished transfer counts as withdrawn.',
    },
    article: '招标投标法 第二十八条；电子招标投标办法 第二十七条',
  },
  'tender-not-open-for-bids': {
    status: 409,
    title: { zh: '本项目现不接受投标', en: 'This tender does not take bids now' },
    remedy: { zh: '请看项目时间线。', en: 'See the timeline of the tender.' },
  },
  'tender-suspended': {
    status: 423,
    title: { zh: '监督部门已暂停本项目', en: 'The supervisor has suspended this tender' },
    remedy: { zh: '恢复后可继续，已上传的内容保留。', en: 'Go on after it is resumed; what you uploaded is kept.' },
    article: '电子招标投标办法 第四十八条',
  },
  'documents-not-obtained': {
    status: 409,
    title: { zh: '尚未获取采购文件', en: 'You have not obtained the tender documents' },
    remedy: {
      zh: '请先在项目页获取采购文件，免费且不公开。',
      en: 'Obtain them on the tender page: free, and nobody is told.',
    },
    article: '政府采购货物和服务招标投标管理办法 第十八条',
  },
  'manifest-malformed': {
    status: 422,
    title: { zh: '投标清单格式有误', en: 'The manifest is malformed' },
    remedy: { zh: '请用本站页面或离线工具重新生成。', en: 'Make it again with this site or the offline tool.' },
  },
  'manifest-other-tender': {
    status: 422,
    title: { zh: '投标清单不属于本项目或本标包', en: 'The manifest is for another tender or lot' },
    remedy: { zh: '请在对应标包内重新封标。', en: 'Seal again inside the right lot.' },
  },
  'manifest-other-bidder': {
    status: 403,
    title: { zh: '投标清单不属于当前单位', en: 'The manifest belongs to another bidder' },
    remedy: {
      zh: '请切换到投标单位，并用该单位的证书签名。',
      en: 'Switch to the bidding organisation and sign with its certificate.',
    },
  },
  'notice-changed': {
    status: 409,
    title: {
      zh: '公告已更正，投标清单对应的是旧公告',
      en: 'The notice was corrected; the manifest names an older one',
    },
    remedy: {
      zh: '请核对更正内容，确认不受影响或修改后重新封标。',
      en: 'Read the correction, then confirm or change, and seal again.',
    },
    article: '政府采购货物和服务招标投标管理办法 第二十七条',
  },
  'bid-not-standing': {
    status: 409,
    title: { zh: '这份投标已被替换、撤回或者尚未递交', en: 'This bid was replaced, withdrawn or not handed in' },
    remedy: {
      zh: '只有有效的投标才需要确认；请打开最近一次递交的回执。',
      en: 'Only a valid bid is confirmed: open the newest receipt.',
    },
  },
  'bid-names-newest-notice': {
    status: 409,
    title: { zh: '这份投标依据的就是最新公告', en: 'This bid names the newest notice already' },
    remedy: { zh: '无须确认。', en: 'Nothing to confirm.' },
  },
  'trustee-set-mismatch': {
    status: 422,
    title: { zh: '密钥保管人名单不一致', en: 'The trustee set is not the logged one' },
    remedy: {
      zh: '请刷新页面并核对公告中的指纹后重新封标。',
      en: 'Reload, compare the fingerprint in the notice, seal again.',
    },
  },
  'checkpoint-not-ours': {
    status: 422,
    title: {
      zh: '投标清单所载的日志检查点不属于本平台的日志',
      en: 'The checkpoint that the manifest names is not of this log',
    },
    remedy: {
      zh: '请刷新页面后重新封标；如仍出现，请保存投标清单并告知监督部门：这可能说明存在另一份日志。',
      en: 'Reload and seal again; if it comes again, keep the manifest and tell the supervisor: there may be a second log.',
    },
  },
  'bid-chain-broken': {
    status: 409,
    title: { zh: '已有更新的投标（可能在另一窗口递交）', en: 'A newer bid exists (perhaps from another window)' },
    remedy: { zh: '请刷新后在最新一次投标的基础上替换。', en: 'Reload and replace the newest one.' },
  },
  'envelopes-incomplete': {
    status: 422,
    title: { zh: '投标信封不齐', en: 'Envelopes are missing' },
    remedy: {
      zh: '开标一览表、资格、技术、报价明细四个信封缺一不可。',
      en: 'Summary, qualification, technical and price-detail are all needed.',
    },
  },
  'envelope-altered': {
    status: 422,
    title: { zh: '收到的密文与清单不一致', en: 'The ciphertext received differs from the manifest' },
    remedy: { zh: '请重新上传该分片；仍不一致请重新封标。', en: 'Upload the part again; if it persists, seal again.' },
  },
  'bid-not-encrypted': {
    status: 422,
    title: { zh: '投标文件未加密，拒收', en: 'The bid is not encrypted and is refused' },
    remedy: { zh: '请用本站页面或离线工具封标后递交。', en: 'Seal it with this site or the offline tool first.' },
    article: '电子招标投标办法 第二十六条',
  },
  'upload-incomplete': {
    status: 409,
    title: { zh: '还有分片没有上传', en: 'Some parts have not arrived' },
    remedy: {
      zh: '请继续上传；截止时未完成视为撤回。',
      en: 'Go on uploading; unfinished at the deadline counts as withdrawn.',
    },
    article: '电子招标投标办法 第二十七条',
  },
  'receipt-not-witnessed-yet': {
    status: 409,
    title: { zh: '见证尚未完成', en: 'Not witnessed yet' },
    remedy: {
      zh: '递交回执已生效；见证通常几秒内完成，稍后可取完整回执。',
      en: 'The receipt is in force; the witnessed one follows in seconds.',
    },
  },
}
