/** What the platform runs of rehearsals by itself; nothing of them is another feature's business. */
export { rehearsalWorks } from './service/delete-parts.ts'
