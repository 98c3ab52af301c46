/** What a rule waits for. One line each in docs/rules.md, so that nobody takes silence for an answer. */
const challenges =
  'Challenges and complaints are not handled on the platform yet; their dates are answered by the calculator timetable.'
const tendersOnly =
  'The platform holds tenders of the GP family; for the TB family it answers dates, counts, formulas and deposits.'
const signals = 'Signals of collusion are not searched for yet; the committee and the supervisor read the bids.'
const land = 'Land and mining rights are not sold on the platform yet; the timed bidding of a listing is a calculator.'
const assets = 'State-owned enterprise assets are not sold on the platform yet.'
const outside =
  'An arrangement outside the software: organisation, contract of the operator, or the document’s own text.'
const performance = 'Acceptance, payment and performance of contracts are not followed on the platform yet.'
const standsAs = (...ids: string[]): string => `Stands as ${ids.join(', ')}.`

/** Rules of RULES.md that no row holds, each with its reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'INT-1': 'Who may publish an intention stands beside the route (x-who); naming further media is no decision here.',
  'INT-2': 'Whether a purchase is in scope is decided by the purchaser: the provincial catalogue is not imported yet.',
  'INT-5':
    'Which budget an intention rests on is told by its budget approval (INT-7); drafts of a budget are not kept.',
  'INT-8': 'All its dates lie before the first day of the platform; an earlier start is refused by the calculator.',
  'CNT-10': 'Framework agreements are not held on the platform yet.',
  'CON-2': standsAs('DEP-10'),
  'CON-4':
    'Who gives up before the decision is passed over in order (政采条例 49, `mayAward`); a winner that refuses to sign after its letter is not yet followed by the next candidate.',
  'CON-5': performance,
  'CON-6': performance,
  'CON-9': performance,
  'CON-10': performance,
  'CON-11': 'Retention of fifteen years is an arrangement of the archive, which is not built yet.',
  'COM-4': standsAs('COM-1', 'COM-3', 'TBC-1'),
  'SME-1': standsAs('SME-10'),
  'SME-2': 'Who made the goods is declared by the bidder (SME-11); nothing else may be demanded.',
  'SME-3':
    'No figure of its own: `preferenceOf` counts a consortium by the sizes that it declares of its members (SME-11).',
  'SME-6': 'How a share is reserved is chosen in the document (SME-12); contracts are not followed yet.',
  'SME-9': tendersOnly,
  'SME-13': 'A matter between the finance department and the SME authority.',
  'SME-15': 'Purchases on the 832 platform are made there.',
  'SME-16':
    'The lists of energy-saving and environmental products are not imported yet; the screen spares clauses that cite them.',
  'CH-1': challenges,
  'CH-2': challenges,
  'CH-4': challenges,
  'CH-6': challenges,
  'CH-7': challenges,
  'CO-2': challenges,
  'CO-5': challenges,
  'CO-7': challenges,
  'CO-8': challenges,
  'CO-9': challenges,
  'CO-10': challenges,
  'CO-11': challenges,
  'CO-12': challenges,
  'CO-13': standsAs('DAY-1', 'DAY-2'),
  'TB-2': tendersOnly,
  'TB-6': tendersOnly,
  'TB-8': tendersOnly,
  'TB-9': tendersOnly,
  'TB-11': tendersOnly,
  'TB-13': tendersOnly,
  'TB-15': standsAs('BND-1', 'BND-2'),
  'TB-16': tendersOnly,
  'TB-17': outside,
  'TB-18': tendersOnly,
  'TB-19': tendersOnly,
  'TB-20': standsAs('F9', 'F12'),
  'SB-16': 'Signatures are made; the archive that keeps the signed papers is not built yet.',
  'SB-17': outside,
  'SB-18': 'Nothing is handed in on paper.',
  'SB-19': outside,
  'COL-1': signals,
  'COL-2': signals,
  'COL-3': signals,
  'COL-4a': signals,
  'COL-4b': signals,
  'COL-5': signals,
  'COL-6': 'A deposit from another account than the bidder’s own is never matched (DEP-2).',
  'COL-7': signals,
  'COL-8': signals,
  'COL-9': signals,
  'LAND-1': land,
  'LAND-2': land,
  'LAND-3': land,
  'LAND-4': land,
  'LAND-5': land,
  'LAND-6': land,
  'LAND-7': land,
  'LAND-8': land,
  'SOE-1': assets,
  'SOE-2': assets,
  'SOE-3': assets,
  'SOE-4': assets,
  'SOE-5': assets,
  'SOE-6': assets,
  'SOE-7': assets,
  'SOE-8': assets,
  'SOE-9': assets,
  'SOE-10': assets,
  'SOE-11': assets,
  'DEP-3': 'The bid deposit has no term of its own: it is kept until it is paid back or forfeited.',
  'DEP-9':
    'Whether the deposit of a bid treated as revoked is kept is the purchaser’s own decision; the platform pays back only the others.',
  'DEP-11': standsAs('F10'),
  'DEP-12':
    'The deposit of a consortium is paid by its leader, who bids; a part paid by another member is not matched (DEP-2).',
}
