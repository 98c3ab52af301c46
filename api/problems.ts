import { awardProblems } from './awards/problems.ts'
import { bidProblems } from './bids/problems.ts'
import { calculatorProblems } from './calculators/problems.ts'
import { depositProblems } from './deposits/problems.ts'
import { evaluationProblems } from './evaluations/problems.ts'
import { identityProblems } from './identity/problems.ts'
import { intentionProblems } from './intentions/problems.ts'
import type { ProblemRow } from './kernel/problem.ts'
import { openingProblems } from './openings/problems.ts'
import { probeProblems } from './probes/problems.ts'
import { regulationProblems } from './regulations/problems.ts'
import { rehearsalProblems } from './rehearsals/problems.ts'
import { tenderProblems } from './tenders/problems.ts'

/** The platform's own refusals; each feature brings its rows beside its rules. */
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
  'object-not-found': {
    status: 404,
    title: { zh: '没有这个对象', en: 'No such object' },
    remedy: { zh: '请核对地址。', en: 'Check the address.' },
  },
  'object-retained': {
    status: 409,
    title: { zh: '该对象在保存期内，不能删除', en: 'The object is under retention' },
    remedy: { zh: '保存期满后再办理。', en: 'Wait until the retention ends.' },
  },
  'object-too-large': {
    status: 413,
    title: { zh: '内容超过申报的大小', en: 'The body is larger than announced' },
    remedy: { zh: '请重新取得上传地址。', en: 'Ask for a new upload address.' },
  },
  'size-mismatch': {
    status: 422,
    title: { zh: '内容大小与申报不符', en: 'The body has another length than announced' },
    remedy: { zh: '请重新上传。', en: 'Upload again.' },
  },
  'checksum-mismatch': {
    status: 422,
    title: { zh: '内容哈希与申报不符', en: 'The body has another SHA-256 than announced' },
    remedy: { zh: '请重新上传。', en: 'Upload again.' },
  },
  'content-type-mismatch': {
    status: 415,
    title: { zh: '内容类型与申报不符', en: 'The body has another type than announced' },
    remedy: { zh: '请用上传地址所附的请求头。', en: 'Send the headers that came with the address.' },
  },
  'event-already-logged': {
    status: 409,
    title: { zh: '此事已经记录过', en: 'This was recorded already' },
    remedy: { zh: '请刷新页面查看。', en: 'Reload to see it.' },
  },
  'pdf-glyph-missing': {
    status: 422,
    title: { zh: '文字中有无法印刷的字', en: 'A character cannot be printed' },
    remedy: { zh: '请换用通用写法，或联系平台补字。', en: 'Use another form of the character, or ask the platform.' },
  },
  'pdf-unreadable': {
    status: 422,
    title: { zh: '文件不是可读取的PDF', en: 'The file is not a readable PDF' },
    remedy: { zh: '请换用未加密的PDF。', en: 'Use a PDF without encryption.' },
  },
  'pdf-field-signed': {
    status: 409,
    title: { zh: '该签名栏已签', en: 'The field is signed already' },
    remedy: { zh: '请刷新页面。', en: 'Reload.' },
  },
  'pdf-field-name': {
    status: 422,
    title: { zh: '签名栏名称有误', en: 'The name of the signature field is not valid' },
    remedy: { zh: '请刷新页面后重试。', en: 'Reload and try again.' },
  },
  'pdf-field-twice': {
    status: 409,
    title: { zh: '签名栏重复', en: 'The signature field stands twice' },
    remedy: { zh: '请刷新页面后重试。', en: 'Reload and try again.' },
  },
  'pdf-signature-refused': {
    status: 422,
    title: { zh: '签名无效', en: 'The signature is not valid' },
    remedy: { zh: '请核对证书和口令后重签。', en: 'Check certificate and PIN, sign again.' },
  },
  'file-empty': {
    status: 422,
    title: { zh: '文件是空的', en: 'The file is empty' },
    remedy: { zh: '请选择有内容的文件。', en: 'Choose a file with content.' },
  },
  'file-type-refused': {
    status: 422,
    title: { zh: '不接受这种文件', en: 'Files of this type are not accepted' },
    remedy: {
      zh: '请用PDF、DOCX、XLSX、PNG、JPG、ZIP或UTF-8文本。',
      en: 'Use PDF, DOCX, XLSX, PNG, JPG, ZIP or UTF-8 text.',
    },
  },
  'file-name-lies': {
    status: 422,
    title: { zh: '文件内容与扩展名不符', en: 'The content does not match the extension' },
    remedy: { zh: '请改用正确的扩展名。', en: 'Use the right extension.' },
  },
  'range-not-satisfiable': {
    status: 416,
    title: { zh: '请求的范围超出内容', en: 'The range lies outside the object' },
    remedy: { zh: '请从头下载。', en: 'Download from the beginning.' },
  },
  'object-address-invalid': {
    status: 403,
    title: { zh: '地址不是本平台签发的', en: 'The address was not issued by this server' },
    remedy: { zh: '请重新取得地址。', en: 'Ask for a new address.' },
  },
  'object-address-expired': {
    status: 403,
    title: { zh: '地址已过期', en: 'The address has expired' },
    remedy: { zh: '请重新取得地址，已上传的分片保留。', en: 'Ask for a new address; parts already there are kept.' },
  },
  'object-key-invalid': {
    status: 400,
    title: { zh: '对象名称有误', en: 'Not an object key' },
    remedy: { zh: '请核对地址。', en: 'Check the address.' },
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

/** The problem table: code → status → title → article → what to do. The web translates by code from here. */
export const problems: Record<string, ProblemRow> = {
  ...kernelProblems,
  ...identityProblems,
  ...regulationProblems,
  ...intentionProblems,
  ...tenderProblems,
  ...depositProblems,
  ...bidProblems,
  ...rehearsalProblems,
  ...openingProblems,
  ...probeProblems,
  ...evaluationProblems,
  ...awardProblems,
  ...calculatorProblems,
}
