import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, exitCodes } from '../../src/cli/command.js';
import { commands } from '../../src/cli/commands.js';
import { run } from '../../src/cli/run.js';
import { configTable } from '../../src/config.js';
import { Screen, tanager } from './screen.js';

const names = Object.keys(commands);

test.each([['--help'], ['-h'], ['help']])('%s lists every command, its summary and the exit codes', async (...words) => {
  const { code, out, err } = await tanager(words);
  expect({ code, err }).toEqual({ code: exitCodes.done, err: '' });
  for (const [name, { summary }] of Object.entries(commands)) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
  expect(out).toContain('Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 not found.');
});

test.each(names)('%s has a help text with all of its options', async (name) => {
  const { description, options } = await commands[name]!.load();
  for (const words of [[...name.split(' '), '--help'], ['help', ...name.split(' ')]]) {
    const { code, out } = await tanager(words);
    expect(code).toBe(exitCodes.done);
    expect(out).toContain(`Usage: tanager ${name} [OPTIONS]\n\n${description}`);
    for (const [option, { meaning }] of Object.entries(options)) expect(out).toMatch(new RegExp(`^  --${option}\\b.*${meaning.replace(/[()]/g, '\\$&')}$`, 'm'));
    expect(out).toMatch(/Exit codes: 0 .* 3 /);
  }
});

test.each([[[]], [['audit']]])('nothing to do is told with the list of commands: %j', async (words) => {
  const { code, out, err } = await tanager(words);
  expect({ code, out }).toEqual({ code: exitCodes.misused, out: '' });
  expect(err).toContain('audit replay');
});

test.each([
  [['confg'], 'there is no command "confg" – did you mean config?; see tanager --help'],
  [['audit', 'reply'], 'there is no command "audit reply" – did you mean audit replay?; see tanager --help'],
  [['constructor'], 'there is no command "constructor"; see tanager --help'],
  [['--port', '80'], 'an option needs a command before it: --port; see tanager --help'],
  [['serve', '--prot'], 'there is no option --prot; see tanager serve --help'],
  [['audit', 'tail', '--jsn'], 'there is no option --jsn – did you mean --json?; see tanager audit tail --help'],
  [['audit', 'replay', '--stream'], "Option '--stream <value>' argument missing; see tanager audit replay --help"],
  [['audit', 'replay', '--json=yes'], "Option '--json' does not take an argument; see tanager audit replay --help"],
  [['version', 'now'], "Unexpected argument 'now'; see tanager version --help"],
  [['audit', 'replay', '--stream', 'a', '--serial', 'b'], '--stream and --serial say the same thing: give one of them'],
  [['audit', 'replay', '--until', 'yesterday'], '--until must be an instant such as 2026-03-01T12:00:00Z, or a date'],
  [['audit', 'replay', '--until-revision', '3'], '--until-revision needs a stream: give --stream or --serial'],
  [['audit', 'replay', '--serial', 'a', '--until', '2026-01-01', '--until-revision', '3'], '--until and --until-revision cannot be given together'],
  [['audit', 'replay', '--serial', 'a', '--limit', '3'], '--limit is for the events of all streams; a stream is always replayed from its first'],
  [['audit', 'tail', '--from', '0'], '--from must be a whole number from 1 on'],
  [['audit', 'tail', '--from', '1', '--last', '1'], '--from, --after and --last cannot be given together'],
])('%j is refused', async (words, message) => {
  expect(await tanager(words)).toEqual({ code: exitCodes.misused, out: '', err: `tanager: ${message}\n` });
});

test('a command gets its options and the terminal', async () => {
  const given: unknown[] = [];
  const greet = command({
    description: 'Greets.', options: { to: { type: 'string', value: 'NAME', meaning: 'whom' }, loudly: { type: 'boolean', meaning: 'how' } },
    run: async (options) => { given.push(options); return exitCodes.notFound; },
  });
  const table = { greet: { summary: 'greet', load: async () => greet } };
  expect(await run(['greet', '--to=all', '--loudly'], table, new Screen().terminal())).toBe(exitCodes.notFound);
  expect(given.map((options) => ({ ...(options as object) }))).toEqual([{ to: 'all', loudly: true }]);
});

test('bugs are thrown on', async () => {
  const broken = command({ description: '', options: {}, run: async () => { throw new TypeError('a bug'); } });
  await expect(run(['broken'], { broken: { summary: '', load: async () => broken } }, new Screen().terminal())).rejects.toThrow('a bug');
});

test('version', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  expect(await tanager(['version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  expect((await tanager(['--version'])).out).toBe(`${version}\n`);
});

test('config shows every key, where its value comes from, and no secret', async () => {
  const env = { TANAGER_HTTP_PORT: '9000', TANAGER_ADMIN_PASSWORD: 'correct horse' };
  const { code, out } = await tanager(['config'], env, 'realm: staff');
  expect(code).toBe(exitCodes.done);
  expect(out).toMatch(/^TANAGER_HTTP_PORT +=  ?9000 +# environment$/m);
  expect(out).toMatch(/^TANAGER_REALM +=  ?"staff" +# \.\/tanager\.yaml$/m);
  expect(out).toMatch(/^TANAGER_ADMIN_PASSWORD +=  ?"\*\*\*" +# environment$/m);
  expect(out).not.toContain('horse');
  const listed = JSON.parse((await tanager(['config', '--json'], env)).out) as { key: string }[];
  expect(listed.map(({ key }) => key)).toEqual(configTable.map(({ key }) => key).filter((key) => key !== 'TANAGER_CONFIG_FILE'));
  const help = (await tanager(['config', '--help'])).out;
  for (const { key } of configTable) expect(help).toContain(`  ${key} `);
});

test.each([['config'], ['serve'], ['audit replay'], ['audit tail']])('%s refuses a wrong configuration and names every mistake', async (name) => {
  const shown = await tanager(name.split(' '), { TANAGER_HTTP_PORT: 'x', TANAGER_REALN: 'a' });
  expect(shown).toEqual({
    code: exitCodes.misused, out: '',
    err: 'tanager: the configuration is wrong:\n  TANAGER_REALN: there is no such key – did you mean TANAGER_REALM?\n  TANAGER_HTTP_PORT: must be a port, a whole number from 0 to 65535, not "x"\n',
  });
});
