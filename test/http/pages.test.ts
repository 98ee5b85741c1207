import { request } from 'node:http';
import { html, escape } from '../../src/http/pages/html.js';
import { startApi, type Api } from '../fixtures/api.js';

describe('pages', () => {
  let api: Api;
  beforeAll(async () => { api = await startApi(); });
  afterAll(() => api.stop());

  /** With a Host and headers of our choice, which fetch does not allow. */
  const get = (path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      request(`${api.url}${path}`, { headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => { text += chunk.toString(); });
        response.on('end', () => resolve({ status: response.statusCode!, text }));
      }).on('error', reject).end();
    });

  it('the first one says what this is and where everything is', async () => {
    const { status, headers, body } = await api.call('GET', '/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(body).toContain(api.tanager.application.version);
    for (const [, link] of body.matchAll(/href="([^"]+)"/g)) expect((await api.call('GET', link)).status).toBe(200);
  });

  it('need nothing from elsewhere and allow nothing but their own style', async () => {
    const { headers, body } = await api.call('GET', '/development/messages');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/);
    expect(body).not.toMatch(/<script|https?:\/\/|@import|url\(/);
  });

  it('show the messages of the development gateway, newest first, whatever is in them', async () => {
    await api.admin('POST', '/v1/tokens', { serial: 'P1', phone: '+491701234567', pin: '1' });
    await api.admin('POST', '/v1/challenges', { serial: 'P1', text: 'first <otp>' });
    await api.admin('POST', '/v1/challenges', { serial: 'P1', text: '<script>alert("<otp>")</script>' });
    const { body: { messages } } = await api.call('GET', '/development/messages.json');
    expect(messages).toMatchObject([{ to: '+491701234567', text: expect.stringMatching(/^<script>alert\("\d{6}"\)<\/script>$/), gateway: 'development' }, { text: expect.stringMatching(/^first \d{6}$/) }]);
    const { body: page } = await api.call('GET', '/development/messages');
    expect(page).toContain('Not for production');
    expect(page).toContain(escape(messages[0].text));
    expect(page).not.toContain('<script>');
  });

  it('load themselves again unless told not to', async () => {
    expect((await api.call('GET', '/development/messages')).body).toContain('http-equiv="refresh"');
    expect((await api.call('GET', '/development/messages?refresh=off')).body).not.toContain('http-equiv="refresh"');
  });

  it('show codes to this machine only', async () => {
    expect((await get('/development/messages', { Host: 'localhost:8080' })).status).toBe(200);
    expect((await get('/development/messages.json', { Host: 'rebound.example' })).status).toBe(403);
    expect((await get('/development/messages.json', { Host: 'localhost', 'X-Forwarded-For': '192.0.2.1' })).status).toBe(403);
    expect((await get('/development/messages.json', { Host: 'localhost', Forwarded: 'for=192.0.2.1' })).status).toBe(403);
  });

  it('are not there outside development', async () => {
    const production = await startApi({ TANAGER_DEVELOPMENT: 'false' });
    expect((await production.call('GET', '/development/messages')).status).toBe(404);
    expect((await production.call('GET', '/')).body).not.toContain('/development');
    await production.stop();
  });
});

describe('html', () => {
  it('escapes whatever is put in, but not what it made itself', () => {
    expect(html`<p title="${'"><b>'}">${html`<i>${'a & b'}</i>`}${[html`<br>`, html`<hr>`]}${3}</p>`.text).toBe('<p title="&quot;&gt;&lt;b&gt;"><i>a &amp; b</i><br><hr>3</p>');
  });
});
