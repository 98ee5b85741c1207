import { isIP } from 'node:net';
import { z } from 'zod';
import { accountName, accountNameRule } from './commands/account.js';
import { configFileKey, readSources, type ConfigFiles, type Source } from './configSources.js';
import { faultsOf, inWords } from './gateways/faults.js';
import { loadMasterKey } from './security/masterKey.js';
import { Secret } from './security/secret.js';
import { faultOfConnectionString } from './store/eventstoredb/connectionString.js';
import { prefixPattern, prefixRule } from './store/eventstoredb/names.js';
import { realmsOptions, resolversOptions, usersFaults } from './users/options.js';

/** Numbers and truth values come as text from the environment and as themselves from YAML. */
const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text;
};
/** What has keys of its own comes as JSON from the environment. */
const fromJson = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};
const ofKeys = <T extends z.ZodType>(type: T) => z.preprocess(fromJson, z.record(z.string(), z.unknown(), { error: 'must have keys with values (in the environment: a JSON object)' }).pipe(type as never) as z.ZodType<z.output<T>>);
const port = (error: string) => z.preprocess(fromText, z.int({ error }).min(0, { error }).max(65_535, { error }));
const truth = z.preprocess(fromText, z.boolean({ error: 'must be true or false' }));
const text = (error: string, pattern = /\S/) => z.string({ error: `${error} (in YAML: in quotes)` }).regex(pattern, { error });
const path = text('must be a path');
const secret = (error: string, isGood: (value: string) => boolean) =>
  z.string({ error: `${error} (in YAML: in quotes)` }).refine(isGood, { error }).transform((value) => new Secret(value)).meta({ secret: true });

const connectionString = /^(sqlite|memory|esdb(\+discover)?:\/\/\S+)$/;
const readableByClient = (value: string, { addIssue }: z.RefinementCtx): void => {
  const message = value.startsWith('esdb') ? faultOfConnectionString(value) : undefined;
  if (message !== undefined) addIssue({ code: 'custom', message });
};
const isMasterKey = (given: string): boolean => loadMasterKey({ given, file: '', mayCreate: false }).kind === 'ready';

const stopDelayRule = 'must be a whole number of seconds from 0 to 60';
const networksRule = 'must be addresses or networks such as 10.0.0.5, 10.1.0.0/16 or loopback, separated by commas';
/** Addresses and networks, and Express's names for whole families of them, separated by commas. */
const isListOfNetworks = (value: string): boolean => value.split(',').map((entry) => entry.trim()).every((entry) => {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [, address = '', bits] = /^([^/]+)(?:\/([1-9]\d{0,2}))?$/.exec(entry) ?? [];
  const family = isIP(address);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128));
});

/** What the service is told at its start. One field is one key: `httpPort` is TANAGER_HTTP_PORT and, in the YAML file, http_port. */
const schemaWith = (inProduction: boolean) => z.object({
  httpPort: port('must be a port, a whole number from 0 to 65535').default(8080).describe('Port to listen on; 0 for any free one'),
  httpHost: text('must be an address or a host name of this machine', /^[\w.:%-]+$/).default('127.0.0.1').describe('Address to listen on; `0.0.0.0` for all'),
  trustedProxies: text(networksRule).refine(isListOfNetworks, { error: networksRule }).optional()
    .describe('Proxies that are believed who asks (`X-Forwarded-For`) and whether by TLS (`X-Forwarded-Proto`): addresses, networks, or `loopback`, `linklocal`, `uniquelocal`; without it none is'),
  stopDelay: z.preprocess(fromText, z.int({ error: stopDelayRule }).min(0, { error: stopDelayRule }).max(60, { error: stopDelayRule })).default(0)
    .describe('Seconds that requests are still taken when the service is stopped, while `/health/ready` says no: as long as a proxy needs to turn away from it'),
  dataDir: path.default('./data').describe('Folder of the embedded store, the read models and the keys; made when it is missing'),
  store: text('must be sqlite, memory, or a connection string that begins with esdb:// or esdb+discover://', connectionString).superRefine(readableByClient).default('sqlite')
    .describe('Where events are kept: `sqlite` (embedded), `memory` (gone with the process), or an EventStoreDB / KurrentDB cluster: `esdb://…`, `esdb+discover://…` (docs/scaling.md)'),
  streamPrefix: text(`must be ${prefixRule}`, prefixPattern).default('').describe('Begins the name of every stream on a cluster, to set this service apart from others there'),
  masterKey: secret('must be 32 bytes, in hex or base64', isMasterKey).optional().describe('Key that all data keys hang on, instead of the file; 32 bytes, hex or base64'),
  masterKeyFile: path.optional().describe('File of the master key; made with mode 0600 at the first start, by default `master.key` in the data folder'),
  adminUser: text(`must be ${accountNameRule}`, accountName).default('admin').describe('Name of the first administrator'),
  adminPassword: secret('must not be empty', (value) => value.trim() !== '').optional()
    .describe('Password of the first administrator; without it one is made at the first start and printed once. A new one is taken up at the next start'),
  usersFile: path.optional().describe('Users, in the format of /etc/passwd'),
  realm: text('must be letters, digits and the signs _ . -', /^[\w.-]+$/).default('realm1').describe('Default realm'),
  resolvers: ofKeys(resolversOptions).optional().describe('User directories by name, as JSON; docs/users.md'),
  realms: ofKeys(realmsOptions).optional().describe('Which resolvers the users of each realm come from, as JSON; without it, those of the default realm from all of them'),
  dialect: z.enum(['privacyidea', 'linotp'], { error: 'must be privacyidea or linotp' }).default('privacyidea')
    .describe('Who answers at the bare `/validate/*`, `/system/*` and `/audit/*`; both are always there below `/privacyidea/…` and `/linotp/…`'),
  scriptDir: path.optional().describe('Folder of the programs that script gateways may run; without it there are none'),
  fileDir: path.optional().describe('Folder that file gateways may write in; without it there are none'),
  development: truth.default(!inProduction)
    .describe('Whether the development gateway is there, which sends nothing but shows every SMS with its code; by default `false` where NODE_ENV is `production`, else `true`'),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { error: 'must be trace, debug, info, warn, error, fatal or silent' }).default('info')
    .describe('How much is logged'),
  url: text('must be an http:// or https:// address without user, query or fragment', /^https?:\/\/[^\s?#@/]+[^\s?#@]*$/).optional()
    .describe('Where the commands that talk to the running service find it; by default on this machine, at TANAGER_HTTP_PORT'),
  apiKey: secret('must be an API key, as POST /v1/api-keys hands it out', (value) => /^[\x21-\x7e]+$/.test(value.trim())).optional()
    .describe('API key of those commands'),
});

type Schema = ReturnType<typeof schemaWith>;
export type Config = Readonly<z.output<Schema>>;
type Field = keyof Config;
export type Sources = Readonly<Record<Field, Source>>;

export type ConfigResult =
  | { readonly kind: 'config'; readonly config: Config; readonly sources: Sources }
  /** One line for every mistake, each beginning with its key. No secret in them. */
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

const shape = schemaWith(false).shape;
const fields = Object.keys(shape) as Field[];
const isSecret = (field: Field): boolean => shape[field].meta()?.['secret'] === true || unwrapped(shape[field])?.meta()?.['secret'] === true;
/** Passwords may stand in it. */
const hasKeys = (field: Field): boolean => field === 'resolvers' || field === 'realms';
const unwrapped = (type: z.ZodType): z.ZodType | undefined => (type instanceof z.ZodOptional || type instanceof z.ZodDefault ? (type.unwrap() as z.ZodType) : undefined);

/** `httpPort` in the environment. */
const environmentKey = (field: Field): string => `TANAGER_${fileKey(field).toUpperCase()}`;
/** `httpPort` in the YAML file. */
const fileKey = (field: Field): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const keys = fields.map((field) => ({ field, environment: environmentKey(field), file: fileKey(field) }));

/**
 * Reads the configuration: the environment (`TANAGER_*`) over the YAML file, which TANAGER_CONFIG_FILE names, or else
 * ./tanager.yaml where there is one. An empty variable is one that is not set. Paths are relative to the working directory.
 */
export const readConfig = ({ env, files }: { readonly env: Readonly<Record<string, string | undefined>>; readonly files: ConfigFiles }): ConfigResult => {
  const { values, faults } = readSources(keys, env, files);
  const given = Object.fromEntries([...values].map(([field, { value }]) => [field, value]));
  const parsed = schemaWith(env['NODE_ENV'] === 'production').safeParse(given, { error: inWords });
  const wrong = parsed.success
    ? usersFaults(parsed.data).map(({ path: [field, ...path], message }) => ({ field: field as Field, key: path.join('.'), problem: message }))
    : parsed.error.issues.flatMap((issue) => {
        const inside = issue.code === 'unrecognized_keys' || issue.path.length > 1 ? faultsOf({ ...issue, path: issue.path.slice(1) }, {}, 'there is no such key') : [{ key: '', problem: issue.message }];
        return inside.map(({ key, problem }) => ({ field: issue.path[0] as Field, key, problem }));
      });
  const mistakes = [...faults, ...wrong.map((one) => mistake(one, values))];
  if (!parsed.success || mistakes.length > 0) return { kind: 'faults', faults: mistakes };
  const sources = Object.fromEntries(fields.map((field) => [field, values.get(field)?.source ?? 'default'])) as Sources;
  return { kind: 'config', config: Object.freeze(parsed.data), sources };
};

type Values = ReturnType<typeof readSources>['values'];

interface Wrong {
  readonly field: Field;
  /** Below the field, for those that have keys of their own. */
  readonly key: string;
  readonly problem: string;
}

const mistake = ({ field, key, problem }: Wrong, values: Values): string => {
  const given = values.get(field);
  const inFile = given && given.source !== 'environment' ? ` in ${given.source}` : '';
  const place = key !== '' ? ` (${fileKey(field)}.${key}${inFile})` : inFile && ` (${fileKey(field)}${inFile})`;
  const tellable = given !== undefined && key === '' && !isSecret(field) && !hasKeys(field) && ['string', 'number', 'boolean'].includes(typeof given.value);
  const value = tellable ? `, not ${JSON.stringify(withoutLogin(String(given.value)))}` : '';
  return `${environmentKey(field)}${place}: ${problem}${value}`;
};

/** A connection string may hold a user and a password. */
export const withoutLogin = (value: string): string => value.replace(/\/\/.*@/, '//***@');

/** One value as it is shown: secrets masked, with where it comes from. */
export interface EffectiveValue {
  readonly key: string;
  /** Undefined where there is none. */
  readonly value: string | number | boolean | undefined;
  readonly source: Source;
}

/** What is in force, for `tanager config`. */
export const effective = ({ config, sources }: { readonly config: Config; readonly sources: Sources }): readonly EffectiveValue[] =>
  fields.map((field) => {
    const value = config[field];
    const shown = value instanceof Secret ? String(value) : typeof value === 'object' ? JSON.stringify(value) : typeof value === 'string' ? withoutLogin(value) : value;
    return { key: environmentKey(field), value: shown, source: sources[field] };
  });

export interface ConfigRow {
  readonly key: string;
  readonly fileKey: string;
  /** As text; empty where there is none. */
  readonly standard: string;
  readonly meaning: string;
}

/** Every key that there is, for the table in the README and for `tanager config --help`. */
export const configTable: readonly ConfigRow[] = [
  ...fields.map((field) => {
    const type: z.ZodType = shape[field];
    const standard = type instanceof z.ZodDefault ? String(type.def.defaultValue) : '';
    return { key: environmentKey(field), fileKey: fileKey(field), standard, meaning: type.description ?? '' };
  }),
  { key: configFileKey, fileKey: '', standard: './tanager.yaml', meaning: 'YAML file with any of these keys, in lower case and without TANAGER_; the environment wins over it' },
];
