import { account } from './en/account.ts'
import { calculators } from './en/calculators.ts'
import { centre } from './en/centre.ts'
import { common } from './en/common.ts'
import { decryption } from './en/decryption.ts'
import { design } from './en/design.ts'
import { evaluator } from './en/evaluator.ts'
import { publicWords } from './en/public.ts'
import { purchaser } from './en/purchaser.ts'
import { rehearsal } from './en/rehearsal.ts'
import { rules } from './en/rules.ts'
import { supervisor } from './en/supervisor.ts'
import { supplier } from './en/supplier.ts'
import { tender } from './en/tender.ts'
import { trustee } from './en/trustee.ts'

import type { Translation } from './zh-CN.ts'

/** English, complete by type: a key that the source gains fails the check here. */
export const en: Translation = {
  common,
  public: publicWords,
  purchaser,
  supplier,
  evaluator,
  centre,
  supervisor,
  trustee,
  design,
  decryption,
  tender,
  account,
  calculators,
  rehearsal,
  rules,
}
