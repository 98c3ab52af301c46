import { canKeepFiles, folder, removeKept } from '../../seal/private-files.ts'

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\/(\d+)/, 'Edge'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Chrome\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari/, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** Name and version as the browser gives them, and the system, for people to recognise their own device by. */
export const browserName = (agent: string): string => {
  const [found] = BROWSERS.flatMap(([pattern, name]) => {
    const version = pattern.exec(agent)?.[1]
    return version ? [`${name} ${version}`] : []
  })
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1]
  return found ? [found, system].filter(Boolean).join(', ') : agent.slice(0, 80)
}

/** The file, what is sealed of it, and what comes back. */
const COPIES = 3

/** What sealing needs and this browser lacks, by the code of its fault; null when all is there. */
export const lackOf = async (bytes: number): Promise<string | null> => {
  if (typeof Worker === 'undefined' || !globalThis.isSecureContext || !globalThis.crypto?.subtle) return 'no-web-crypto'
  if (!canKeepFiles()) return 'no-private-files'
  try {
    // A private window has the function and refuses it.
    await folder(['sunlit', 'probe'], true)
    await removeKept(['sunlit'], 'probe')
  } catch {
    return 'no-private-files'
  }
  const { quota = 0, usage = 0 } = (await navigator.storage.estimate?.()) ?? {}
  return quota > 0 && quota - usage < COPIES * bytes ? 'no-space' : null
}
