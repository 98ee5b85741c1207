import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** Text that is HTML already; everything else is escaped when it is put into a page. */
export class Html {
  constructor(readonly text: string) {}
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

type Piece = string | number | Html | readonly Html[];

/** `` html`<td>${text}</td>` ``: whatever is put in is escaped, unless it came out of this function itself. */
export const html = (literals: TemplateStringsArray, ...pieces: readonly Piece[]): Html =>
  new Html(literals.reduce((page, literal, index) => page + written(pieces[index - 1]!) + literal));

const written = (piece: Piece): string => {
  if (piece instanceof Html) return piece.text;
  return typeof piece === 'object' ? piece.map(({ text }) => text).join('') : escape(String(piece));
};

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 48rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
li { margin: .25rem 0; }
code, blockquote { font-family: ui-monospace, monospace; }
.warning { border: 2px solid #b3261e; border-radius: .5rem; padding: .75rem 1rem; }
.messages { list-style: none; padding: 0; }
.messages li { border: 1px solid #8888; border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0; }
.messages p { margin: 0; }
.messages blockquote { font-size: 1.25rem; white-space: pre-wrap; margin: .5rem 0; }
.aside { font-size: .875rem; }
form { max-width: 24rem; }
label { display: block; font-weight: 600; margin: 1.25rem 0 .5rem; }
label + .aside { margin: 0 0 .5rem; }
input, select, button { box-sizing: border-box; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; border: 1px solid #767676; border-radius: .5rem; }
button { margin-top: 1.5rem; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { .warning { border-color: #f2b8b5; } :focus-visible { outline-color: #8ab4f8; } }
`;
const styleHash = createHash('sha256').update(style).digest('base64');
const policy = (formAction: string): string =>
  `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`;

export interface PageOptions {
  /** Seconds after which a browser loads the page again, without any script. */
  readonly refresh?: number;
  /** What stands before the title in the name of the window: people who do not see the page hear it first. */
  readonly state?: string;
  /** Whether there is a form in it, that is sent back here. */
  readonly form?: boolean;
}

/** Sends a whole page. */
export const sendPage = (response: Response, title: string, content: Html, { refresh, state, form = false }: PageOptions = {}): void => {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh}">`}
<title>${state === undefined ? '' : `${state}: `}${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  response.set('Content-Security-Policy', policy(form ? "'self'" : "'none'"));
  // else a browser would keep from us, too, which page a form comes from
  if (form) response.set('Referrer-Policy', 'same-origin');
  response.type('html').send(page.text);
};
