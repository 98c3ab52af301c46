/** '12345' → '12,345'. */
export const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',')

/** Whole numbers with separators. */
export const count = (n: number | bigint): string => grouped(String(n))
