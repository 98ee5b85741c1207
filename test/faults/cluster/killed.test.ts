import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { filter, firstValueFrom, from, mergeMap } from 'rxjs';
import { answer, challenge, accepted, enrol, openStage, phoneOf, type Stage } from '../../cluster/stage.js';
import type { Api } from '../../fixtures/api.js';
import { temporaryFolder } from '../../fixtures/folder.js';
import { asAdmin, hotp } from '../../fixtures/service.js';

// processes take their time to start beside other tests, and a lease is waited for
jest.setTimeout(90_000);
let stage: Stage;
let here: Api;
beforeAll(async () => {
  stage = await openStage(1);
  here = stage.instances[0]!;
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await stage.close();
});

const children: ChildProcess[] = [];
const run = (file: string, ...args: string[]): ChildProcess => {
  const child = fork(join(__dirname, file), args, { stdio: 'inherit', env: stage.env });
  children.push(child);
  return child;
};
const events = async (login: string, ...types: string[]) => (await here.tanager.application.trail.page({ stream: `token-K-${login}`, types }, { limit: 100, order: 'asc' })).events;
const happens = (login: string, type: string) => firstValueFrom(here.tanager.application.head.pipe(mergeMap(() => from(events(login, type))), filter((found) => found.length > 0)));
const sentTo = (login: string) => stage.gateway.requests.filter(({ fields }) => fields['to'] === phoneOf(login)).map(({ fields }) => fields['text']);

it('sends the SMS of an instance that was killed before it could, once, when its lease is over, and takes the code', async () => {
  const login = await enrol(here);
  const id = '00000000000000000001';
  const child = run('killedAtIssue.mjs', temporaryFolder(), login, id);
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  await happens(login, 'ChallengeIssued');
  expect(sentTo(login)).toEqual([]);
  const [issued] = await events(login, 'ChallengeIssued');
  await happens(login, 'SmsDispatched');
  const [claimed] = await events(login, 'SendClaimed');
  expect(Date.parse(claimed!.recordedAt)).toBeGreaterThanOrEqual(Date.parse(String(issued!.data['leaseUntil'])));
  expect(Date.parse(claimed!.recordedAt)).toBeLessThan(Date.parse(String(issued!.data['expiresAt'])));
  expect(sentTo(login)).toEqual([hotp(1)]);
  expect(accepted([await answer(here, login, hotp(1), id)])).toBe(1);
  expect((await events(login, 'ChallengeIssued', 'SendClaimed', 'SmsDispatched', 'ChallengeAnswered')).map(({ type }) => type)).toEqual(['ChallengeIssued', 'SendClaimed', 'SmsDispatched', 'ChallengeAnswered']);
  expect(sentTo(login)).toHaveLength(1);
});

it('loses nothing that an instance had acknowledged when it was killed under load, and goes on', async () => {
  await here.tanager.application.settings.change([{ key: 'sms.concurrent_challenges', value: 'true' }], asAdmin());
  const child = run('serving.mjs', temporaryFolder());
  const [url] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => { throw new Error('it did not start'); })]) as [string];
  const dying: Pick<Api, 'call'> = {
    async call(method, path, body) {
      const response = await fetch(`${url}${path}`, { method, body: body as URLSearchParams });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
  };
  const users = await Promise.all(Array.from({ length: 20 }, () => enrol(here)));
  const challenged: [string, string][] = [];
  const answered: [string, string][] = [];
  let killed = false;
  const load = users.map(async (login) => {
    // a success passes over the counter after its own
    for (let counter = 1; !killed; counter += 2) {
      const id = await challenge(dying as Api, login);
      challenged.push([login, id]);
      if (accepted([await answer(dying as Api, login, hotp(counter), id)]) !== 1) throw new Error(`the right code was refused to ${login}`);
      answered.push([login, id]);
      if (answered.length >= 60 && !killed) killed = child.kill('SIGKILL');
    }
  });
  // whoever was under way when it died hears nothing
  const ends = await Promise.allSettled(load);
  expect(ends.filter((end) => end.status === 'rejected' && /refused/.test(String(end.reason)))).toEqual([]);
  expect(answered.length).toBeGreaterThanOrEqual(60);
  await here.tanager.application.caughtUp();
  for (const login of users) {
    const found = await events(login, 'ChallengeIssued', 'ChallengeAnswered');
    const of = (type: string) => found.filter((event) => event.type === type).map(({ data }) => String(data['transactionId']));
    const mine = (these: readonly [string, string][]) => these.filter(([owner]) => owner === login).map(([, id]) => id);
    expect(of('ChallengeIssued')).toEqual(expect.arrayContaining(mine(challenged)));
    expect(of('ChallengeAnswered')).toEqual(expect.arrayContaining(mine(answered)));
    expect(new Set(of('ChallengeAnswered')).size).toBe(of('ChallengeAnswered').length);
  }
  // what the dead one has left open can be answered here, if its SMS went out
  const login = await enrol(here);
  expect(accepted([await answer(here, login, hotp(1), await challenge(here, login))])).toBe(1);
});
