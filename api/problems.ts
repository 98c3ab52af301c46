/** The problem table: code → status → title → article → what to do. One place; the web translates by code from here. */
export type ProblemRow = {
  status: 400 | 401 | 403 | 404 | 409 | 410 | 412 | 413 | 415 | 422 | 423 | 429 | 500 | 502 | 503
  title: { zh: string; en: string }
  /** What would satisfy the rule, or what to do now. */
  remedy: { zh: string; en: string }
  article?: string
}

const kernelProblems = {
  'not-found': {
    status: 404,
    title: { zh: '没有找到', en: 'Not found' },
    remedy: { zh: '请核对网址，或从列表重新进入。', en: 'Check the address, or come in again from the list.' },
  },
  'invalid-input': {
    status: 422,
    title: { zh: '填写内容有误', en: 'Some answers are not valid' },
    remedy: {
      zh: '请按各栏提示修改后再办理，已填内容不会丢失。',
      en: 'Correct the fields named below; nothing you typed is lost.',
    },
  },
  'sign-in-needed': {
    status: 401,
    title: { zh: '需要登录', en: 'Sign in first' },
    remedy: { zh: '请登录后继续，登录后回到本页。', en: 'Sign in; you come back to this page.' },
  },
  'role-not-allowed': {
    status: 403,
    title: { zh: '当前身份不能办理此事', en: 'Your present role may not do this' },
    remedy: { zh: '请切换到有权办理的单位和身份。', en: 'Switch to an organisation and role that may.' },
  },
  'origin-not-allowed': {
    status: 403,
    title: { zh: '请求不是从本站发出的', en: 'The request did not come from this site' },
    remedy: { zh: '请在本站页面上办理。', en: 'Act from a page of this site.' },
  },
  'idempotency-key-invalid': {
    status: 400,
    title: { zh: '请求编号格式有误', en: 'Malformed Idempotency-Key' },
    remedy: { zh: '请用8至100个可见ASCII字符。', en: 'Use 8 to 100 visible ASCII characters.' },
  },
  'idempotency-key-reused': {
    status: 422,
    title: { zh: '同一请求编号用于不同内容', en: 'The Idempotency-Key was used for another request' },
    remedy: { zh: '请为新的请求使用新的编号。', en: 'Use a new key for a new request.' },
  },
  'body-too-large': {
    status: 413,
    title: { zh: '内容过大', en: 'The request is too large' },
    remedy: { zh: '请减小内容，文件请走文件上传。', en: 'Make it smaller; files go by file upload.' },
  },
  'too-many-requests': {
    status: 429,
    title: { zh: '请求过于频繁', en: 'Too many requests' },
    remedy: { zh: '请稍候再试。', en: 'Wait a moment and try again.' },
  },
  'not-in-this-mode': {
    status: 404,
    title: { zh: '本平台未开放此功能', en: 'Not offered in this mode' },
    remedy: { zh: '此功能只在演示或沙箱环境提供。', en: 'Offered in demo or sandbox mode only.' },
  },
  'object-exists': {
    status: 412,
    title: { zh: '该对象已存在，不能覆盖', en: 'The object exists and is never overwritten' },
    remedy: { zh: '请核对已有内容；内容不同请重新开始。', en: 'Compare what is there; start anew if it differs.' },
  },
  'clock-backwards': {
    status: 409,
    title: { zh: '时钟不能倒拨', en: 'The clock never goes back' },
    remedy: { zh: '请选择晚于当前的时刻。', en: 'Choose a later instant.' },
  },
  unavailable: {
    status: 503,
    title: { zh: '服务暂时不可用', en: 'Temporarily unavailable' },
    remedy: { zh: '已办结的事项不受影响，请稍后重试。', en: 'What was acknowledged is safe; try again shortly.' },
  },
  internal: {
    status: 500,
    title: { zh: '平台内部错误', en: 'Internal error' },
    remedy: {
      zh: '请稍后重试，仍不行请把请求编号告诉服务热线。',
      en: 'Try again; if it persists quote the request id.',
    },
  },
} satisfies Record<string, ProblemRow>

/** Features add their own rows here, one import each. */
export const problems: Record<string, ProblemRow> = { ...kernelProblems }
