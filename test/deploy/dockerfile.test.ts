import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApi } from '../fixtures/api.js';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replace(/\\\n/g, ' ');
const lines = text.split('\n').filter((line) => /^[A-Z]+ /.test(line));
const stages = lines.join('\n').split(/^(?=FROM )/m).slice(1);
const [build = '', image = ''] = stages;
const jsonOf = (stage: string, instruction: RegExp): readonly string[] => JSON.parse(instruction.exec(stage)![1]!) as string[];

test('what builds is left behind', () => {
  expect(stages).toHaveLength(2);
  expect(build).toMatch(/^FROM node:\$\{NODE\}-bookworm AS build$/m);
  expect(image).toMatch(/^FROM node:\$\{NODE\}-bookworm-slim$/m);
  expect(build).toContain('npm prune --omit=dev');
  expect(image).not.toMatch(/npm|apt/);
});

test('the builder is given what is copied, and nothing else', () => {
  const given = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(given[0]).toBe('*');
  const copied = lines.filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) => line.split(/\s+/).slice(1, -1));
  expect([...new Set(copied)].sort()).toEqual(given.slice(1).map((line) => line.slice(1)).sort());
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('it runs as somebody who may do nothing, in production, with its data in a volume', () => {
  expect(image).toMatch(/^USER 1000:1000$/m);
  expect(image).toMatch(/^VOLUME \/data$/m);
  expect(image).toMatch(/NODE_ENV=production.*TANAGER_HTTP_HOST=0\.0\.0\.0.*TANAGER_DATA_DIR=\/data/);
  expect(image.indexOf('USER')).toBeGreaterThan(image.lastIndexOf('RUN'));
  expect(image).not.toMatch(/MASTER_KEY|PASSWORD/);
});

test('it is process 1 itself, so that it hears the signal to stop', () => {
  expect(image).toMatch(/^STOPSIGNAL SIGTERM$/m);
  expect(jsonOf(image, /^ENTRYPOINT (.*)$/m)).toEqual(['node', '--enable-source-maps', '/app/dist/cli/main.js']);
  expect(jsonOf(image, /^CMD (.*)$/m)).toEqual(['serve']);
});

test('its health check finds out whether the service takes work', async () => {
  const [program, ...words] = jsonOf(image, /^HEALTHCHECK .*?CMD (.*)$/m);
  expect(program).toBe('node');
  const check = async (port: string): Promise<number> => {
    const [code] = (await once(spawn(process.execPath, words, { env: { TANAGER_HTTP_PORT: port } }), 'exit')) as [number];
    return code;
  };
  const api = await startApi();
  const { port } = new URL(api.url);
  expect(await check(port)).toBe(0);
  await api.stop();
  expect(await check(port)).toBe(1);
});
