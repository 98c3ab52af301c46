/*
 * The origin private file system of this browser: drafts in plain and sealed parts stay here and go nowhere else.
 * Writing is the Worker's (synchronous handles); reading and deleting works from the page too.
 */
type Path = readonly string[]

/** Whether this browser has what sealing needs. */
export const canKeepFiles = (): boolean =>
  typeof navigator !== 'undefined' && 'storage' in navigator && typeof navigator.storage.getDirectory === 'function'

const asked = new Set<{ handle: object }>()

/**
 * What a handle of the file system answers. Until then the handle is held: Chromium drops the question of one that its
 * collector took meanwhile, and the promise is never settled: createSyncAccessHandle did so after eight parts, or ten.
 */
export const ask = async <Handle extends object, T>(
  handle: Handle,
  question: (handle: Handle) => Promise<T>,
): Promise<T> => {
  const one = { handle }
  asked.add(one)
  try {
    return await question(handle)
  } finally {
    asked.delete(one)
  }
}

const SILENCE = 4000

/**
 * The first answer to a question that changes nothing: after some seconds of silence it is asked once more, then after
 * twice as long, and so on. A browser that dropped the first answers the second; one that is only slow loses nothing.
 */
export const askAgain = <T>(question: () => Promise<T>): Promise<T> =>
  new Promise((done, failed) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const once = (silence: number): void => {
      timer = setTimeout(() => once(2 * silence), silence)
      question()
        .finally(() => clearTimeout(timer))
        .then(done, failed)
    }
    once(SILENCE)
  })

const walk = async (path: Path, create: boolean): Promise<FileSystemDirectoryHandle> => {
  let at = await navigator.storage.getDirectory()
  for (const name of path) at = await ask(at, (parent) => parent.getDirectoryHandle(name, { create }))
  return at
}

/** A folder, made where it is missing if `create`; made twice it is the same. */
export const folder = (path: Path, create = false): Promise<FileSystemDirectoryHandle> =>
  askAgain(() => walk(path, create))

const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError'

const orNull = async <T>(work: Promise<T>): Promise<T | null> => {
  try {
    return await work
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** A kept file; null when there is none. */
export const readKept = (path: Path, name: string): Promise<File | null> =>
  orNull(
    askAgain(async () => {
      const file = await ask(await walk(path, false), (at) => at.getFileHandle(name))
      return ask(file, (one) => one.getFile())
    }),
  )

/** Names in a folder; none when it does not exist. */
export const listKept = async (path: Path): Promise<string[]> => {
  const at = await orNull(folder(path))
  if (!at) return []
  return askAgain(() =>
    ask(at, async () => {
      const names: string[] = []
      const keys = (at as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> }).keys()
      for await (const name of keys) names.push(name)
      return names
    }),
  )
}

/** Deletes a file or a whole folder; absence is fine. */
export const removeKept = async (path: Path, name: string): Promise<void> => {
  await orNull(folder(path).then((at) => ask(at, (one) => one.removeEntry(name, { recursive: true }))))
}

export const draftFolder = (organisationId: string, lotId: string): string[] => [
  'sunlit',
  organisationId,
  lotId,
  'draft',
]
export const sealedFolder = (organisationId: string, lotId: string): string[] => [
  'sunlit',
  organisationId,
  lotId,
  'sealed',
]
/** A rehearsal's file and parts: beside those of lots, and gone when it is over. */
export const rehearsalFolder = (organisationId: string): string[] => ['sunlit', organisationId, 'rehearsal']
export const partName = (envelopeNo: number, part: number): string => `${envelopeNo}-${part}`
