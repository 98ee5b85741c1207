import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { limitsSchema, usualBreaker } from '../../src/gateways/limits.js';
import { gatewayRegistry } from '../../src/gateways/registry.js';
import { httpGateway } from '../../src/gateways/http/httpGateway.js';

const page = readFileSync(join(__dirname, '../../docs/gateway-limits.md'), 'utf8');

const paths = (schema: z.ZodObject, before: string): string[] => Object.entries(schema.shape).flatMap(([name, field]) => {
  const type = field instanceof z.ZodOptional ? field.unwrap() : field;
  return type instanceof z.ZodObject ? paths(type, `${before}.${name}`) : [`${before}.${name}`];
});

it('the page has every limit', () => {
  const missing = paths(limitsSchema, 'limits').filter((path) => !page.includes(`| \`${path}\` |`));
  expect(missing).toEqual([]);
  expect(page).toContain(`| seconds, up to a day | ${usualBreaker.pause / 1000} |`);
});

it('its example can be used', () => {
  const example = /```json\n(\{\n {2}"kind"[\s\S]*?)```/.exec(page)![1]!;
  expect(gatewayRegistry([httpGateway]).parseDefinition(JSON.parse(example) as never)).toMatchObject({ kind: 'http', limits: { concurrency: 10, rate: { perSecond: 5, burst: 20 } } });
});
