import { answered, GROUP_NAMES, GROUPS } from '#lib/calculators/names.ts'
import { say } from '#lib/calculators/say.ts'
import { frameWords, tellerOf } from '#lib/calculators/words.server.ts'
import type { PageServerLoad } from './$types'

/** Asked by a plain form and answered by the server: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = ({ locals: { lang } }) => {
  const tell = tellerOf(lang)
  const plan = {
    href: '/calculators/timetable/plan',
    name: tell(say('calc.page.plan.name')),
    question: tell(say('calc.page.plan.q')),
  }
  return {
    pageWords: frameWords(lang),
    groups: GROUP_NAMES.map((group) => ({
      group,
      label: tell(say(`calc.group.${group}`)),
      items: [
        ...GROUPS[group]
          .filter((name) => answered(name) !== null)
          .map((name) => ({
            href: `/calculators/${name}`,
            name: tell(say(`calc.page.${name}.name`)),
            question: tell(say(`calc.page.${name}.q`)),
          })),
        ...(group === 'time' ? [plan] : []),
      ],
    })),
  }
}
