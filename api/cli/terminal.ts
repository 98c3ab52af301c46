/* What the offline tools share: questions at the terminal, files in, files out. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

export const readBytes = (file: string): Uint8Array => new Uint8Array(readFileSync(file))
export const firstLine = (file: string): string => readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? ''

/** Typed unseen: the question is shown, the answer is not echoed. */
export const askPin = async (question = 'PIN: '): Promise<string> => {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY })
  const pin = await terminal.question('')
  terminal.close()
  process.stderr.write('\n')
  return pin
}

/** Never over another file: a recovery file that is gone is a key that is gone. */
export const writeNew = (out: string, name: string, bytes: Uint8Array | string, mode = 0o644): string => {
  mkdirSync(out, { recursive: true })
  const file = join(out, name)
  writeFileSync(file, bytes, { flag: 'wx', mode })
  return file
}
