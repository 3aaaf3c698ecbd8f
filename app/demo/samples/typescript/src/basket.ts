import { type Cents, percentOf } from "./money";

/** One line of a basket: a product, its price for one piece, and how many pieces. */
export interface Line {
  readonly sku: string;
  readonly price: Cents;
  readonly quantity: number;
}

/** What a basket costs, and how that came about. */
export interface Quote {
  readonly subtotal: Cents;
  readonly discount: Cents;
  readonly shipping: Cents;
  readonly total: Cents;
}

const SHIPPING: Cents = 490;
const FREE_SHIPPING_FROM: Cents = 5000;

/** Adds up the lines of a basket. */
export function subtotal(lines: readonly Line[]): Cents {
  return lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
}

/**
 * Prices a basket: the discount is taken off first, and what is left decides whether shipping is free.
 * An empty basket costs nothing.
 */
export function quote(lines: readonly Line[], discountPercent = 0): Quote {
  const before = subtotal(lines);
  const discount = percentOf(before, discountPercent);
  const goods = before - discount;
  const shipping = lines.length === 0 || goods >= FREE_SHIPPING_FROM ? 0 : SHIPPING;
  return { subtotal: before, discount, shipping, total: goods + shipping };
}
