import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Proof } from './proof.ts'

export type House = { has: (path: string) => boolean; read: (path: string) => string }

export const houseAt = (root: string): House => ({
  has: (path) => existsSync(join(root, path)),
  read: (path) => readFileSync(join(root, path), 'utf8'),
})

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether a file declares a test with exactly this title. */
const declares = (source: string, title: string): boolean =>
  new RegExp(`\\b(?:test|it)\\(\\s*(['"\`])${escaped(title)}\\1`).test(source)

/** What is wrong with a proof: a place that is not there, a rule that does not stand in it, a test that is gone. */
export const faultOf = (id: string, { decides, file, title }: Proof, house: House): string | null => {
  if (!decides.startsWith('api/') || /\.test\.ts$/.test(decides) || !house.has(decides)) return `${id}: no ${decides}`
  // The law asks for its rules by name; a feature keeps one without asking for its number.
  if (decides.startsWith('api/law/') && !house.read(decides).includes(`'${id}'`))
    return `${id}: not asked in ${decides}`
  if (!/\.(test|spec)\.ts$/.test(file) || !house.has(file)) return `${id}: no ${file}`
  const source = house.read(file)
  if (!declares(source, title)) return `${id}: ${file} has no test “${title}”`
  // One title for many lines of a table: the rule must be one of them.
  return title.includes('${') && !source.includes(`'${id}'`) ? `${id}: no line of ${file}` : null
}
