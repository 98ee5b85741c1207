import { isMap, parseDocument } from 'yaml';
import { didYouMean } from './didYouMean.js';

/** Where a value comes from; a file is given by its path. */
export type Source = 'default' | 'environment' | (string & {});

export interface ConfigFiles {
  /** Text of a file, undefined when there is none. @throws Error when it cannot be read */
  read(path: string): string | undefined;
}

interface Key<Field extends string> {
  readonly field: Field;
  /** Name in the environment. */
  readonly environment: string;
  /** Name in the YAML file. */
  readonly file: string;
}

interface Given {
  readonly value: unknown;
  readonly source: Source;
}

export const configFileKey = 'TANAGER_CONFIG_FILE';
const usualFile = './tanager.yaml';
const prefix = 'TANAGER_';

type Environment = Readonly<Record<string, string | undefined>>;

/** Gathers what is given, not yet checked; the environment wins. Names that nobody knows are faults, each with its key. */
export const readSources = <Field extends string>(keys: readonly Key<Field>[], env: Environment, files: ConfigFiles) => {
  const file = readFile(env, files);
  const known = [...keys.map(({ environment }) => environment), configFileKey];
  const unknown = Object.keys(env).filter((name) => name.startsWith(prefix) && !known.includes(name) && !isFromKubernetes(name, env[name]));
  const inFile = keys.map((key) => key.file);
  const unknownInFile = Object.keys(file.values).filter((name) => !inFile.includes(name));
  const faults = [
    ...file.faults,
    ...unknown.map((name) => `${name}: there is no such key${didYouMean(name, known)}`),
    ...unknownInFile.map((name) => `${name} in ${file.path}: there is no such key${didYouMean(name.toLowerCase().replace(/^tanager_/, '').replace(/-/g, '_'), inFile)}`),
  ];
  const values = new Map<Field, Given>();
  for (const { field, environment, file: name } of keys) {
    const inEnvironment = env[environment];
    const fromFile = Object.hasOwn(file.values, name) ? file.values[name] : undefined;
    if (inEnvironment !== undefined && inEnvironment !== '') values.set(field, { value: inEnvironment, source: 'environment' });
    else if (fromFile !== undefined && fromFile !== null) values.set(field, { value: fromFile, source: file.path });
  }
  return { values: values as ReadonlyMap<Field, Given>, faults };
};

interface FileValues {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly faults: readonly string[];
}

const readFile = (env: Environment, files: ConfigFiles): FileValues => {
  const named = env[configFileKey] || undefined;
  const path = named ?? usualFile;
  const faulty = (problem: string): FileValues => ({ path, values: {}, faults: [`${configFileKey}: ${path} ${problem}`] });
  let text: string | undefined;
  try {
    text = files.read(path);
  } catch (error) {
    return faulty(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
  if (text === undefined) return named === undefined ? { path, values: {}, faults: [] } : faulty('does not exist');
  // pretty errors quote the line that is wrong, and a password may stand in it
  const document = parseDocument(text, { prettyErrors: false });
  const error = document.errors[0];
  if (error) return faulty(`is not YAML: line ${text.slice(0, error.pos[0]).split('\n').length}: ${error.code.toLowerCase().replaceAll('_', ' ')}`);
  if (document.contents === null) return { path, values: {}, faults: [] };
  if (!isMap(document.contents)) return faulty('must be a list of keys with values, such as "http_port: 8080"');
  try {
    return { path, values: document.toJS() as Record<string, unknown>, faults: [] };
  } catch {
    return faulty('refers to something that is not in it');
  }
};

/** Variables that Kubernetes sets in every pod beside a Service of the name `tanager`. They are not ours, and not the operator's mistake. */
const isFromKubernetes = (name: string, value: string | undefined): boolean =>
  /^TANAGER_SERVICE_(HOST|PORT(_\w+)?)$/.test(name) || /^TANAGER_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
  (name === 'TANAGER_PORT' && /^(tcp|udp|sctp):\/\//.test(value ?? ''));
