import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Which rooms of the house may look into which others; docs/architecture.md says why. */
const mayNotImport = (folder, forbidden, why) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': ['error', { patterns: forbidden.map((group) => ({ regex: group, message: `${folder} ${why}` })) }],
  },
});
/** Import paths that lead into one of these folders of src. */
const into = (...folders) => folders.map((folder) => `^(\\.\\./)+${folder}(/|\\.js$)`);
const everything = ['events', 'commands', 'projections', 'reactors', 'gateways', 'store', 'security', 'users', 'http', 'cli', 'app', 'application', 'config'];
const allBut = (...allowed) => into(...everything.filter((folder) => !allowed.includes(folder)));

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
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', fetch: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', Buffer: 'readonly', performance: 'readonly', AbortSignal: 'readonly', AbortController: 'readonly', URLSearchParams: 'readonly', setImmediate: 'readonly', setInterval: 'readonly', clearInterval: 'readonly', structuredClone: 'readonly' } } },
  mayNotImport('events', into(...everything), 'imports nothing of ours'),
  mayNotImport('commands', [...allBut('events', 'security', 'store'), '/store/(?!(journal|port)\\.js)', '/security/(?!(secret|turnstile)\\.js)'], 'knows events, the journal and secrets only'),
  mayNotImport('projections', [...allBut('events', 'commands', 'store', 'security'), '/store/(?!(journal|port)\\.js)', '/security/(?!secret\\.js)'], 'has no way to the outside'),
  mayNotImport('reactors', [...allBut('events', 'commands', 'projections', 'gateways', 'store', 'security'), '/gateways/(?!gateway\\.js)', '/store/(?!(journal|port|subscription)\\.js)', '/security/(?!secret\\.js)'], 'knows gateways by their interface only'),
  mayNotImport('gateways', [...allBut('security'), '/security/(?!(secret|turnstile)\\.js)'], 'knows nothing of the domain'),
  mayNotImport('store', [...allBut('events', 'commands', 'projections', 'security'), '/commands/(?!(context|ports)\\.js)', '/security/(?!vault\\.js)'], 'keeps events and decides nothing'),
  mayNotImport('security', allBut('events', 'commands').concat('/commands/(?!ports\\.js)'), 'knows the ports that it fills'),
  mayNotImport('users', [...allBut('commands', 'security'), '/commands/(?!ports\\.js)'], 'knows the port that it fills'),
  mayNotImport('http', [...into('store', 'reactors', 'app', 'cli'), '/gateways/(http|development|openGateways)/'], 'calls commands and queries, and holds no rule of the domain'),
  {
    // time, chance and ids are arguments of what decides and folds
    files: ['src/commands/**/*.ts', 'src/events/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', { object: 'Date', property: 'now' }, { object: 'Math', property: 'random' }],
      'no-restricted-syntax': ['error', { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'time is an argument' }],
    },
  },
);
