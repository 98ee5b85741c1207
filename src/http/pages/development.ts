import { Router, type Request, type RequestHandler } from 'express';
import type { DevelopmentPage } from '../dependencies.js';
import { problem, sendProblem } from '../native/problem.js';
import { html, sendPage, type Html } from './html.js';

/** Seconds after which the page loads itself again. */
const refresh = 5;

/** The last messages of the development gateway: for people a page, for scripts JSON. */
export const developmentPages = ({ messages, anyClient }: DevelopmentPage): Router => {
  const router = Router({ caseSensitive: true, strict: true });
  const guard = anyClient ? passOn : thisMachineOnly;
  router.get('/messages.json', guard, (_, response) => void response.json({ messages: messages() }));
  router.get('/messages', guard, (request, response) => {
    const still = request.query['refresh'] === 'off';
    const kept = messages();
    sendPage(response, 'Messages of the development gateway', html`
<p class="warning"><strong>Not for production.</strong> The development gateway sends no SMS. Whoever sees this page sees every code.</p>
<p>${still ? html`<a href="/development/messages">Load again every ${refresh} seconds</a>` : html`Loads again every ${refresh} seconds. <a href="/development/messages?refresh=off">Stop loading again</a>`}</p>
<h2>The last messages, newest first</h2>
${kept.length === 0 ? html`<p>There is none yet.</p>` : html`<ol class="messages">
${kept.map(item)}</ol>`}
<p><a href="/">Tanager</a></p>`, still ? {} : { refresh });
  });
  return router;
};

const item = ({ sentAt, to, text, gateway, reference }: ReturnType<DevelopmentPage['messages']>[number]): Html => html`<li>
<p>To <strong>${to}</strong>, <time datetime="${sentAt}">${sentAt.slice(0, 19).replace('T', ' ')} UTC</time></p>
<blockquote>${text}</blockquote>
<p class="aside">Gateway ${gateway}, reference ${reference}</p>
</li>
`;

const passOn: RequestHandler = (_request, _response, next) => next();

const thisMachineOnly: RequestHandler = (request, response, next) => {
  if (isFromHere(request)) return next();
  sendProblem(response, problem(403, 'this-machine-only', 'The messages of the development gateway are shown on the machine itself only.'));
};

/**
 * Whether somebody at this machine asks. A proxy makes everybody look like that, hence no forwarded request; and a page of a stranger
 * must not read along by giving this address to a name of his own, hence no other name.
 */
const isFromHere = ({ socket, headers }: Request): boolean =>
  isLoopback(socket.remoteAddress ?? '') &&
  headers['x-forwarded-for'] === undefined && headers['forwarded'] === undefined &&
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(headers.host ?? '');

const isLoopback = (address: string): boolean => /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address) || address === '::1';
