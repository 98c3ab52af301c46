import { calculatorFields } from './calculators/fields.ts'
import { calculatorPages } from './calculators/pages.ts'
import { calculatorSteps } from './calculators/steps.ts'

export const calculators = { ...calculatorPages, ...calculatorFields, ...calculatorSteps }
