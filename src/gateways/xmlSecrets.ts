import { isSecretName } from './secretNames.js';

/** An element that holds a text only, or an attribute: what comes before the value, and the value. */
const piece = /(<([\w:.-]+)(?:\s[^<>]*)?>)([^<]+)(?=<\/\2\s*>)|(\s([\w:.-]+)\s*=\s*["'])([^"'<]+)(?=["'])/g;

/** Changes each value of an XML text whose element or attribute is secret by its name; a value that is nothing but a placeholder is none. */
export const replaceXmlSecrets = (xml: string, change: (value: string, name: string) => string): string => {
  const change1 = (name: string, value: string): string => (isSecretName(name.replace(/^.*:/, '')) && !/^\{\w+\}$/.test(value) ? change(value, name) : value);
  return xml.replace(piece, (_, tag?: string, element?: string, text?: string, before?: string, attribute?: string, value?: string) =>
    tag === undefined ? `${before}${change1(attribute!, value!)}` : `${replaceAttributes(tag, change1)}${change1(element!, text!)}`);
};

/** An element's own attributes are matched together with it, and looked at apart. */
const replaceAttributes = (tag: string, change: (name: string, value: string) => string): string =>
  tag.replace(/(\s([\w:.-]+)\s*=\s*["'])([^"'<]+)(?=["'])/g, (_, before: string, name: string, value: string) => `${before}${change(name, value)}`);

export const secretsInXml = (xml: string): string[] => {
  const secrets: string[] = [];
  replaceXmlSecrets(xml, (value) => {
    secrets.push(value);
    return value;
  });
  return secrets;
};
