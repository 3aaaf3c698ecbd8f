const { slug } = require("../src/slug");

test.each([
  ["Hello, World!", "hello-world"],
  ["  Ça va?  ", "ca-va"],
  ["Node.js 24", "node-js-24"],
])("%j becomes %s", (title, expected) => {
  expect(slug(title)).toBe(expected);
});

test("a long title is cut between words", () => {
  expect(slug("word ".repeat(20))).toBe("word-".repeat(11) + "word");
});

test("a title without letters is refused", () => {
  expect(() => slug("?!")).toThrow('there is no letter or digit in "?!"');
});
