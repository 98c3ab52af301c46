import type { InferResponseType } from 'hono/client'
import type { Client } from '../api.ts'

type Regulations = Client['api']['regulations']
export type Rule = InferResponseType<Regulations['$get'], 200>['items'][number]
export type Year = InferResponseType<Regulations['calendar']['$get'], 200>['years'][number]
export type AmendmentItem = InferResponseType<Regulations['amendments']['$get'], 200>['items'][number]
export type PlanItem = InferResponseType<Regulations['calendars']['$get'], 200>['items'][number]

/** Names one row among those of its rule; what a link to it carries. */
export const caseKey = (one: Pick<Rule, 'rule' | 'regime' | 'object' | 'method'>): string =>
  [one.rule, one.regime ?? '', one.object?.join('+') ?? '', one.method?.join('+') ?? ''].join('.')
