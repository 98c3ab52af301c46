/** What other features may ask of deposits. */
export { depositStates } from './service/account.ts'
export { refundDeposits, refundOthers, sendRefund } from './service/bank.ts'
