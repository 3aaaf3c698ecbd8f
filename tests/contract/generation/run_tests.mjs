// Runs a test file that uses `describe`, `test.each` and `expect` as Jest gives them, and prints what passed and failed.
import { pathToFileURL } from "node:url";

const passed = [];
const failed = [];

function attempt(name, body) {
  try {
    body();
    passed.push(name);
  } catch (error) {
    failed.push(`${name}: ${error.message}`);
  }
}

function hold(condition, words) {
  if (!condition) throw new Error(words);
}

globalThis.describe = (_, body) => body();
globalThis.test = attempt;
globalThis.test.each = (rows) => (name, body) =>
  rows.forEach((row) => attempt(name.replace("%j", JSON.stringify(row)), () => body(row)));
globalThis.expect = (actual) => ({
  toBe: (expected) => hold(Object.is(actual, expected), `${actual} is not ${expected}`),
  toThrow: (expected) => {
    let thrown;
    try {
      actual();
    } catch (error) {
      thrown = error;
    }
    hold(thrown !== undefined, "nothing was thrown");
    hold(typeof expected === "string" ? thrown.message.includes(expected) : thrown instanceof expected, String(thrown));
  },
});

await import(pathToFileURL(process.argv[2]));
console.log(JSON.stringify({ passed, failed }));
