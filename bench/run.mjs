// npm run bench [-- name…]: measures, prints a table. Compare figures of one run only; machines are noisy.
import { cpus } from 'node:os';

const all = ['decide', 'store', 'logins', 'cluster'];
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no such measurement: ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n`);
for (const name of wanted.length > 0 ? wanted : all) {
  const { rows } = await import(`./${name}.mjs`);
  for (const { name: what, value, unit } of await rows()) {
    const figure = value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
    console.log(`${what.padEnd(62)} ${figure.padStart(10)} ${unit}`);
  }
}
