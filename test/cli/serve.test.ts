import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../fixtures/folder.js';

const main = join(__dirname, '../../dist/cli/main.js');
const asPasted = (line: string) => promisify(execFile)('sh', ['-c', line]);

/** The command line as a process of its own. */
class Process {
  out = '';
  err = '';
  readonly child: ChildProcess;
  readonly ended: Promise<number | string>;

  constructor(words: readonly string[], env: Record<string, string>) {
    this.child = spawn(process.execPath, [main, ...words], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => { this.out += text; });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => { this.err += text; });
    this.ended = once(this.child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  /** Waits until one of its streams says something. @returns the match */
  async says(pattern: RegExp, stream: 'out' | 'err' = 'err'): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this[stream]);
      if (found) return found;
      const over = await Promise.race([once(stream === 'out' ? this.child.stdout! : this.child.stderr!, 'data').then(() => false), this.ended.then(() => true)]);
      if (over && !pattern.test(this[stream])) throw new Error(`ended without saying ${pattern}: ${this.err}`);
    }
  }
}

const running = new Set<Process>();
/** Undone after every test, however it ended. */
const leftovers: (() => void)[] = [];
// a process takes its time to start, more so beside other tests
jest.setTimeout(60_000);
afterEach(async () => {
  for (const undo of leftovers.splice(0)) undo();
  await Promise.all([...running].map(({ child, ended }) => { child.kill('SIGKILL'); return ended; }));
});
const env = { TANAGER_HTTP_PORT: '0', TANAGER_DATA_DIR: temporaryFolder() };

test('the first start shows the password once and lines that work when they are pasted', async () => {
  const service = new Process(['serve'], env);
  const [, url] = await service.says(/Tanager listens on (http:\S+)\n[\s\S]*CODE\.\n/);
  const [, password] = await service.says(/This password is shown this once:\n\n +admin\n +(\S+)\n/);
  expect(service.err).toContain(`!!  here and at ${url}/development/messages`);
  expect(service.err).toContain('TANAGER_DEVELOPMENT=false');

  const [signIn, enrol, login, answer] = service.err.split('\n').filter((line) => /^ +(AUTH=|curl )/.test(line)) as [string, string, string, string];
  expect(signIn).toContain(password);
  const challenged = await asPasted(`${signIn}\n${enrol}\n${login}`);
  expect(challenged.stdout).toContain('transaction_id');
  const [, code] = await service.says(/SMS to \+4915112345678 \(gateway development, not sent\): (\d{6})\n/);
  const accepted = await asPasted(answer.replace('CODE', code!));
  expect(JSON.parse(accepted.stdout)).toMatchObject({ result: { value: true } });

  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
  expect(service.out).toContain('"msg":"listening"');
  expect(service.out).toContain('"msg":"stopped"');
  // the log is for machines and for keeps: no password, no code
  expect(service.out).not.toContain(password);
  expect(service.out).not.toContain(code);
});

test('a later start shows none; a second process on the folder is refused; a reader is not', async () => {
  const service = new Process(['serve'], env);
  await service.says(/Tanager listens/);
  expect(service.err).not.toContain('shown this once');
  expect(service.err).toContain('-d password=PASSWORD');

  const second = new Process(['serve'], env);
  expect(await second.ended).toBe(1);
  expect(second.err).toMatch(/^tanager: The data folder \S+ is in use by another process \(pid \d+.*\n$/);

  const reader = new Process(['audit', 'replay', '--json'], env);
  expect(await reader.ended).toBe(0);
  expect(JSON.parse(reader.out)).toHaveProperty('events');

  const tail = new Process(['audit', 'tail'], env);
  await tail.says(/ChallengeAnswered/, 'out');
  tail.child.kill('SIGINT');
  expect(await tail.ended).toBe(0);

  service.child.kill('SIGINT');
  expect(await service.ended).toBe(0);
});

test('a password of his own choice counts for the administrator after the first start as well', async () => {
  const service = new Process(['serve'], { ...env, TANAGER_ADMIN_PASSWORD: 'let-me-try-it' });
  await service.says(/The password of admin is that of TANAGER_ADMIN_PASSWORD from now on/);
  const [, url] = await service.says(/Tanager listens on (http:\S+)\n/);
  const answer = await fetch(`${url}/v1/sessions`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ account: 'admin', password: 'let-me-try-it' }) });
  expect(answer.status).toBe(201);
});

test('a second signal ends it at once', async () => {
  const service = new Process(['serve'], env);
  const [, port] = await service.says(/Tanager listens on http:\/\/127\.0\.0\.1:(\d+)/);
  const slow = connect(Number(port), '127.0.0.1');
  leftovers.push(() => slow.destroy());
  await once(slow, 'connect');
  slow.on('error', () => undefined).write('POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{');
  service.child.kill('SIGTERM');
  await service.says(/Stopping; once more to stop at once/);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(143);
});

test('a port that is taken: nothing is left running, and the password is shown all the same', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  leftovers.push(() => other.close());
  const service = new Process(['serve'], { TANAGER_DATA_DIR: temporaryFolder(), TANAGER_HTTP_PORT: String(port) });
  expect(await service.ended).toBe(1);
  expect(service.err).toContain('This password is shown this once');
  expect(service.err).toContain(`tanager: cannot listen on 127.0.0.1:${port}: another program listens there already (TANAGER_HTTP_HOST, TANAGER_HTTP_PORT)\n`);
});

test('in production there is no development gateway and no word of it', async () => {
  const service = new Process(['serve'], { ...env, NODE_ENV: 'production' });
  await service.says(/put its code in the place of CODE/);
  expect(service.err).not.toMatch(/development/i);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});

test('a reader that has seen enough ends tail', async () => {
  const tail = new Process(['audit', 'tail', '--from', '1', '--json'], env);
  await tail.says(/AccountCreated/, 'out');
  tail.child.stdout!.destroy();
  const service = new Process(['serve'], env);
  const [, url] = await service.says(/Tanager listens on (http:\S+)\n[\s\S]*CODE\.\n/);
  // an event that the tail has nobody to show to
  await fetch(`${url}/privacyidea/validate/check`, { method: 'POST', body: new URLSearchParams({ user: 'hans', pass: 'wrong' }) });
  expect(await tail.ended).toBe(0);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});
