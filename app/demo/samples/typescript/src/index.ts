export { type Line, type Quote, quote, subtotal } from "./basket";
export { type Cents, formatEuro, percentOf } from "./money";
