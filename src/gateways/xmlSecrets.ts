import { isSecretName } from './secretNames.js';

/** An element that holds a text only, or an attribute: what comes before the value, and the value. */
const piece = /(<([\w:.-]+)(?:\s[^<>]*)?>)([^<]+)(?=<\/\2\s*>)|(\s([\w:.-]+)\s*=\s*["'])([^"'<]+)(?=["'])/g;

/** Changes each value of an XML text whose element or attribute is secret by its name; a value that is nothing but a placeholder is none. */
export const replaceXmlSecrets = (xml: string, change: (value: string, name: string) => string): string => {
  const changed = (name: string, value: string): string => (isSecretName(name.replace(/^.*:/, '')) && !/^\{\w+\}$/.test(value) ? change(value, name) : value);
  return xml.replace(piece, (_, tag?: string, element?: string, text?: string, before?: string, attribute?: string, value?: string) =>
    tag === undefined ? `${before}${changed(attribute!, value!)}` : `${replaceAttributes(tag, changed)}${changed(element!, text!)}`);
};

/** An element's own attributes are matched together with it, and looked at apart. */
const replaceAttributes = (tag: string, change: (name: string, value: string) => string): string =>
  tag.replace(/(\s([\w:.-]+)\s*=\s*["'])([^"'<]+)(?=["'])/g, (_, before: string, name: string, value: string) => `${before}${change(name, value)}`);

const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Each as it is written and as it is meant. */
export const secretsInXml = (xml: string): string[] => {
  const secrets: string[] = [];
  replaceXmlSecrets(xml, (value) => {
    secrets.push(value, value.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => characters[name]!));
    return value;
  });
  return secrets;
};
