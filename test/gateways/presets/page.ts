import type { Preset } from '../../../src/gateways/presets/preset.js';

/** The part of docs/gateways/presets.md that tells of one preset; it follows from the data, and a test holds the page against it. */
export const sectionOf = (preset: Preset): string => {
  const { kind, parameters, path, request, server = '<url>', success, title } = preset;
  return [
    `## ${kind}`,
    `${title}: \`${request.method ?? 'POST'} ${server}${path}\``,
    `    ${JSON.stringify(exampleOf(preset)).replaceAll('":', '": ').replaceAll(',"', ', "')}`,
    ['| option | default | meaning |', '| --- | --- | --- |', ...rowsOf(parameters), ...(preset.server === undefined ? ['| `url` | required | address of the server, such as `http://localhost:13013` |'] : [])].join('\n'),
    ...(preset.oneOf ? [`One of ${preset.oneOf.map((name) => `\`${name}\``).join(' and ')} is needed.`] : []),
    [`- **Success**: ${success}.`, `- **Numbers** are sent as \`${{ plus: '+491701000701', digits: '491701000701', '00': '00491701000701', national: '01701000701' }[request.number!.format!]}\`.`, `- **Validity**: ${validityOf(request)}.`, `- **Receipts**: ${receiptsOf(preset)}.`, ...(request.timeout === undefined ? [] : [`- **Time-out**: ${request.timeout} seconds where nothing is said.`])].join('\n'),
  ].join('\n\n');
};

/** A definition with everything that is needed. */
export const exampleOf = ({ kind, oneOf, parameters, server }: Preset): { kind: string; options: Record<string, string> } => ({
  kind,
  options: Object.fromEntries([
    ...Object.entries(parameters).filter(([name, { default: fallback, optional }]) => (!optional && fallback === undefined) || name === oneOf?.[0]).map(([name, { example }]) => [name, example]),
    ...(server === undefined ? [['url', 'http://localhost:13013']] : []),
  ]) as Record<string, string>,
});

const rowsOf = (parameters: Preset['parameters']): string[] =>
  Object.entries(parameters).map(([name, { default: fallback, meaning, optional, secret }]) =>
    `| \`${name}\` | ${fallback === undefined ? (optional ? 'none' : 'required') : `\`${fallback.replace(/[{}]/g, '')}\``} | ${meaning}${secret ? ' (secret)' : ''} |`);

const validityOf = ({ form, json, query, validity }: Preset['request']): string => {
  const field = /"([\w-]+)":(?:\{"amount":)?"\{(validity\w*|expiresAt)(?::number)?\}"/.exec(JSON.stringify({ form, json, query }))?.[1];
  if (field === undefined) return 'not passed on, since the interface takes none';
  const { least = 0, most } = validity ?? {};
  return `passed on as \`${field}\`, at least ${least.toLocaleString('en')} seconds${most === undefined ? '' : ` and at most ${most.toLocaleString('en')}`}`;
};

const receiptsOf = ({ receipts }: Preset): string => {
  if (!receipts) return 'none';
  const { mapping: { delivered, undelivered }, setup, signature } = receipts;
  const words = (states: readonly string[]): string => states.map((state) => `\`${state}\``).join(', ');
  return `${words(delivered)} means delivered; ${words(undelivered)} undelivered. ${signature ? 'By `secret`, `signature` or both' : 'By `secret`'}. At the vendor: ${setup}`;
};
