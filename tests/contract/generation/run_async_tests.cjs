// Runs a test file that uses `describe`, `test` and `expect` as Jest gives them, with tests that wait, and prints
// what passed and failed.
const { isDeepStrictEqual } = require("node:util");
const { pathToFileURL } = require("node:url");

const waiting = [];
const passed = [];
const failed = [];

function hold(condition, words) {
  if (!condition) throw new Error(words);
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("nothing was rejected");
}

globalThis.describe = (_, body) => body();
globalThis.test = (name, body) => waiting.push([name, body]);
globalThis.expect = (actual) => ({
  toBe: (expected) => hold(Object.is(actual, expected), `${actual} is not ${expected}`),
  toEqual: (expected) => hold(isDeepStrictEqual(actual, expected), `${JSON.stringify(actual)} is another value`),
  toBeGreaterThanOrEqual: (expected) => hold(actual >= expected, `${actual} is less than ${expected}`),
  rejects: {
    toThrow: async (words) => {
      const { message } = await failure(actual);
      hold(message.includes(words), `“${message}” does not say “${words}”`);
    },
  },
});

(async () => {
  await import(pathToFileURL(process.argv[2]));
  for (const [name, body] of waiting) {
    try {
      await body();
      passed.push(name);
    } catch (error) {
      failed.push(`${name}: ${error.message}`);
    }
  }
  console.log(JSON.stringify({ passed, failed }));
})();
