import { page } from '$app/state'
import { measureOffset, type Offset } from './clock.ts'

const SYNC_EVERY = 5 * 60_000

/** Device time by the second, and what must be added to it; shared by every clock and countdown of the page. */
let device = $state(0)
let measured = $state<Offset | null>(null)
let users = 0
let stop: (() => void) | undefined

/** Legal time now, whole ms UTC: the page's own instant until this device has been compared with the server. */
export const serverNow = (): number | null =>
  measured !== null && device > 0
    ? Math.round(device + measured.offset)
    : page.data.now
      ? Date.parse(page.data.now)
      : null

/** Server minus device in ms, null until measured. */
export const clockOffset = (): number | null => measured?.offset ?? null

const sync = async (): Promise<void> => {
  const next = await measureOffset()
  if (next !== null) measured = next
}

/** Keep the clock going while somebody shows it; call in onMount and return its answer. */
export const useClock = (): (() => void) => {
  users++
  if (users === 1) stop = start()
  return () => {
    users--
    if (users === 0) stop?.()
  }
}

const start = (): (() => void) => {
  let timer: ReturnType<typeof setTimeout>
  const tick = () => {
    device = Date.now()
    // wake just after the legal second turns, not after this device's
    const legal = device + (measured?.offset ?? 0)
    timer = setTimeout(tick, 1000 - (((legal % 1000) + 1000) % 1000) + 5)
  }
  const seen = () => {
    if (document.visibilityState === 'visible') void sync()
  }
  tick()
  void sync()
  const again = setInterval(() => void sync(), SYNC_EVERY)
  document.addEventListener('visibilitychange', seen)
  return () => {
    clearTimeout(timer)
    clearInterval(again)
    document.removeEventListener('visibilitychange', seen)
  }
}
