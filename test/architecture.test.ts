import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';

const root = join(__dirname, '..');

/** Runs the project's own lint over texts as if they were files; ESLint reads its configuration as an ES module, which jest cannot. */
const lint = async (files: readonly (readonly [path: string, code: string])[]): Promise<readonly (readonly string[])[]> => {
  const script = `
    import { ESLint } from 'eslint';
    import { json } from 'node:stream/consumers';
    const eslint = new ESLint();
    const results = [];
    for (const [filePath, code] of await json(process.stdin)) results.push(...await eslint.lintText(code, { filePath }));
    console.log(JSON.stringify(results.map(({ messages }) => messages.map(({ ruleId, message }) => ruleId + ': ' + message))));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(files));
  return JSON.parse(await text(child.stdout)) as string[][];
};

const closed = [
  ['src/events/probe.ts', '../commands/token.js'],
  ['src/commands/probe.ts', '../projections/queries.js'],
  ['src/commands/login/probe.ts', '../../store/sqlite/database.js'],
  ['src/commands/probe.ts', '../gateways/gateway.js'],
  ['src/projections/probe.ts', '../reactors/dispatchSms.js'],
  ['src/projections/probe.ts', '../gateways/gateway.js'],
  ['src/reactors/probe.ts', '../gateways/http/httpGateway.js'],
  ['src/gateways/http/probe.ts', '../../events/token.js'],
  ['src/store/probe.ts', '../commands/token.js'],
  ['src/security/probe.ts', '../store/journal.js'],
  ['src/users/probe.ts', '../store/journal.js'],
  ['src/http/native/probe.ts', '../../store/journal.js'],
  ['src/http/probe.ts', '../app.js'],
  ['src/cli/audit/probe.ts', '../../store/sqlite/sqliteStore.js'],
  ['src/cli/probe.ts', '../http/dependencies.js'],
  ['src/config.ts', './app.js'],
  ['src/application.ts', './store/journal.js'],
] as const;

const open = [
  ['src/commands/login/probe.ts', '../token.js'],
  ['src/reactors/probe.ts', '../gateways/gateway.js'],
  ['src/http/native/probe.ts', '../../application.js'],
  ['src/cli/probe.ts', '../app.js'],
  ['src/app.ts', './store/sqlite/sqliteStore.js'],
] as const;

test('an import that the table of docs/architecture.md does not allow is an error, in whatever form', async () => {
  const forms = [
    (from: string) => `import * as all from '${from}';\nconsole.log(all);\n`,
    (from: string) => `import type { Anything } from '${from}';\nexport const anything = (given: Anything): Anything => given;\n`,
    (from: string) => `export * from '${from}';\n`,
    (from: string) => `export const later = () => import('${from}');\n`,
    (from: string) => `export type There = import('${from}').Anything;\n`,
  ];
  const everyForm = forms.map((form): readonly [string, string] => ['src/events/probe.ts', form('../store/port.js')]);
  const refused = [...closed.map(([path, from]): readonly [string, string] => [path, forms[0]!(from)]), ...everyForm, ['src/newRoom/probe.ts', ''] as const];
  const taken = open.map(([path, from]): readonly [string, string] => [path, forms[0]!(from)]);
  const said = await lint([...refused, ...taken]);
  expect(said).toHaveLength(refused.length + taken.length);
  said.slice(0, refused.length).forEach((messages, index) =>
    expect([refused[index], messages]).toEqual([refused[index], expect.arrayContaining([expect.stringMatching(/^tanager\/keep-to-rooms: /)])]));
  expect(said.slice(refused.length).flat()).toEqual([]);
}, 30_000);

test('what decides knows neither the time nor chance', async () => {
  const code = 'export const nonsense = [Date.now(), Math.random(), new Date()];\n';
  const [commands, events, gateways] = await lint([['src/commands/probe.ts', code], ['src/events/probe.ts', code], ['src/gateways/probe.ts', code]]);
  expect([commands, events, gateways].map((messages) => messages!.length)).toEqual([3, 3, 0]);
}, 30_000);
