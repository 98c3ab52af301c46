import { calculatorFields } from './calculators/fields.ts'
import { calculatorPages } from './calculators/pages.ts'
import { calculatorSteps } from './calculators/steps.ts'

/** /calculators: put into sentences on the server, so that a page carries only what it shows. */
export const calculators = { ...calculatorPages, ...calculatorFields, ...calculatorSteps }
