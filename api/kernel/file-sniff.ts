import { fileTypeFromBuffer } from 'file-type'
import { refuse } from './problem.ts'

/** What may be uploaded. Everything else (programs, scripts, pages, macros, other archives) is refused. */
export type FileKind = 'pdf' | 'docx' | 'xlsx' | 'zip' | 'png' | 'jpg' | 'txt' | 'csv'

type Allowed = { mime: string; extensions: string[]; alsoDeclared: string[] }

/** `alsoDeclared`: what browsers say on some systems (Windows calls a CSV a spreadsheet). */
const allowed: Record<FileKind, Allowed> = {
  pdf: { mime: 'application/pdf', extensions: ['pdf'], alsoDeclared: [] },
  docx: {
    mime: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extensions: ['docx'],
    alsoDeclared: ['application/zip', 'application/x-zip-compressed'],
  },
  xlsx: {
    mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extensions: ['xlsx'],
    alsoDeclared: ['application/zip', 'application/x-zip-compressed'],
  },
  zip: { mime: 'application/zip', extensions: ['zip'], alsoDeclared: ['application/x-zip-compressed'] },
  png: { mime: 'image/png', extensions: ['png'], alsoDeclared: [] },
  jpg: { mime: 'image/jpeg', extensions: ['jpg', 'jpeg'], alsoDeclared: ['image/jpg', 'image/pjpeg'] },
  txt: { mime: 'text/plain', extensions: ['txt'], alsoDeclared: [] },
  csv: {
    mime: 'text/csv',
    extensions: ['csv'],
    alsoDeclared: ['text/plain', 'application/vnd.ms-excel', 'text/x-csv'],
  },
}

export type SniffedFile = { kind: FileKind; mime: string }

/** Enough for the first entries of an Office file; asked of streams, and all that is read of longer arrays. */
export const headSize = 65_536

/** UTF-8 without controls but tab, line and form feed; a character cut by the end of the head is no fault. */
const isText = (head: Uint8Array, whole: boolean): boolean => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !whole })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
    return !/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text)
  } catch {
    return false
  }
}

/** What a text must not turn out to be once a browser or an editor opens it. */
const isMarkup = (head: Uint8Array): boolean =>
  /^\ufeff?\s*<(?:!doctype|\?|html|script|svg|body|head|iframe|!--)/i.test(
    new TextDecoder().decode(head.subarray(0, 512)),
  )

const kindOf = async (head: Uint8Array, whole: boolean): Promise<FileKind | 'text' | null> => {
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  if (found) {
    const kind = Object.entries(allowed).find(([, { mime }]) => mime === found.mime)?.[0]
    return (kind as FileKind | undefined) ?? null
  }
  return isText(head, whole) && !isMarkup(head) ? 'text' : null
}

/** Controls and signs that turn the reading order can show 'exe.pdf' where 'fdp.exe' stands; a path is no name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const deceiving = /[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff/\\]/

const extensionOf = (name: string): string => /[^.]\.([^.]+)$/.exec(name.trim())?.[1]?.toLowerCase() ?? ''

/**
 * What a file is by its octets, which must be what its name and declared type say.
 * @param head the first `headSize` octets, or all of a shorter file
 * @param whole whether `head` is the entire file
 * @throws Refused 'file-empty'; 'file-type-refused' (no allowed type); 'file-name-lies' (name or type disagree)
 */
export const sniffFile = async (
  head: Uint8Array,
  declaredName: string,
  declaredMime?: string,
  whole = head.length < headSize,
): Promise<SniffedFile> => {
  if (head.length === 0) return refuse('file-empty')
  const content = await kindOf(head.subarray(0, headSize), whole && head.length <= headSize)
  if (content === null) return refuse('file-type-refused')
  const extension = extensionOf(declaredName)
  const kind = content === 'text' ? (extension === 'csv' ? 'csv' : 'txt') : content
  const { mime, extensions, alsoDeclared } = allowed[kind]
  if (deceiving.test(declaredName) || !extensions.includes(extension)) return refuse('file-name-lies')
  const declared = (declaredMime ?? '').split(';')[0]!.trim().toLowerCase()
  const isSilent = declared === '' || declared === 'application/octet-stream'
  if (!isSilent && declared !== mime && !alsoDeclared.includes(declared)) return refuse('file-name-lies')
  return { kind, mime }
}

/** Reads until `headSize` octets are there or the stream ends; gives them back with a stream of the entire file. */
const takeHead = async (source: ReadableStream<Uint8Array>) => {
  const reader = source.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  let ended = false
  while (size < headSize && !ended) {
    const { value, done } = await reader.read()
    if (value) {
      chunks.push(value)
      size += value.length
    }
    ended = done
  }
  const head = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    head.set(chunk, at)
    at += chunk.length
  }
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (size > 0) controller.enqueue(head)
      if (ended) controller.close()
    },
    pull: async (controller) => {
      const { value, done } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return { head, ended, stream, stop: () => reader.cancel().catch(() => undefined) }
}

/** `sniffFile` for an upload under way: `stream` repeats the entire file; on refusal the source is cancelled. */
export const sniffStream = async (
  source: ReadableStream<Uint8Array>,
  declaredName: string,
  declaredMime?: string,
): Promise<SniffedFile & { stream: ReadableStream<Uint8Array> }> => {
  const { head, ended, stream, stop } = await takeHead(source)
  try {
    return { ...(await sniffFile(head, declaredName, declaredMime, ended)), stream }
  } catch (error) {
    await stop()
    throw error
  }
}
