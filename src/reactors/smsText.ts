import { Secret } from '../security/secret.js';

/**
 * Renders the text of an SMS. `<otp>`/`{otp}` and `<serial>`/`{serial}` are replaced everywhere; a text without the code gets it
 * put in front, since an SMS without code helps nobody.
 */
export const smsText = (template: string, { code, serial }: { readonly code: Secret; readonly serial: string }): Secret => {
  const withCode = /<otp>|\{otp\}/.test(template) ? template : `<otp> ${template}`;
  return new Secret(withCode.replaceAll(/<otp>|\{otp\}/g, () => code.reveal()).replaceAll(/<serial>|\{serial\}/g, () => serial).trim());
};
