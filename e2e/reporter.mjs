import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

/**
 * Reporter for `node --test`: one line per file, failures in full, what a failing file printed, and the totals of leaf
 * tests as JSON into the file named by SUNLIT_TOTALS. A test that only holds other tests is not counted.
 */
export default async function* report(source) {
  const totals = { passed: 0, failed: 0, skipped: 0 }
  const files = new Map()
  const of = (name) => {
    if (!files.has(name)) files.set(name, { depth: -1, failures: [], said: '', passed: 0, failed: 0, skipped: 0 })
    return files.get(name)
  }
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') of(data.file).said += data.message
    if (type === 'test:pass' || type === 'test:fail') judge(of(data.file), type === 'test:pass', data, totals)
    if (type === 'test:summary' && data.file) {
      yield line(data.file, of(data.file), data.duration_ms)
      files.delete(data.file)
    }
  }
  // A suite used by several test files is reported under its own name.
  for (const [name, file] of files) if (name) yield line(name, file)
  const target = process.env.SUNLIT_TOTALS
  if (target) writeFileSync(target, JSON.stringify(totals))
}

const judge = (file, passed, data, totals) => {
  const parent = file.depth > data.nesting || data.details?.type === 'suite'
  file.depth = data.nesting
  const failure = data.details?.error?.failureType
  // A parent fails by itself only when a hook or its own body failed; its children are counted one by one.
  if (parent && (passed || failure === 'subtestsFailed')) return
  // A file without a test passes under its own name: nothing was tested.
  if (passed && data.nesting === 0 && data.file?.endsWith(data.name)) return
  const kind = data.skip || data.todo ? 'skipped' : passed ? 'passed' : 'failed'
  totals[kind] += 1
  file[kind] += 1
  if (kind === 'skipped') file.failures.push(`    – skipped: ${data.name}${reason(data.skip)}`)
  if (kind === 'failed' && failure !== 'cancelledByParent') file.failures.push(explain(data))
  if (kind === 'failed' && failure === 'cancelledByParent') file.failures.push(`    ✖ cancelled: ${data.name}`)
}

const reason = (skip) => (typeof skip === 'string' && skip !== '' ? ` (${skip})` : '')

const explain = (data) => {
  const error = data.details?.error
  const cause = error?.cause ?? error
  // A file whose tests passed and whose process did not: how it ended is the only trace.
  const ended = error?.exitCode === undefined ? '' : ` (exit code ${error.exitCode}, signal ${error.signal})`
  const text = `${cause?.stack ?? cause?.message ?? String(cause)}${ended}`
  return `    ✖ ${data.name} (line ${data.line ?? '?'})\n${indent(text, 8)}`
}

const indent = (text, by) =>
  text
    .split('\n')
    .map((row) => ' '.repeat(by) + row)
    .join('\n')

const line = (path, file, milliseconds) => {
  const counts = ['passed', 'failed', 'skipped'].filter((kind) => file[kind] > 0).map((kind) => `${file[kind]} ${kind}`)
  const time = milliseconds === undefined ? '' : ` (${(milliseconds / 1000).toFixed(1)} s)`
  const title = `  ${file.failed > 0 ? '✖' : '✔'} ${relative(process.cwd(), path)}: ${counts.join(', ') || 'no test'}${time}`
  const rows = [title, ...file.failures]
  if (file.failed > 0 && file.said.trim() !== '') rows.push(`    it printed:\n${indent(file.said.trimEnd(), 8)}`)
  return `${rows.join('\n')}\n`
}
