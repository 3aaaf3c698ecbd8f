import { formatEuro, percentOf } from "./money";

describe("percentOf", () => {
  test("rounds half a cent up", () => {
    expect(percentOf(250, 1)).toBe(3);
  });

  test.each([-1, 101])("refuses %d percent", (percent) => {
    expect(() => percentOf(1000, percent)).toThrow(
      `percent must be between 0 and 100, got ${percent}`,
    );
  });
});

describe("formatEuro", () => {
  test.each([
    [0, "€0.00"],
    [5, "€0.05"],
    [1230, "€12.30"],
    [-99, "-€0.99"],
  ])("writes %d cents as %s", (amount, written) => {
    expect(formatEuro(amount)).toBe(written);
  });
});
