// Compiles the service of the sample, starts it as a process, asks it to end, and prints what it said on the way.
const { spawn, spawnSync } = require("node:child_process");
const { once } = require("node:events");

async function main() {
  spawnSync("node_modules/.bin/tsc", { stdio: "inherit" });
  const service = spawn(process.execPath, ["dist/parcels/main.js"], { env: { PORT: "0" } });
  service.stderr.pipe(process.stdout);
  const [line] = await once(service.stdout.setEncoding("utf8"), "data");
  const origin = `http://127.0.0.1:${/port (\d+)/.exec(line)[1]}`;
  const ask = async (path) => (await fetch(`${origin}${path}`)).status;

  const before = [await ask("/readyz"), await ask("/parcels/1")];
  service.kill("SIGTERM");
  while ((await ask("/readyz")) === 200);
  const after = [await ask("/readyz"), await ask("/parcels/1")];
  const [code] = await once(service, "exit");

  console.log(JSON.stringify({ before, after, code }));
}

main();
