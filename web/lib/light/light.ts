/*
 * All the script of a page that is only read: its clock goes on, and a change of language keeps what was typed and where
 * one was. Everything else such a page does without script, so that nobody downloads a framework to read a notice.
 */
import { crossed, measureOffset, urgency } from '../clock.ts'
import { differs } from '../clock-words.ts'
import { EN_UNITS, instantIso, instantShort, splitDuration, ZH_UNITS } from '../i18n/instant.ts'
import { fill, isLang, type Params } from '../i18n/text.ts'

const SYNC_EVERY = 5 * 60_000
const KEPT = 'sunlit.typed'

const settings = document.querySelector<HTMLMetaElement>('meta[name="sunlit-light"]')?.dataset ?? {}
const words = JSON.parse(settings.words ?? '{}') as Record<string, string>
const say = (word: string, params?: Params) => fill(words[word] ?? '', params)
const lang = isLang(document.documentElement.lang) ? document.documentElement.lang : 'zh-CN'

let offset: number | null = null

const showOffset = (clock: Element): void => {
  if (offset === null) return
  const text = differs(offset, { lang, moved: settings.moved === 'true' }, say)
  const small = clock.querySelector('small') ?? clock.appendChild(document.createElement('small'))
  small.textContent = text
}

const units = lang === 'en' ? EN_UNITS : ZH_UNITS
const partsOf = (left: number): Node[] =>
  splitDuration(left).flatMap(({ value, unit }) => {
    const small = document.createElement('small')
    small.textContent = units[unit]
    return [document.createTextNode(value), small]
  })

/** As lib/ui/Countdown does it: the number is silent, only 60, 10 and 1 minute and the end are spoken. */
const count = (countdown: HTMLElement, legal: number): void => {
  const { to = '', what = '', duty, left: last } = countdown.dataset
  const left = Date.parse(to) - legal
  const before = last === undefined ? null : Number(last)
  const state = left <= 0 ? 'stop' : urgency(left, duty === 'true')
  countdown.dataset.left = String(Math.round(left))
  if (state) countdown.dataset.s = state
  countdown.replaceChildren(...(left <= 0 ? [say('countdown.over')] : partsOf(left)))
  const passed = before === null ? null : crossed(before, left)
  const said = countdown.parentElement?.querySelector('.countdown-said')
  if (!said) return
  if (passed !== null) said.textContent = say('countdown.left', { what, n: passed / 60_000 })
  else if (before !== null && before > 0 && left <= 0) said.textContent = say('countdown.ended', { what })
}

/** Until this device has been compared with the platform's clock nothing moves: what the server wrote stands. */
const tick = (clock: Element): void => {
  const legal = Date.now() + (offset ?? 0)
  const time = clock.querySelector('time')
  if (offset !== null && time) {
    time.dateTime = instantIso(legal)
    time.textContent = instantShort(legal)
    for (const one of document.querySelectorAll<HTMLElement>('.countdown[data-to]')) count(one, legal)
  }
  setTimeout(tick, 1000 - (((legal % 1000) + 1000) % 1000) + 5, clock)
}

const sync = async (clock: Element): Promise<void> => {
  offset = (await measureOffset())?.offset ?? offset
  showOffset(clock)
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
type Kept = { path: string; typed: [name: string, value: string][]; ticked: [name: string, value: string][]; y: number }
const inputs = () => [
  ...document.querySelectorAll<Control>('main input:not([type="hidden"]), main select, main textarea'),
]
const isTick = (control: Control): control is HTMLInputElement =>
  control.type === 'checkbox' || control.type === 'radio'

/** The link of the language brings another page: what was typed here and not sent yet goes along. */
const keepTyped = (): void => {
  const typed = inputs().flatMap((input): Kept['typed'] => (isTick(input) ? [] : [[input.name, input.value]]))
  const ticked = inputs().flatMap((input): Kept['ticked'] =>
    isTick(input) && input.checked ? [[input.name, input.value]] : [],
  )
  sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, typed, ticked, y: scrollY } satisfies Kept))
}

const restoreTyped = (): void => {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Kept | null
  sessionStorage.removeItem(KEPT)
  if (kept?.path !== location.pathname) return
  for (const input of inputs()) {
    const value = kept.typed.find(([name]) => name === input.name)?.[1]
    if (isTick(input)) input.checked = kept.ticked.some(([name, one]) => name === input.name && one === input.value)
    else if (value !== undefined) input.value = value
  }
  scrollTo(0, kept.y)
}

/** The language stands in its cookie now: the address is the page's own again. */
const cleanAddress = (): void => {
  const url = new URL(location.href)
  if (!url.searchParams.has('lang')) return
  url.searchParams.delete('lang')
  history.replaceState(history.state, '', url)
}

const begin = (): void => {
  restoreTyped()
  cleanAddress()
  document.querySelector('header a[hreflang]')?.addEventListener('click', keepTyped)
  const clock = document.querySelector('header .clock')
  if (!clock) return
  tick(clock)
  void sync(clock)
  setInterval(() => void sync(clock), SYNC_EVERY)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sync(clock)
  })
}
begin()
document.documentElement.dataset.light = 'on'
