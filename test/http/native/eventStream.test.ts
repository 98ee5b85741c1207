import { startApi, type Api } from '../../fixtures/api.js';

interface Sent { readonly id: string; readonly event: string; readonly data: { position: number; type: string } }

describe('the trail as a stream of events', () => {
  let api: Api;
  let authorization: string;
  beforeAll(async () => {
    api = await startApi();
    const { body } = await api.call('POST', '/v1/sessions', { account: 'admin', password: 'adminpw12' });
    authorization = `Bearer ${body.token}`;
  });
  afterAll(() => api.stop());

  /** Reads so many events, then hangs up. */
  const listen = async (query: string, count: number, { headers = {}, whenOpen = async () => undefined as unknown } = {}): Promise<Sent[]> => {
    const hangUp = new AbortController();
    const response = await fetch(`${api.url}/v1/events/stream?${query}`, { headers: { Authorization: authorization, ...headers }, signal: hangUp.signal });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/event-stream/)]);
    const sent: Sent[] = [];
    let text = '';
    let opened = false;
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      if (!opened) { opened = true; await whenOpen(); }
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks.filter((each) => each.startsWith('id:'))) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)![1]!;
        sent.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
      }
      if (sent.length >= count) break;
    }
    hangUp.abort();
    return sent.slice(0, count);
  };
  const enrol = (serial: string) => api.admin('POST', '/v1/tokens', { serial, phone: '+491701234567', pin: '1' });

  it('tells what happens from now on', async () => {
    const sent = await listen('stream=token-S1', 2, { whenOpen: () => enrol('S1') });
    expect(sent.map(({ event }) => event)).toEqual(['TokenEnrolled', 'PinSet']);
    expect(sent[0]).toMatchObject({ id: String(sent[0]!.data.position), data: { stream: 'token-S1', data: { seed: '***' } } });
  });

  it('goes on where it broke off, without gap or repeat', async () => {
    for (let i = 0; i < 5; i += 1) await enrol(`R${i}`);
    const all = await listen('after=0', 12);
    const { body } = await api.admin('GET', '/v1/events?order=asc&limit=12');
    expect(all.map(({ data }) => data.position)).toEqual(body.events.map(({ position }: { position: number }) => position));
    const rest = await listen('', 7, { headers: { 'Last-Event-ID': all[4]!.id } });
    expect(rest).toEqual(all.slice(5));
  });

  it('tells what was asked for only', async () => {
    await Promise.all(['N1', 'N2'].map(enrol));
    expect(await listen('after=0&serial=N2&type=PinSet', 1)).toMatchObject([{ event: 'PinSet', data: { stream: 'token-N2' } }]);
    expect((await api.admin('GET', '/v1/events/stream?type=Nonsense')).body).toMatchObject({ status: 400, field: 'type' });
  });

  it('ends when the server stops', async () => {
    const other = await startApi();
    const { body } = await other.call('POST', '/v1/sessions', { account: 'admin', password: 'adminpw12' });
    const response = await fetch(`${other.url}/v1/events/stream`, { headers: { Authorization: `Bearer ${body.token}` } });
    const reader = response.body!.getReader();
    await reader.read();
    await other.stop();
    expect((await reader.read()).done).toBe(true);
  });
});
