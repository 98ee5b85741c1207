import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { startApi, type Api } from '../fixtures/api.js';
import { startScript } from '../fixtures/script.js';

interface Shown {
  readonly id: string;
  readonly text: string;
}

let display: string;
let api: Api;
beforeAll(async () => {
  const [line] = (await once(createInterface(startScript('smsDisplay.mjs', { PORT: '0' }).stdout), 'line')) as [string];
  display = /http:\S+/.exec(line)![0];
  api = await startApi({ TANAGER_DEVELOPMENT: 'false' });
});
afterAll(() => api.stop());

const post = (message: unknown) => fetch(`${display}/messages`, { method: 'POST', body: JSON.stringify(message) });
const shown = async () => ((await (await fetch(`${display}/messages.json`)).json()) as { readonly messages: readonly Shown[] }).messages;

test('what an http gateway sends is taken and shown', async () => {
  await api.admin('PUT', '/v1/gateways/display', {
    kind: 'http',
    options: { url: `${display}/messages`, json: { to: '{phone}', text: '{text}', reference: '{reference}' }, success: { status: [201] }, messageId: { pointer: '/id' } },
  });
  const { body } = await api.admin('POST', '/v1/gateways/display/test', { to: '+491701234567', text: 'a <b>text</b> & "more"' });
  expect(body).toMatchObject({ outcome: 'sent', messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(await shown()).toEqual([{ id: body.messageId, to: '+491701234567', text: 'a <b>text</b> & "more"', reference: expect.stringMatching(/./), takenAt: expect.stringMatching(/Z$/) }]);
  const page = await (await fetch(display)).text();
  expect(page).toContain('+491701234567');
  expect(page).toContain('a &#60;b&#62;text&#60;/b&#62; &#38; &#34;more&#34;');
});

test('what is no message is refused', async () => {
  for (const message of [{}, { to: 1, text: 'x' }, { to: '', text: 'x' }, null, { to: '+49', text: 'x'.repeat(20_000) }]) expect((await post(message)).status).toBe(400);
  expect((await fetch(`${display}/messages`, { method: 'POST', body: 'to=1' })).status).toBe(400);
});

test('the last fifty are kept, newest first', async () => {
  for (let n = 1; n <= 51; n++) await post({ to: '+49170', text: String(n) });
  expect((await shown()).map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, n) => String(51 - n)));
});

test('nothing is shown under another name, which a page of somebody else could have given it', async () => {
  for (const path of ['/', '/messages.json']) expect((await request(`${display}${path}`, { headers: { host: 'attacker.example' } })).statusCode).toBe(403);
});
