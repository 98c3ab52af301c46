import type { BidView, TenderView } from './bids.ts'

/** A correction of a notice, as a bidder must know it. */
export type Correction = { n: number; affecting: boolean; publishedAt: string; reason: string }

/** Notices after the one a bid was sealed under. */
export const since = <T extends { n: number }>(notices: readonly T[], noticeN: number): T[] =>
  notices.filter(({ n }) => n > noticeN)

/**
 * Corrections that may affect a received bid and about which its bidder has said nothing yet (87号令 第二十七条): it stands
 * under its own notice until its bidder replaces it.
 */
export const unanswered = (
  notices: readonly Pick<TenderView['notices'][number], 'n' | 'affecting'>[],
  bid: Pick<BidView, 'noticeN' | 'confirmedN'>,
): boolean => since(notices, bid.confirmedN ?? bid.noticeN).some(({ affecting }) => affecting)
