import { fenOf } from './draft.ts'

/** The fields of an intention as a form sends them (INT-4). */
export const readIntention = (form: FormData) => {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  return {
    budgetApprovalId: text('budgetApprovalId') || null,
    content: {
      projectName: text('projectName'),
      outline: {
        subject: text('subject'),
        purpose: text('purpose'),
        quantity: text('quantity'),
        requirements: text('requirements'),
      },
      budget: fenOf(text('budget')),
      plannedMonth: text('plannedMonth'),
      remarks: text('remarks'),
      smeReserved: form.get('smeReserved') === 'yes',
    },
  }
}
export type IntentionForm = ReturnType<typeof readIntention>['content']
