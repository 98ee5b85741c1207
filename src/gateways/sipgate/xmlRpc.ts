import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** What a method answered: the members of its struct, or of the fault's; texts and numbers as texts. */
export interface XmlRpcResponse {
  readonly kind: 'result' | 'fault';
  readonly members: ReadonlyMap<string, string>;
}

/** Entities are left as they are: nothing that is expanded can grow. */
const parser = new XMLParser({
  ignoreAttributes: true, parseTagValue: false, processEntities: false, ignoreDeclaration: true,
  isArray: (_, path) => String(path).endsWith('.member'),
});

/**
 * Reads the response of an XML-RPC method whose result is a struct (http://xmlrpc.com/spec.md). Strict: one well-formed document, no
 * document type, and nothing but what the specification has.
 * @returns undefined for anything else
 */
export const readResponse = (xml: string): XmlRpcResponse | undefined => {
  if (/<!DOCTYPE|<!ENTITY/i.test(xml) || XMLValidator.validate(xml.trim()) !== true) return undefined;
  const response = at(parser.parse(xml), 'methodResponse');
  const fault = membersOf(at(response, 'fault', 'value'));
  const result = membersOf(at(response, 'params', 'param', 'value'));
  if (fault) return result ? undefined : { kind: 'fault', members: fault };
  return result && { kind: 'result', members: result };
};

const membersOf = (value: unknown): ReadonlyMap<string, string> | undefined => {
  const members = at(value, 'struct', 'member');
  if (!Array.isArray(members)) return undefined;
  return new Map(members.flatMap((member: unknown): [string, string][] => {
    const name = at(member, 'name');
    const text = scalarOf(at(member, 'value'));
    return typeof name === 'string' && text !== undefined ? [[name, text]] : [];
  }));
};

/** A value without a type is a text. */
const scalarOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  const typed = ['string', 'int', 'i4', 'boolean', 'double'].map((type) => at(value, type)).find((text) => text !== undefined);
  return typeof typed === 'string' ? typed : undefined;
};

const at = (value: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>((inner, name) => (inner !== null && typeof inner === 'object' && Object.hasOwn(inner, name) ? (inner as Record<string, unknown>)[name] : undefined), value);
