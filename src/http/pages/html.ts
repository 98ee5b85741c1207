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
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
.warning { border: 2px solid #b3261e; padding: .75rem 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; font-weight: bold; padding: .5rem 0; }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #8888; }
td.text { font-family: ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; }
`;
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Sends a whole page. @param refresh seconds after which a browser loads it again, without any script */
export const sendPage = (response: Response, title: string, content: Html, { refresh }: { readonly refresh?: number } = {}): void => {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="${refresh}">`}
<title>${title}</title>
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
  response.set('Content-Security-Policy', policy).type('html').send(page.text);
};
