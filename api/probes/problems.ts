import type { ProblemRow } from '../kernel/problem.ts'

export const probeProblems: Record<string, ProblemRow> = {
  'probe-unknown': {
    status: 403,
    title: { zh: '该探测方未列入名单', en: 'No probe of this name is listed' },
    remedy: {
      zh: '请把探测程序显示的公钥交给平台运行方列入名单后再启动。',
      en: 'Give the key that the probe prints to the operator; it counts once it is listed.',
    },
  },
  'probe-invalid': {
    status: 422,
    title: { zh: '探测声明的签名无效', en: 'The signature of the probe’s statement does not hold' },
    remedy: {
      zh: '请核对密钥文件和平台地址；同名密钥更换后须重新列入名单。',
      en: 'Check the key file and the address; a new key of the same name must be listed anew.',
    },
  },
  'probe-minute-not-over': {
    status: 422,
    title: { zh: '这一分钟尚未结束', en: 'This minute is not over yet' },
    remedy: { zh: '请校准探测机的时钟。', en: 'Set the clock of the probe right.' },
  },
  'probe-minute-too-old': {
    status: 422,
    title: { zh: '这一分钟已超过四十八小时', en: 'This minute is more than 48 hours back' },
    remedy: {
      zh: '请保留状态文件，供核验时使用（verify --probes）。',
      en: 'Keep the state file: whoever verifies can read it (verify --probes).',
    },
  },
  'probe-minute-out-of-order': {
    status: 409,
    title: { zh: '该探测方已报告过此后的分钟', en: 'This probe has told this minute, or a later one, before' },
    remedy: {
      zh: '一把密钥只能由一台探测机使用；已报告的分钟不能更改。',
      en: 'One key belongs to one probe; what it told is never changed.',
    },
  },
  'probe-inside': {
    status: 403,
    title: { zh: '探测方必须在平台之外', en: 'A probe must look from outside' },
    remedy: { zh: '请在另一网络的机器上运行探测程序。', en: 'Run the probe on a machine of another network.' },
  },
}
