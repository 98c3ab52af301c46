/** The law as the features ask for it. */
export { holdLaw, lawAt, nextRecount, type Recount, recount } from './service/law.ts'
