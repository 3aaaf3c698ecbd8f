import { type Line, quote, subtotal } from "./basket";

const mug: Line = { sku: "mug", price: 1250, quantity: 2 };
const lamp: Line = { sku: "lamp", price: 4900, quantity: 1 };

describe("subtotal", () => {
  test("multiplies each price by its quantity", () => {
    expect(subtotal([mug, lamp])).toBe(7400);
  });
});

describe("quote", () => {
  test("adds shipping to a small basket", () => {
    expect(quote([mug])).toEqual({ subtotal: 2500, discount: 0, shipping: 490, total: 2990 });
  });

  test("ships a large basket for nothing", () => {
    expect(quote([mug, lamp]).shipping).toBe(0);
  });

  test("decides about shipping after the discount", () => {
    expect(quote([mug, lamp], 50)).toEqual({
      subtotal: 7400,
      discount: 3700,
      shipping: 490,
      total: 4190,
    });
  });

  test("charges nothing for an empty basket", () => {
    expect(quote([]).total).toBe(0);
  });
});
