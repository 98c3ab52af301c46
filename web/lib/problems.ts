import type { FieldProblem, Problem } from './api.ts'
import type { Lang } from './i18n/text.ts'

type Row = Readonly<Record<Lang, string>>

/** What only the browser can know, and the field codes that the API's schemas give (zod). */
const own: Readonly<Record<string, Row>> = {
  'no-answer': {
    'zh-CN': '没有收到平台的答复，不能确定是否办成。请检查网络后重试，重试不会重复办理。',
    en: 'The platform did not answer, so it is not certain whether this was done. Check the network and try again; it will not be done twice.',
  },
  invalid_type: { 'zh-CN': '请填写此项', en: 'Fill in this field' },
  invalid_format: { 'zh-CN': '格式不对，请按示例填写', en: 'Wrong format: follow the example' },
  invalid_value: { 'zh-CN': '请从列出的选项中选择', en: 'Choose one of the options listed' },
  invalid_union: { 'zh-CN': '格式不对，请按示例填写', en: 'Wrong format: follow the example' },
  too_small: { 'zh-CN': '太短或太小', en: 'Too short or too small' },
  too_big: { 'zh-CN': '太长或太大', en: 'Too long or too large' },
  not_multiple_of: { 'zh-CN': '请填写允许的倍数', en: 'Fill in an allowed multiple' },
  custom: { 'zh-CN': '填写内容有误', en: 'This answer is not valid' },
  'unknown-key': { 'zh-CN': '不认识的栏目', en: 'Unknown field' },
  'file-none': { 'zh-CN': '请选择文件', en: 'Choose a file' },
  'file-type': { 'zh-CN': '文件类型不对', en: 'Wrong type of file' },
  'file-too-large': { 'zh-CN': '文件过大', en: 'The file is too large' },
  'file-empty': { 'zh-CN': '文件是空的', en: 'The file is empty' },
  'file-infected': { 'zh-CN': '文件含有恶意代码，未接收', en: 'The file carries malicious code and was not accepted' },
}

/** One sentence for a code: title and what to do now. The API's table is fetched only when a code of it is asked for. */
export const problemMessage = async (code: string, lang: Lang): Promise<string> => {
  const mine = own[code]
  if (mine) return mine[lang]
  const { problems } = await import('../../api/problems.ts')
  const row = problems[code] ?? problems['internal']
  const short = lang === 'en' ? 'en' : 'zh'
  return row ? `${row.title[short]}${lang === 'en' ? '. ' : '。'}${row.remedy[short]}` : code
}

/** The sentence for a whole problem: its own words when the API gave them, else the table's. */
export const problemText = async (problem: Problem, lang: Lang): Promise<string> =>
  problem.detail ?? (problem.title || (await problemMessage(problem.code, lang)))

/** Entries for ErrorSummary, ids as the fields have them (`lots.0.ceiling` → `lots.0.ceiling`). */
export const fieldErrors = async (
  errors: readonly FieldProblem[],
  lang: Lang,
): Promise<{ id: string; message: string }[]> =>
  Promise.all(errors.map(async ({ field, code }) => ({ id: field, message: await problemMessage(code, lang) })))
