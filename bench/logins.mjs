import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';

const seconds = 6;
const callers = 100;
const users = 200;

const percentile = (values, share) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

/** A gateway that remembers the last text of every number. */
const startGateway = () => new Promise((resolve) => {
  const texts = new Map();
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk) => { body += chunk; }).on('end', () => {
      const fields = new URLSearchParams(body);
      texts.set(fields.get('to'), fields.get('text'));
      setTimeout(() => res.end('ID: 1'), req.url === '/slow' ? 10_000 : 0).unref();
    });
  }).listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}`, texts, close: () => { server.closeAllConnections(); server.close(); } }));
});

const start = (file, argument) => new Promise((resolve, reject) => {
  const child = fork(new URL(file, import.meta.url), [argument], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.once('message', (port) => resolve({ base: `http://127.0.0.1:${port}`, stop: () => new Promise((done) => { child.once('exit', done); child.disconnect(); }) }));
  child.once('exit', () => reject(new Error(`${file} did not start`)));
});

const client = new Agent({ connections: callers * 2, pipelining: 1 });
const post = async (url, form, headers = {}) => {
  const { body } = await request(url, { method: 'POST', dispatcher: client, body: new URLSearchParams(form).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  return body.json();
};

/** One whole login. @returns milliseconds of the answer */
const login = async (base, texts, user) => {
  const phone = `+4917000${user}`;
  const challenged = await post(`${base}/validate/check`, { user, pass: `pin-${user}` });
  const began = performance.now();
  const answered = await post(`${base}/validate/check`, { user, pass: texts.get(phone) ?? '', transaction_id: challenged.detail.transaction_id });
  if (answered.result.value !== true) throw new Error(`a login failed: ${JSON.stringify(answered)}`);
  return performance.now() - began;
};

/** Callers that log in one after the other, each with users of its own. */
const closedLoop = async (base, texts, forSeconds) => {
  const end = performance.now() + forSeconds * 1000;
  let logins = 0;
  const answers = [];
  await Promise.all(Array.from({ length: callers }, async (_, caller) => {
    for (let n = 0; performance.now() < end; n++) {
      answers.push(await login(base, texts, `user${(caller + callers * n) % users}`));
      logins++;
    }
  }));
  return { rate: logins / forSeconds, answers };
};

/** Logins that begin at a steady rate whether the earlier ones are done or not. */
const openLoop = async (base, texts, rate, forSeconds) => {
  const running = [];
  const begin = performance.now();
  for (let n = 0; n < rate * forSeconds; n++) {
    const wait = begin + (n * 1000) / rate - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    running.push(login(base, texts, `user${n % users}`));
  }
  return Promise.all(running);
};

const prepare = async (base, gateway) => {
  const { result } = await post(`${base}/auth`, { username: 'admin', password: 'benchmark' });
  const headers = { 'PI-Authorization': result.value.token };
  for (const [name, path] of [['bench', 'send'], ['slow', 'slow']]) {
    await post(`${base}/smsgateway`, {
      name, module: 'privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider', 'option.URL': `${gateway.url}/${path}`, 'option.HTTP_METHOD': 'POST',
      'option.CHECK_SSL': 'yes', 'option.SEND_DATA_AS_JSON': 'no', 'option.RETURN_SUCCESS': 'ID', 'option.text': '{otp}', 'option.to': '{phone}', 'option.TIMEOUT': '15',
    }, headers);
  }
  await post(`${base}/system/setConfig`, { 'sms.identifier': 'bench' }, headers);
  for (let n = 0; n < users; n++) {
    await post(`${base}/token/init`, { type: 'sms', serial: `BENCH${n}`, user: `user${n}`, phone: `+4917000user${n}`.replace('user', ''), pin: `pin-user${n}` }, headers);
  }
  return headers;
};

export const rows = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanager-bench-'));
  const gateway = await startGateway();
  const texts = { get: (phone) => gateway.texts.get(phone.replace('user', '')) };
  const [service, bare] = [await start('service.mjs', folder), await start('bareExpress.mjs', gateway.url)];
  try {
    const headers = await prepare(service.base, gateway);
    // every PIN is checked for the first time: this is what Argon2id leaves
    const cold = performance.now();
    await Promise.all(Array.from({ length: users }, (_, n) => login(service.base, texts, `user${n}`)));
    const coldRate = users / ((performance.now() - cold) / 1000);
    await closedLoop(bare.base, { get: () => '1' }, 2);
    await closedLoop(service.base, texts, 2);
    const bareRun = await closedLoop(bare.base, { get: () => '1' }, seconds);
    const run = await closedLoop(service.base, texts, seconds);
    const half = await openLoop(service.base, texts, run.rate / 2, seconds);
    // twenty people whose gateway takes ten seconds, beside everybody else
    const slow = Array.from({ length: 20 }, async (_, n) => {
      await post(`${service.base}/token/init`, { type: 'sms', serial: `SLOW${n}`, user: `slow${n}`, phone: `+49171000${n}`, pin: 'slow', 'sms.identifier': 'slow' }, headers);
      await post(`${service.base}/token/info/SLOW${n}/sms.identifier`, { value: 'slow' }, headers);
      await post(`${service.base}/validate/check`, { user: `slow${n}`, pass: 'slow' });
    });
    const beside = await closedLoop(service.base, texts, seconds);
    await Promise.all(slow);
    return [
      { name: 'complete logins, bare Express', value: bareRun.rate, unit: '1/s' },
      { name: 'complete logins, PIN remembered', value: run.rate, unit: '1/s' },
      { name: '… as a share of bare Express', value: run.rate / bareRun.rate, unit: '' },
      { name: 'complete logins, every PIN for the first time', value: coldRate, unit: '1/s' },
      { name: 'answer by transaction id at half of the highest rate, p50', value: percentile(half, 0.5), unit: 'ms' },
      { name: '… p99', value: percentile(half, 0.99), unit: 'ms' },
      { name: 'complete logins beside 20 sends that take 10 s', value: beside.rate, unit: '1/s' },
      { name: '… as a share of those without', value: beside.rate / run.rate, unit: '' },
    ];
  } finally {
    await service.stop();
    await bare.stop();
    gateway.close();
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
