import { defineConfig } from 'playwright/test'
import { chromiumEnvironment, chromiumFlags, findChromium } from './services/chromium.ts'

const executablePath = findChromium()

// Playwright asks for a default export. No retries: a test that passes the second time has found something.
export default defineConfig({
  testDir: '.',
  testMatch: ['*.spec.ts', 'journeys/**/*.spec.ts'],
  outputDir: '../test-results',
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 300_000,
  expect: { timeout: 20_000 },
  use: {
    browserName: 'chromium',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    ignoreHTTPSErrors: false,
    trace: 'retain-on-failure',
    launchOptions: {
      args: chromiumFlags(),
      env: chromiumEnvironment(),
      ...(executablePath === undefined ? {} : { executablePath }),
    },
  },
})
