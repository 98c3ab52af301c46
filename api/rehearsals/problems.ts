import type { ProblemRow } from '../kernel/problem.ts'

export const rehearsalProblems: Record<string, ProblemRow> = {
  'rehearsal-malformed': {
    status: 422,
    title: { zh: '演练清单格式有误', en: 'The rehearsal’s manifest is malformed' },
    remedy: { zh: '请刷新演练室页面，重新演练。', en: 'Reload the rehearsal page and rehearse again.' },
  },
  'rehearsal-other-bidder': {
    status: 403,
    title: { zh: '演练清单不属于当前单位', en: 'The rehearsal belongs to another organisation' },
    remedy: {
      zh: '请切换到投标单位，并用该单位的证书演练。',
      en: 'Switch to the bidding organisation and rehearse with its certificate.',
    },
  },
  'rehearsal-other-certificate': {
    status: 409,
    title: { zh: '演练开始和结束用的不是同一张证书', en: 'The rehearsal began with another certificate' },
    remedy: { zh: '请用同一张证书重新演练。', en: 'Rehearse again with one certificate throughout.' },
  },
  'rehearsal-too-large': {
    status: 413,
    title: { zh: '演练文件过大', en: 'The file to rehearse with is too large' },
    remedy: {
      zh: '请选择100 MB以内的文件；大文件所需的时间按测得的速度推算。',
      en: 'Choose a file of at most 100 MB; the time of a larger one is worked out from the measured speed.',
    },
  },
  'rehearsal-quota-used': {
    status: 429,
    title: { zh: '本单位24小时内的演练次数或用量已满', en: 'Your organisation has used up its rehearsals of 24 hours' },
    remedy: {
      zh: '请稍后再演练，或者换用较小的文件。未演练不影响投标。',
      en: 'Rehearse later, or with a smaller file. Bidding needs no rehearsal.',
    },
  },
  'rehearsal-over': {
    status: 409,
    title: { zh: '这次演练已经结束', en: 'This rehearsal is over' },
    remedy: { zh: '请重新演练。', en: 'Rehearse again.' },
  },
  'rehearsal-not-opened': {
    status: 422,
    title: { zh: '平台没能解开演练的开标一览表', en: 'The platform could not open the summary of this rehearsal' },
    remedy: {
      zh: '请重新演练；仍不行，请换一台电脑或浏览器，并致电服务电话。',
      en: 'Rehearse again; if it persists use another computer or browser, and call the help line.',
    },
  },
}
