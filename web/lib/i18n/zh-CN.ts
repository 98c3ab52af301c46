import { account } from './zh-CN/account.ts'
import { calculators } from './zh-CN/calculators.ts'
import { centre } from './zh-CN/centre.ts'
import { common } from './zh-CN/common.ts'
import { decryption } from './zh-CN/decryption.ts'
import { design } from './zh-CN/design.ts'
import { evaluator } from './zh-CN/evaluator.ts'
import { publicWords } from './zh-CN/public.ts'
import { purchaser } from './zh-CN/purchaser.ts'
import { rehearsal } from './zh-CN/rehearsal.ts'
import { rules } from './zh-CN/rules.ts'
import { supervisor } from './zh-CN/supervisor.ts'
import { supplier } from './zh-CN/supplier.ts'
import { tender } from './zh-CN/tender.ts'
import { trustee } from './zh-CN/trustee.ts'

/** The source of every message, one file per route group; `common` goes with every page. */
export const zhCN = {
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

export type Group = keyof typeof zhCN
export type MessageKey = { [G in Group]: keyof (typeof zhCN)[G] }[Group]
export type Words = Partial<Record<MessageKey, string>>
/** A translation has exactly the source's groups and keys. */
export type Translation = { [G in Group]: Record<keyof (typeof zhCN)[G], string> }
