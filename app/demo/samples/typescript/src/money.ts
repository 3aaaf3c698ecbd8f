/** An amount in the smallest unit of its currency, for example euro cents; always a whole number. */
export type Cents = number;

/** Returns the share of an amount, rounded half up to a whole cent. */
export function percentOf(amount: Cents, percent: number): Cents {
  if (percent < 0 || percent > 100) {
    throw new RangeError(`percent must be between 0 and 100, got ${percent}`);
  }
  return Math.round((amount * percent) / 100);
}

/** Writes an amount as people read it, for example `€12.30`. */
export function formatEuro(amount: Cents): string {
  const sign = amount < 0 ? "-" : "";
  const cents = Math.abs(amount);
  return `${sign}€${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}
