import { literally } from '../template.js';
import { filled, filledText, type Given } from './filled.js';
import type { Preset, PresetJson, PresetRequest } from './preset.js';

/**
 * The options of the HTTP gateway that a preset and its parameters come to.
 * @param server goes instead of the preset's own
 * @param receipts whether they are wanted, and whether the address is known that the vendor is to call
 */
export const writeOptions = (preset: Preset, parameters: Given, { server, receipts }: { server?: string | undefined; receipts?: { address: boolean } | undefined }): Record<string, unknown> => {
  // without an address there is nothing to put into the vendor's fields for it
  const given: Given = receipts?.address ? parameters : new Map([...parameters, ['receiptUrl', undefined]]);
  const { aws, form, headers, json, password, query, unicode, username, ...rules } = requestOf(preset, parameters, receipts !== undefined);
  const plain = (text: string): string => filledText(text, given, (value) => value)!;
  const inUrl = (text: string): string => filledText(text, given, (value) => literally(encodeURIComponent(value)))!;
  return {
    ...rules,
    url: `${server === undefined ? inUrl(preset.server ?? '') : literally(server)}${inUrl(preset.path)}`,
    ...templates({ query, form, headers, json }, given),
    ...(unicode ? { unicode: templates(unicode, given) } : {}),
    ...(username === undefined || password === undefined ? {} : { username: plain(username), password: plain(password) }),
    ...(aws ? { aws: { ...aws, region: plain(aws.region), accessKeyId: plain(aws.accessKeyId), secretAccessKey: plain(aws.secretAccessKey) } } : {}),
  };
};

const templates = (parts: Readonly<Record<string, PresetJson | undefined>>, given: Given): Record<string, PresetJson> =>
  Object.fromEntries(Object.entries(parts).flatMap(([name, part]) => {
    const written = part === undefined ? undefined : filled(part, given);
    return written === undefined ? [] : [[name, written]];
  }));

const requestOf = ({ receipts, request, whenGiven = {} }: Preset, parameters: Given, receiptsWanted: boolean): PresetRequest =>
  [receiptsWanted ? receipts?.request : undefined, ...Object.entries(whenGiven).map(([name, more]) => (parameters.get(name) === undefined ? undefined : more))]
    .reduce<PresetRequest>((all, more) => merged(all, more) as PresetRequest, request);

/** Fields of both; lists and texts of the second go instead of those of the first. */
const merged = (first: unknown, second: unknown): unknown => {
  if (!isFields(first) || !isFields(second)) return second === undefined ? first : second;
  return Object.fromEntries([...new Set([...Object.keys(first), ...Object.keys(second)])].map((name) => [name, merged(first[name], second[name])]));
};

const isFields = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
