import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configTable } from '../../src/config.js';
import { startApi } from '../fixtures/api.js';

const file = join(__dirname, '../../docs/scaling.md');
const page = readFileSync(file, 'utf8');
const named = (pattern: RegExp): readonly string[] => [...new Set([...page.matchAll(pattern)].map(([, name]) => name!))];

/** As the pages of a repository are shown: in lower case, without signs, with hyphens for spaces. */
const anchorsOf = (text: string): readonly string[] => [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase().replace(/[^\w\s-]/g, '').replaceAll(' ', '-'));

test('names keys and files that there are', () => {
  const known = configTable.map(({ key }) => key);
  expect(named(/(TANAGER_\w+)/g).filter((key) => !known.includes(key))).toEqual([]);
  for (const path of named(/`(deploy\/[\w./]+|docker-compose[\w.]*|\.env\.example)`/g)) expect([path, existsSync(join(dirname(file), '..', path))]).toEqual([path, true]);
});

test('leads to pages and headings that there are', () => {
  for (const link of named(/\]\(([^)\s]+)\)/g).filter((target) => !target.startsWith('http'))) {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : join(dirname(file), path);
    expect([link, existsSync(target)]).toEqual([link, true]);
    if (anchor !== undefined) expect([link, anchorsOf(readFileSync(target, 'utf8')).includes(anchor)]).toEqual([link, true]);
  }
});

test('names metrics that there are, with their labels', async () => {
  const api = await startApi();
  const { body } = await api.call('GET', '/metrics');
  await api.stop();
  const metrics = named(/`((?:tanager|nodejs|process)_[a-z0-9_]+)(?:\{[a-z,]+\})?`/g);
  expect(metrics.length).toBeGreaterThan(6);
  expect(metrics.filter((name) => !new RegExp(`^# HELP ${name} `, 'm').test(body as string))).toEqual([]);
});
