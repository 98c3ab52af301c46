import type { evaluator as source } from '../zh-CN/evaluator.ts'

export const evaluator: Record<keyof typeof source, string> = {
  'evaluator.nav.home': 'My sessions',
  'evaluator.nav.reviews': 'Reviews',
  'evaluator.nav.recusal': 'Recusal',
  'evaluator.nav.fees': 'Fees',
  'evaluator.nav.profile': 'Profile',
}
