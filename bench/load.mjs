// What the measurements of logins have in common: a gateway, callers, processes of the service.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { Agent, request } from 'undici';

const callers = 100;
export const users = 200;

export const percentile = (values, share) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

/** A gateway that remembers the last text of every number. */
export const startGateway = () => new Promise((resolve) => {
  const texts = new Map();
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk) => { body += chunk; }).on('end', () => {
      const fields = new URLSearchParams(body);
      texts.set(fields.get('to'), fields.get('text'));
      setTimeout(() => res.end('ID: 1'), req.url === '/slow' ? 10_000 : 0).unref();
    });
  }).listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}`, texts: { get: (phone) => texts.get(phone.replace('user', '')) }, close: () => { server.closeAllConnections(); server.close(); } }));
});

/** @param more environment of the process */
export const start = (file, argument, more = {}) => new Promise((resolve, reject) => {
  const child = fork(new URL(file, import.meta.url), [argument], { env: { ...process.env, ...more }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.once('message', (port) => resolve({ base: `http://127.0.0.1:${port}`, stop: () => new Promise((done) => { child.once('exit', done); child.disconnect(); }) }));
  child.once('exit', () => reject(new Error(`${file} did not start`)));
});

const client = new Agent({ connections: callers * 2, pipelining: 1 });
export const post = async (url, form, headers = {}) => {
  const { body } = await request(url, { method: 'POST', dispatcher: client, body: new URLSearchParams(form).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  return body.json();
};

let turn = 0;

/** One whole login, each request to the next of the instances. @returns milliseconds of the answer */
export const login = async (bases, texts, user) => {
  const phone = `+4917000${user}`;
  const challenged = await post(`${bases[turn++ % bases.length]}/validate/check`, { user, pass: `pin-${user}` });
  const began = performance.now();
  const answered = await post(`${bases[turn++ % bases.length]}/validate/check`, { user, pass: texts.get(phone) ?? '', transaction_id: challenged.detail.transaction_id });
  if (answered.result.value !== true) throw new Error(`a login failed: ${JSON.stringify(answered)}`);
  return performance.now() - began;
};

/** Callers that log in one after the other, each with users of its own. */
export const closedLoop = async (bases, texts, forSeconds) => {
  const end = performance.now() + forSeconds * 1000;
  let logins = 0;
  const answers = [];
  await Promise.all(Array.from({ length: callers }, async (_, caller) => {
    for (let n = 0; performance.now() < end; n++) {
      answers.push(await login(bases, texts, `user${(caller + callers * n) % users}`));
      logins++;
    }
  }));
  return { rate: logins / forSeconds, answers };
};

/** Logins that begin at a steady rate whether the earlier ones are done or not. */
export const openLoop = async (bases, texts, rate, forSeconds) => {
  const running = [];
  const begin = performance.now();
  for (let n = 0; n < rate * forSeconds; n++) {
    const wait = begin + (n * 1000) / rate - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    running.push(login(bases, texts, `user${n % users}`));
  }
  return Promise.all(running);
};

/** A gateway, and users with tokens. */
export const prepare = async (base, gateway) => {
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
