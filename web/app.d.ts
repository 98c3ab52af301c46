import type { IncomingMessage } from 'node:http'
import type { LogHead, Site } from './host.ts'
import type { Lang } from './lib/i18n/text.ts'
import type { Words } from './lib/i18n/zh-CN.ts'
import type { Me, NavLink } from './lib/nav.ts'

declare global {
  namespace App {
    interface Locals {
      lang: Lang
    }
    /** What every page has; `groupWords` come from the route group, `pageWords` from a page with words of its own. */
    interface PageData {
      lang: Lang
      words: Words
      groupWords?: Words
      pageWords?: Words
      /** The group's navigation; the public's on pages outside the groups (errors). */
      nav: NavLink[]
      foot: NavLink[]
      site: Site
      /** The legal clock when the page was made, ISO UTC; null when the clock did not answer. */
      now: string | null
      me: Me | null
      log: LogHead | null
      /** Demo and sandbox only: the instant to which the demo bar offers to move the clock. */
      next?: string | null | undefined
    }
    interface Error {
      status: number
      message: string
      code?: string | undefined
      article?: string | undefined
      detail?: string | undefined
      instant?: string | undefined
      remedy?: string | undefined
      requestId?: string | undefined
    }
    interface Platform {
      req: IncomingMessage
    }
  }
}
