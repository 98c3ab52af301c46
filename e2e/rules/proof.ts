import type { RuleId } from '../../api/law/rows/schema.ts'

/** Where a rule decides, and the test that proves it: its file and its title, word for word as the code has it. */
export type Proof = { decides: string; file: string; title: string }

const proof = (decides: string, file: string, title: string): Proof => ({ decides, file, title })
const law = (decides: string, file: string, title: string): Proof =>
  proof(`api/law/${decides}.ts`, `api/law/${file}.test.ts`, title)

/** A title with holes, as the source of the test spells it. */
const hole = (name: string): string => `$\{${name}}`
const DATED = `${['regime', 'method', 'event', 'date'].map(hole).join(' ')} → ${hole('due')}`
const dated = law('timetable', 'timetable', DATED)
const COUNTS = 'E10 counts, committees, weights, decryption'
const counted = law('counting', 'calculators', COUNTS)
const METHODS = 'each method ends where its own minimum is not reached'
const MONEY = 'E9 deposits, refunds, payments, reservations'
const deposit = law('deposits', 'calculators', MONEY)
const corrected = law('arithmetic', 'calculators', 'arithmetic correction follows the order of 87号令 59')
const committee = law('committee', 'calculators', COUNTS)
const works = law('benchmark', 'scoring', 'E6 works benchmark')
const intended = law('intention-check', 'features', 'intentions: in time, complete, and consistent with the notice')
const screened = law(
  'fair-competition',
  'fair-competition',
  'the screen finds each rule and spares what is lawful, on the sentences it was made with',
)
const noticed = law('notice-check', 'features', 'a lawful notice has no finding, and each unlawful one says why')
const bids = (decides: string, file: string, title: string) =>
  proof(`api/bids/${decides}.ts`, `api/bids/${file}.test.ts`, title)
const opened = (decides: string, title: string) =>
  proof(`api/openings/${decides}.ts`, 'api/openings/openings.test.ts', title)

/** Every rule that has a row. A rule without an entry is no program: the type asks for each. */
export const PROOF: Readonly<Record<RuleId, Proof>> = {
  'DAY-1': law('period', 'period', 'the calculator: National Day week and its make-up Saturday'),
  'DAY-2': law('period', 'period', 'property: a period is never short and never ends on a holiday'),
  'DAY-3': law('period', 'period', 'the tables agree with an independent one on every day of 2018–2026'),
  'DAY-5': law('period', 'period', 'property: working days back and forth meet again'),
  'INT-3': intended,
  'INT-4': intended,
  'INT-6': proof(
    'api/law/intention.ts',
    'api/intentions/intentions.test.ts',
    'RULES E8: approved 2026-01-20, start 2026-04 → the earlier of both clocks, without rolling',
  ),
  'INT-7': proof(
    'api/law/intention.ts',
    'api/calculators/city-law.test.ts',
    'a date before keeps the old figure, and the answer names the row it used',
  ),
  'INT-9': intended,
  'INT-10': intended,
  'TIM-notice': dated,
  'TIM-notice-period': dated,
  'TIM-documents': dated,
  'TIM-affecting-clarification': dated,
  'TIM-evaluation-report': dated,
  'TIM-report-received': dated,
  'TIM-award-decided': dated,
  'TIM-result-notice': dated,
  'TIM-award-notice': dated,
  'TIM-contract-signed': dated,
  'TIM-contract-filing': dated,
  'TIM-contract-change': dated,
  'TIM-single-source-publicity': dated,
  'CH-3': dated,
  'CH-5': dated,
  'CO-1': dated,
  'CO-3': dated,
  'CO-4': dated,
  'CO-6': dated,
  'TB-1': dated,
  'TB-3': dated,
  'TB-4': dated,
  'TB-5': dated,
  'TB-7': dated,
  'TB-10': dated,
  'TB-12': dated,
  'TB-12-lodge': proof(
    'api/law/remedy.ts',
    'api/law/remedy.test.ts',
    'each step of the remedies ends where the next begins, and the last of them ends the period',
  ),
  'MET-0': law(
    'contract',
    'timetable',
    'no national period is a problem, and so is a day before the rule was in force',
  ),
  'MET-1': proof(
    'api/law/notice-check.ts',
    'api/regulations/regulations.test.ts',
    'two persons change a threshold; a procurement is judged by the figure of its own day',
  ),
  'OPN-1': law(
    'timetable-plan',
    'features',
    'National Day 2026: proposal, explanation, and what is wrong with a day less',
  ),
  'BND-1': noticed,
  'BND-2': noticed,
  'CNT-1': counted,
  'CNT-2': counted,
  'CNT-3': counted,
  'CNT-4': counted,
  'CNT-5': counted,
  'CNT-6': law('counting', 'calculators', METHODS),
  'CNT-7': law('counting', 'calculators', METHODS),
  'CNT-8': counted,
  'CNT-9': law('counting', 'calculators', METHODS),
  'CNT-11': counted,
  'CNT-12': proof(
    'api/tenders/service/stop.ts',
    'api/tenders/acts.test.ts',
    '政府采购法 36: a procurement is cancelled with its reason alone, and everybody reads it',
  ),
  'TB-14': counted,
  'SB-1': bids(
    'service/obtain-documents',
    'bids',
    '20号令 20: registering is all it takes to obtain the documents: no sign-up, no certificate, nobody’s approval',
  ),
  'SB-2': proof(
    'api/bids/service/obtain-documents.ts',
    'api/bids/bids.test.ts',
    '20号令 21: who obtained the documents, and how many did, nobody can see',
  ),
  'SB-3': bids(
    'rules',
    'rules',
    '电子招标投标办法 26: what is plainly not encrypted is refused as such, anything else that differs as altered',
  ),
  'SB-4': bids(
    'service/commit-bid',
    'repeats',
    'an unfinished upload is no bid; the one before stands, and the rest may still come',
  ),
  'SB-5': proof(
    'api/bids/service/receipt.ts',
    'api/client/bidding.test.ts',
    'a bid is sealed, tested, handed in over a failing line, promised and witnessed',
  ),
  'SB-6': proof(
    'api/seal/envelope.ts',
    'e2e/threats.test.ts',
    'operator, DBA, thief of the store: no secret of the server is a key of a bid',
  ),
  'SB-7': bids(
    'service/take-manifest',
    'repeats',
    '招标投标法 29: withdrawn by a signed manifest with its own receipt; one may bid again',
  ),
  'SB-8': proof(
    'api/deposits/service/bank.ts',
    'api/deposits/deposits.test.ts',
    'a withdrawal gives the deposit back, through the job and the bank’s own word',
  ),
  'SB-9': opened('rules', 'CLOSED lists exactly the valid bids, once, also when the platform is killed in between'),
  'SB-10': opened(
    'service/hall',
    '20号令 30: until all is decided nobody learns a name, an id or a price, wherever they look',
  ),
  'SB-11': counted,
  'SB-12': opened('rules', 'a false share is refused and its trustee named; k true ones open what its bidder did not'),
  'SB-13': proof(
    'api/openings/service/print-record.ts',
    'api/openings/record.test.ts',
    '20号令 32: the record is printed, published to everybody, and signed by those who bid',
  ),
  'SB-14': proof(
    'api/evaluations/service/read-room.ts',
    'api/evaluations/evaluation.test.ts',
    'each reads what is theirs: no technical envelope for the purchaser, no names for the supervisor',
  ),
  'SB-15': proof(
    'api/log/append.ts',
    'e2e/threats.test.ts',
    'a history rewritten by the operator is named by anybody’s verification',
  ),
  'SB-20': counted,
  'SB-21': bids('rules', 'rules', '招标投标法 28: in time is strictly before the deadline, to the millisecond'),
  'ARI-2': corrected,
  'ARI-3': corrected,
  'ARI-4': corrected,
  'COM-1': committee,
  'COM-2': committee,
  'COM-3': law('committee', 'calculators', METHODS),
  'COM-5': committee,
  'COM-6': committee,
  'TBC-1': law('committee', 'calculators', METHODS),
  'PRC-0': noticed,
  'PRC-1': law('price-weight', 'calculators', COUNTS),
  'PRC-2': law('price-score', 'scoring', 'E1 price score with SME deduction'),
  'PRC-3': law('ranking', 'scoring', 'E3 ties and E4 same brand'),
  'PRC-4': law('ranking', 'scoring', 'E3 ties and E4 same brand'),
  'PRC-5': law('abnormally-low', 'scoring', 'E5 abnormally low prices'),
  'PRC-6': law('price-score', 'scoring', 'E2 domestic and SME deductions stack on the original quote'),
  'BM-AVG': works,
  'BM-AVG-DOWN': works,
  'BM-AB': works,
  'BM-MIN': works,
  'SC-LINEAR': works,
  'SC-PIECE': works,
  'SC-RATIO': law(
    'benchmark',
    'properties',
    'works scores are bounded, fall with the distance from the base, and no rejected bid moves them',
  ),
  'SME-4': law('sme', 'calculators', MONEY),
  'SME-5': law('sme', 'calculators', MONEY),
  'SME-7': law('price-score', 'scoring', 'E1 price score with SME deduction'),
  'SME-8': law(
    'price-score',
    'consortium',
    'SME-8: the notice’s rate is deducted from thirty per cent on, and never beside that of a small firm',
  ),
  'SME-10': law('price-score', 'scoring', 'E1 price score with SME deduction'),
  'SME-11': proof(
    'api/awards/service/publish.ts',
    'api/awards/awards.test.ts',
    'everybody sees notice, evaluators, declaration and points by seat, and recomputes the order',
  ),
  'SME-12': noticed,
  'SME-14': law('price-score', 'scoring', 'the better of SME and consortium only; prison enterprises count as small'),
  'DEP-1': deposit,
  'DEP-2': proof(
    'api/deposits/rules.ts',
    'api/deposits/rules.test.ts',
    '实施条例 33: from the bidder’s own account, before the deadline',
  ),
  'DEP-4': proof(
    'api/evaluations/rules.ts',
    'api/evaluations/rules.test.ts',
    '87号令 63: price and deposit make a bid invalid by themselves; floors count only where rows allow them',
  ),
  'DEP-5': deposit,
  'DEP-6': deposit,
  'DEP-7': law('deposits', 'calculators', METHODS),
  'DEP-8': deposit,
  'DEP-10': deposit,
  'DEP-13': proof(
    'api/deposits/service/account.ts',
    'api/deposits/deposits.test.ts',
    'nobody else sees who paid: no list, no count, no event',
  ),
  'DEP-15': proof(
    'api/deposits/service/refunds.ts',
    'api/deposits/returns.test.ts',
    '87号令 29: a cancelled tender gives back what it holds within five working days, also what the bank tells later',
  ),
  'DEP-14': law('deposits', 'features', 'deposit reduction by credit grade'),
  'CON-1': proof(
    'api/awards/service/contract.ts',
    'api/awards/awards.test.ts',
    "the contract follows the letter, says this price, in time, once; the winner's deposit goes back",
  ),
  'CON-3': deposit,
  'CON-7': law('payment', 'calculators', MONEY),
  'CON-8': law('payment', 'calculators', MONEY),
  F1: screened,
  F2: screened,
  F3: screened,
  F4: screened,
  F5: screened,
  F6: screened,
  F7: screened,
  F8: screened,
  F9: screened,
  F10: screened,
  F11: screened,
  F12: screened,
  F13: screened,
  F14: screened,
  'LAND-9': law('timed-bidding', 'calculators', 'E10 timed bidding'),
  'LAND-10': law('timed-bidding', 'calculators', 'E10 timed bidding'),
  'CAP-1': law('capitals', 'calculators', 'capitals and identifiers'),
  'USCC-1': law('uscc', 'calculators', 'capitals and identifiers'),
}
