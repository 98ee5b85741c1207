import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Which rooms of the house may look into which others, as docs/architecture.md has it: a folder of `src` or a file beside them, and the
 * folders and files that it may import from. Nothing else is open to it but itself.
 */
const rooms = {
  events: [],
  sms: [],
  commands: ['events', 'sms', 'store/journal', 'security/secret', 'security/turnstile'],
  projections: ['events', 'commands/account', 'commands/token', 'commands/ports', 'commands/settingsInForce', 'commands/gatewayAdministration', 'commands/notification', 'commands/notificationRule', 'store/journal', 'store/port'],
  reactors: ['events', 'sms', 'commands', 'projections/queries', 'gateways/gateway', 'gateways/openGateways', 'gateways/standing', 'gateways/mail', 'store/journal', 'store/port', 'store/subscription', 'security/secret'],
  gateways: ['sms', 'security/secret'],
  store: ['events', 'commands/context', 'commands/ports', 'commands/storeSilent', 'projections', 'security/vault', 'security/keyStore'],
  security: ['events', 'commands/ports'],
  users: ['commands/ports', 'commands/directoryUnavailable', 'security', 'gateways/certificates'],
  application: ['commands', 'projections/queries', 'projections/notificationQueries', 'projections/trail'],
  http: [
    'application', 'events', 'sms', 'commands', 'projections/queries', 'projections/notificationQueries', 'projections/notifications', 'projections/trail',
    'gateways/gateway', 'gateways/registry', 'gateways/definition', 'gateways/limits', 'gateways/standing', 'gateways/configJson', 'gateways/censoring',
    'security/secret', 'security/sessions', 'security/apiKeys', 'security/redact', 'security/turnstile',
  ],
  cli: [
    'app', 'openAudit', 'copyStores', 'expireStreams', 'http/server', 'config', 'configSources', 'didYouMean', 'version', 'events', 'commands/token', 'projections/history', 'projections/trail',
    'store/port', 'store/subscription', 'gateways/development/inbox', 'security/secret', 'security/redact',
  ],
  config: ['configSources', 'commands/account', 'gateways/faults', 'security/masterKey', 'security/secret', 'store/eventstoredb/connectionString', 'store/eventstoredb/names', 'users/options'],
  configSources: ['didYouMean'],
  dataFolder: ['config'],
  didYouMean: [],
  version: [],
  writerFile: [],
};
/** Where concrete parts are put together: these see everything. */
const composition = ['app', 'openAudit', 'openStore', 'copyStores', 'expireStreams', 'writer'];

const source = fileURLToPath(new URL('./src', import.meta.url));
const placeOf = (path) => relative(source, path).replace(/\.(js|ts)$/, '');
const roomOf = (place) => place.split('/')[0];

const keepToRooms = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { closed: '{{room}} may not look into {{target}} (docs/architecture.md)', unknown: 'docs/architecture.md and eslint.config.mjs know no room {{room}}' },
  },
  create(context) {
    const room = roomOf(placeOf(context.filename));
    if (composition.includes(room)) return {};
    const open = rooms[room];
    if (!open) return { Program: (node) => context.report({ node, messageId: 'unknown', data: { room } }) };
    const check = (node) => {
      if (typeof node?.value !== 'string' || !node.value.startsWith('.')) return;
      const target = placeOf(resolve(dirname(context.filename), node.value));
      if (roomOf(target) === room || open.some((place) => target === place || target.startsWith(`${place}/`))) return;
      context.report({ node, messageId: 'closed', data: { room, target } });
    };
    const fromSource = (node) => check(node.source);
    return {
      ImportDeclaration: fromSource, ExportNamedDeclaration: fromSource, ExportAllDeclaration: fromSource, ImportExpression: fromSource,
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'data/', 'coverage/'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 350 }],
    },
  },
  { files: ['test/**/*.ts'], rules: { 'max-lines': ['error', { max: 600 }] } },
  { files: ['**/*.mjs', 'test/fixtures/**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', fetch: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', Buffer: 'readonly', performance: 'readonly', AbortSignal: 'readonly', AbortController: 'readonly', URLSearchParams: 'readonly', setImmediate: 'readonly', setInterval: 'readonly', clearInterval: 'readonly', structuredClone: 'readonly' } } },
  { files: ['src/**/*.ts'], plugins: { tanager: { rules: { 'keep-to-rooms': keepToRooms } } }, rules: { 'tanager/keep-to-rooms': 'error' } },
  {
    // time, chance and ids are arguments of what decides and folds
    files: ['src/commands/**/*.ts', 'src/events/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', { object: 'Date', property: 'now' }, { object: 'Math', property: 'random' }],
      'no-restricted-syntax': ['error', { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'time is an argument' }],
    },
  },
);
