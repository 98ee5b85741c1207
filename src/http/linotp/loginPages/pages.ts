import type { Attempt } from '../../../commands/login/attempt.js';
import { Secret } from '../../../security/secret.js';
import { html, type Html } from '../../pages/html.js';
import type { LinotpSettings } from '../settings.js';

/** A field besides the user's name. */
export interface Field {
  readonly name: 'pass' | 'otp';
  readonly label: string;
  readonly hint?: string;
  /** What a browser needs to know in order to help. */
  readonly type: 'secret' | 'code';
}

/** One page for people who log in, as a form and what it comes to. */
export interface LoginPage {
  /** Below the place of the pages; the first is linked to. */
  readonly paths: readonly [string, ...string[]];
  readonly title: string;
  readonly fields: readonly Field[];
  readonly button: string;
  /** Whether the code is asked for here, as soon as an SMS is on its way; otherwise it is meant for another place. */
  readonly asksForCode: boolean;
  /** @param given the text of a field, empty where there is none */
  readonly attempt: (given: (name: Field['name']) => string, settings: LinotpSettings) => Pick<Attempt, 'pass' | 'only'>;
}

const pin: Field = { name: 'pass', label: 'PIN', type: 'secret' };
export const code: Field = { name: 'otp', label: 'Code of the SMS', type: 'code' };

/** The pages of LinOTP's manual. */
export const pages: readonly LoginPage[] = [
  {
    paths: ['/requestsms'], title: 'Request an SMS', fields: [pin], button: 'Send me an SMS', asksForCode: false,
    attempt: (given) => ({ pass: new Secret(given('pass')), only: 'pin' }),
  },
  {
    paths: ['/index', '/'], title: 'Log in', button: 'Log in', asksForCode: true,
    fields: [{ ...pin, label: 'PIN and code', hint: 'Both in this one field. With the PIN alone an SMS with a code is sent to you.' }],
    attempt: (given) => ({ pass: new Secret(given('pass')) }),
  },
  {
    paths: ['/index3'], title: 'Log in with PIN and code apart', button: 'Log in', asksForCode: true,
    fields: [pin, { ...code, hint: 'When you have none yet, leave this empty: an SMS is sent to you.' }],
    attempt: (given, { prependPin }) => {
      const parts = [given('pass'), withoutBlanks(given('otp'))];
      return { pass: new Secret((prependPin ? parts : parts.reverse()).join('')) };
    },
  },
  {
    paths: ['/challenge-response', '/challenge_response'], title: 'Log in step by step', fields: [pin], button: 'Next', asksForCode: true,
    attempt: (given) => ({ pass: new Secret(given('pass')) }),
  },
];

/** Codes are often read, and copied, in groups. */
export const withoutBlanks = (text: string): string => text.replace(/\s/g, '');

/** @param place path below which the pages are @param except a page that needs no link */
export const loginPageLinks = (place: string, except?: LoginPage): Html[] =>
  pages.filter((page) => page !== except).map(({ paths: [path], title }) => html`<li><a href="${place}${path}">${title}</a></li>
`);
