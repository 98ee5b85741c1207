import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configTable } from '../src/config.js';

test('the README has every key of the configuration', () => {
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
  expect(configTable.map(({ key }) => key).filter((key) => !readme.includes(`\`${key}\``))).toEqual([]);
});
