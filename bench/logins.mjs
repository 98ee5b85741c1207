import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedLoop, login, openLoop, percentile, post, prepare, start, startGateway, users } from './load.mjs';

const seconds = 6;

export const rows = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanager-bench-'));
  const gateway = await startGateway();
  const [service, bare] = [await start('service.mjs', folder), await start('bareExpress.mjs', gateway.url)];
  try {
    const headers = await prepare(service.base, gateway);
    // every PIN is checked for the first time: this is what Argon2id leaves
    const cold = performance.now();
    await Promise.all(Array.from({ length: users }, (_, n) => login([service.base], gateway.texts, `user${n}`)));
    const coldRate = users / ((performance.now() - cold) / 1000);
    await closedLoop([bare.base], { get: () => '1' }, 2);
    await closedLoop([service.base], gateway.texts, 2);
    const bareRun = await closedLoop([bare.base], { get: () => '1' }, seconds);
    const run = await closedLoop([service.base], gateway.texts, seconds);
    const half = await openLoop([service.base], gateway.texts, run.rate / 2, seconds);
    // twenty people whose gateway takes ten seconds, beside everybody else
    const slow = Array.from({ length: 20 }, async (_, n) => {
      await post(`${service.base}/token/init`, { type: 'sms', serial: `SLOW${n}`, user: `slow${n}`, phone: `+49171000${n}`, pin: 'slow', 'sms.identifier': 'slow' }, headers);
      await post(`${service.base}/token/info/SLOW${n}/sms.identifier`, { value: 'slow' }, headers);
      await post(`${service.base}/validate/check`, { user: `slow${n}`, pass: 'slow' });
    });
    const beside = await closedLoop([service.base], gateway.texts, seconds);
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
    rmSync(folder, { recursive: true, force: true });
  }
};
