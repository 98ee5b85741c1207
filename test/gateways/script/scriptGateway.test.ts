import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { overhear } from '../../fixtures/surroundings.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { gatewayRegistry } from '../../../src/gateways/registry.js';
import { scriptGateway } from '../../../src/gateways/script/scriptGateway.js';
import { Secret } from '../../../src/security/secret.js';

const folder = temporaryFolder();
const registry = gatewayRegistry([scriptGateway({ folder })]);
const privacyidea = 'privacyidea.lib.smsprovider.ScriptSMSProvider.ScriptSMSProvider';

let scripts = 0;
const script = (body: string, mode = 0o755): string => {
  const name = `s${(scripts += 1)}`;
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode });
  chmodSync(join(folder, name), mode);
  return name;
};
const faultsOf = (options: Record<string, unknown>) => {
  const read = registry.parseDefinition({ kind: 'script', options });
  return 'faults' in read ? read.faults : [];
};
const opened = (definition: Parameters<typeof registry.parseDefinition>[0]) => {
  const read = registry.parseDefinition(definition);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.open('s', overhear());
};
const message = { to: '+491701234567', text: new Secret('Your code is 918273 – ok?'), reference: 'ref-1', validity: 119.7 };
const send = async (body: string, options: Record<string, unknown> = {}, changed: Partial<typeof message> = {}) => {
  const gateway = opened({ kind: 'script', options: { script: script(body), ...options } });
  const outcome = await gateway.send({ ...message, ...changed });
  await gateway.close();
  return outcome;
};
const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 400) throw new Error('it never came about');
    await pause(10);
  }
};

describe('what the program is given', () => {
  it('is the number after --, the text as input, reference and validity, and nothing of our environment', async () => {
    process.env['TANAGER_MASTER_KEY'] = 'must-not-leak';
    const seen = join(folder, 'seen');
    expect(await send(`{ pwd; printf '%s|' "$@"; echo; cat; echo; env; } > '${seen}'; echo 'ID: abc-1'`)).toEqual({ kind: 'sent', messageId: 'abc-1' });
    delete process.env['TANAGER_MASTER_KEY'];
    const [cwd, args, text, ...env] = readFileSync(seen, 'utf8').trim().split('\n');
    expect([cwd, args, text]).toEqual([folder, '--|+491701234567|', message.text.reveal()]);
    expect(env.filter((line) => line.startsWith('TANAGER_')).sort()).toEqual(['TANAGER_REFERENCE=ref-1', 'TANAGER_VALIDITY=119']);
    expect(env.map((line) => line.split('=')[0]).filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name!)).sort()).toEqual(['LANG', 'PATH', 'TANAGER_REFERENCE', 'TANAGER_VALIDITY']);
  });

  it.each(['-rf', '--help', '$(touch pwned)', '; touch pwned', "'\"`touch pwned`", '*', '../..'])('is one argument, also for the number %s', async (to) => {
    const seen = join(folder, 'hostile');
    expect(await send(`printf '%s' "$#:$1:$2" > '${seen}'`, {}, { to })).toEqual({ kind: 'sent' });
    expect(readFileSync(seen, 'utf8')).toBe(`2:--:${to}`);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it.each(['+49\n170', '+49\x00170', '1'.repeat(65)])('is nothing at all for a number that is none', async (to) => {
    const ran = join(folder, 'ran');
    expect(await send(`touch '${ran}'`, {}, { to })).toMatchObject({ kind: 'rejected' });
    expect(existsSync(ran)).toBe(false);
  });

  it('is the number as the rules have it', async () => {
    const seen = join(folder, 'ruled');
    await send(`printf '%s' "$2" > '${seen}'`, { number: { digitsOnly: true, removePrefix: '+' } }, { to: '+49 (170) 1' });
    expect(readFileSync(seen, 'utf8')).toBe('491701');
  });
});

describe('how it ends', () => {
  it.each([
    ['cat > /dev/null', { kind: 'sent' }],
    ['exit 0 # reads nothing', { kind: 'sent' }],
    ['echo "ID: x y"', { kind: 'sent' }],
    ['echo hello; echo "ID: x"', { kind: 'sent' }],
    ['echo "ID: 918273"; # the code itself', { kind: 'sent' }],
    ['exit 75', { kind: 'unavailable', reason: 'the script ended with status 75' }],
    ['exit 1', { kind: 'rejected', reason: 'the script ended with status 1' }],
    ['echo "no credit" >&2; exit 2', { kind: 'rejected', reason: 'the script ended with status 2: no credit' }],
    ['kill -9 $$', { kind: 'unknown', reason: 'the script was killed (SIGKILL)' }],
    ['kill -TERM $$', { kind: 'unknown', reason: 'the script was killed (SIGTERM)' }],
  ])('%s', async (body, outcome) => {
    expect(await send(body)).toEqual(outcome);
  });

  it('is told without number and text, whatever the program says', async () => {
    const outcome = await send('echo "cannot send $2: $(cat)" >&2; exit 1');
    expect(outcome).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('cannot send') });
    for (const hidden of ['491701234567', '918273', 'Your code']) expect(JSON.stringify(outcome)).not.toContain(hidden);
  });

  it('a long text that nobody reads, and megabytes that nobody wants, hold nothing up', async () => {
    expect(await send('exec 0<&-; exit 0', {}, { text: new Secret('x'.repeat(1_000_000)) })).toEqual({ kind: 'sent' });
    expect(await send('head -c 8000000 /dev/zero | tr "\\0" x; head -c 8000000 /dev/zero >&2; exit 3')).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(/^.{1,140}$/) });
  });

  it('in time, together with all that it started, even when it listens to no signal', async () => {
    const pids = join(folder, 'pids');
    const outcome = await send(`trap '' TERM HUP INT; sleep 600 & echo $$ $! > '${pids}'; wait`, { timeout: 0.5 });
    expect(outcome).toEqual({ kind: 'unknown', reason: 'the script did not end in time and was killed' });
    const alive = (pid: string) => existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const started = readFileSync(pids, 'utf8').trim().split(' ');
    expect(started).toHaveLength(2);
    await until(() => started.every((pid) => { try { return !alive(pid); } catch { return true; } }));
  });

  it('when the program ends, though somebody whom it left behind still holds its output open', async () => {
    const pid = join(folder, 'daemon');
    expect(await send(`echo 'ID: 7'; sleep 600 & echo $! > '${pid}'`)).toEqual({ kind: 'sent', messageId: '7' });
    process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
  });

  it('is not waited for where that is not wanted', async () => {
    const done = join(folder, 'done');
    const gateway = opened({ kind: 'script', options: { script: script(`cat > '${done}.new'; sleep 0.2; mv '${done}.new' '${done}'; exit 1`), wait: false } });
    expect(await gateway.send(message)).toEqual({ kind: 'sent' });
    expect(existsSync(done)).toBe(false);
    await gateway.close();
    expect(readFileSync(done, 'utf8')).toBe(message.text.reveal());
  });
});

describe('which program', () => {
  it.each([
    ['../evil', 'must be the name of a file, without a path'], ['/bin/sh', 'must be the name of a file, without a path'], ['..', 'must be the name of a file, without a path'],
    ['.', 'must be the name of a file, without a path'], ['a\0b', 'must be the name of a file, without a path'], ['nothing', 'does not exist'], ['', 'must not be empty'],
  ])('%j is refused', (name, problem) => {
    expect(faultsOf({ script: name })).toContainEqual({ key: 'script', problem });
  });

  it('must be an executable file of the folder that nobody else may write', () => {
    mkdirSync(join(folder, 'sub'));
    symlinkSync('/bin/sh', join(folder, 'out'));
    symlinkSync(script('exit 0'), join(folder, 'in'));
    expect(faultsOf({ script: 'sub' })).toEqual([{ key: 'script', problem: 'is not a file' }]);
    expect(faultsOf({ script: 'out' })).toEqual([{ key: 'script', problem: 'lies outside the folder that the service allows' }]);
    expect(faultsOf({ script: 'in' })).toEqual([]);
    expect(faultsOf({ script: script('', 0o644) })).toEqual([{ key: 'script', problem: 'may not be executed by the service (chmod +x)' }]);
    expect(faultsOf({ script: script('', 0o757) })).toEqual([{ key: 'script', problem: 'may be written by everybody; take that right away (chmod o-w)' }]);
  });

  it('is looked at again before every run', async () => {
    const name = script('exit 0');
    const gateway = opened({ kind: 'script', options: { script: name } });
    expect(await gateway.send(message)).toEqual({ kind: 'sent' });
    chmodSync(join(folder, name), 0o757);
    expect(await gateway.send(message)).toEqual({ kind: 'unavailable', reason: 'script may be written by everybody; take that right away (chmod o-w)' });
    chmodSync(join(folder, name), 0o755);
    writeFileSync(join(folder, name), '#!/no/such/interpreter\n');
    expect(await gateway.send(message)).toEqual({ kind: 'unavailable', reason: 'the script could not be started (ENOENT)' });
    await gateway.close();
  });

  it('none without a folder, whatever is asked for', () => {
    const without = gatewayRegistry([scriptGateway({ folder: undefined })]);
    const problem = 'is not available: TANAGER_SCRIPT_DIR has to name the folder of the programs';
    expect(without.parseDefinition({ kind: 'script', options: { what: 1 } })).toEqual({ faults: [{ key: 'kind', problem }] });
    expect(without.parseDefinition({ module: privacyidea, options: { script: 'x' } })).toEqual({ faults: [{ key: 'module', problem }] });
  });
});

describe("privacyIDEA's form", () => {
  it('means the same', async () => {
    const seen = join(folder, 'old');
    const options = { script: script(`printf '%s' "$2" > '${seen}'`), background: 'wait', REGEXP: '/\\+/00/', else: 1 };
    expect(registry.parseDefinition({ module: privacyidea, options })).toMatchObject({ options: { wait: true, timeout: 10 }, ignored: ['else'] });
    const gateway = opened({ module: privacyidea, options });
    expect(await gateway.send(message)).toEqual({ kind: 'sent' });
    expect(readFileSync(seen, 'utf8')).toBe('00491701234567');
    expect(registry.parseDefinition({ module: privacyidea, options: { ...options, background: 'background' } })).toMatchObject({ options: { wait: false } });
  });

  it('names faults by its own keys', () => {
    const read = registry.parseDefinition({ module: privacyidea, options: { script: '../x', background: 'perhaps', REGEXP: 'x' } });
    expect('faults' in read ? read.faults.map(({ key }) => key).sort() : []).toEqual(['REGEXP', 'background', 'script']);
    expect(registry.parseDefinition({ module: privacyidea, options: {} })).toMatchObject({ faults: [{ key: 'script', problem: 'is missing' }] });
  });
});
