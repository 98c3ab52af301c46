import { existsSync } from 'node:fs'
import { chromium } from 'playwright'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** CHROMIUM_PATH, else Playwright's own download, else the system's; undefined when there is none. */
export const findChromium = (): string | undefined => {
  const given = process.env.CHROMIUM_PATH
  if (given) return existsSync(given) ? given : undefined
  return [chromium.executablePath(), ...PLACES].find((path) => path !== '' && existsSync(path))
}

/** Root has no user-namespace sandbox; the other flags keep the browser from talking to anybody but us. */
export const chromiumFlags = (): string[] => [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What people send has Chinese names; without a locale of UTF-8 (`su`, cron) the browser would not read them. */
export const chromiumEnvironment = (): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  LC_ALL: 'C.UTF-8',
})
