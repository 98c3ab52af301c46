import axe from 'axe-core'
import type { Page } from 'playwright/test'
import { expect, visit } from './world.ts'

/** A page as it must look to everybody: WCAG 2.2 AA, and nothing wider than the window. */

type Found = { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] }

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** Only what is wrong is asked for: what passes need not be described node by node. */
const ASKED = JSON.stringify({ runOnly: TAGS, resultTypes: ['violations'] })

type Axe = { violations: () => Promise<string[]>; end: () => Promise<void> }

/** WCAG 2.2 AA as axe judges it, run beside the page: its own policy lets no foreign script in. */
const axeBeside = async (page: Page): Promise<Axe> => {
  const session = await page.context().newCDPSession(page)
  const { frameTree } = (await session.send('Page.getFrameTree')) as { frameTree: { frame: { id: string } } }
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  })
  const evaluate = (expression: string) =>
    session.send('Runtime.evaluate', { expression, contextId, awaitPromise: true, returnByValue: true })
  await evaluate(axe.source)
  const violations = async () => {
    const { result, exceptionDetails } = await evaluate(
      `axe.run(document, ${ASKED}).then(({ violations }) => violations)`,
    )
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return (result.value as Found[]).flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${id} (${help}) ${target.join(' ')}`),
    )
  }
  return { violations, end: () => session.detach() }
}

/** The page that is open, at each width; all that is wrong is told at once. */
export const fits = async (page: Page, widths: readonly number[], what: string): Promise<void> => {
  const beside = await axeBeside(page)
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    expect.soft(await beside.violations(), `${what} at ${width}`).toEqual([])
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect.soft(over, `${what} at ${width}: sideways`).toBeLessThanOrEqual(0)
  }
  await beside.end()
}

/** The narrowest telephone and a desk. */
export const WIDTHS = [360, 1440] as const

/** In both languages, at both widths: these words are there, axe finds nothing, nothing is wider than the window. */
export const shows = async (page: Page, path: string, words: Record<'zh-CN' | 'en', RegExp[]>) => {
  for (const lang of ['en', 'zh-CN'] as const) {
    await visit(page, `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
    for (const word of words[lang]) await expect(page.getByText(word).first()).toBeVisible()
    await fits(page, WIDTHS, `${path} ${lang} ${words.en}`)
  }
}
