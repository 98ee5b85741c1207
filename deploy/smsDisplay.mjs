// A gateway for trying out: takes messages over HTTP, as a provider would, and shows the last of them instead of sending them.
//   POST /messages        {"to": "…", "text": "…", "reference": "…"}, answered with {"id": "…"}
//   GET  /                the last messages, newest first, as a page
//   GET  /messages.json   the same as JSON
// Whoever reads them has every code: PORT and HOST say where it listens, and should let nobody in but you.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const kept = 50;
const mostBytes = 16_384;
const messages = [];

const server = createServer((request, response) => {
  const answer = (status, type, body) => response.writeHead(status, {
    'Content-Type': type, 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'", 'X-Content-Type-Options': 'nosniff',
  }).end(body);
  const answerJson = (status, value) => answer(status, 'application/json', JSON.stringify(value));
  const asked = `${request.method} ${request.url}`;
  if (asked === 'GET /alive') return answerJson(200, { status: 'alive' });
  if (asked === 'POST /messages') {
    return take(request).then((id) => answerJson(201, { id }), (error) => answerJson(400, { error: error.message }));
  }
  // a stranger's page must not read along by giving this address to a name of its own
  if (!/^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(request.headers.host ?? '')) return answerJson(403, { error: 'shown to this machine only' });
  if (asked === 'GET /messages.json') return answerJson(200, { messages });
  if (asked === 'GET /') return answer(200, 'text/html; charset=utf-8', page());
  answerJson(404, { error: 'there is nothing here' });
});

/** Keeps a message. @returns the id that it has here @throws Error when it is none */
const take = async (request) => {
  if (Number(request.headers['content-length'] ?? Infinity) > mostBytes) throw new Error(`a message has a Content-Length of at most ${mostBytes}`);
  const { to, text, reference = '' } = await json(request);
  if (![to, text, reference].every((value) => typeof value === 'string') || to === '') throw new Error('a message has to, text and perhaps reference, which are texts');
  const id = randomUUID();
  messages.unshift({ id, to, text, reference, takenAt: new Date().toISOString() });
  messages.splice(kept);
  console.log(`took ${id}`);
  return id;
};

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const page = () => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="3">
<title>SMS</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem } blockquote { font-size: 1.25rem; white-space: pre-wrap } small { color: #666 }</style>
<h1>SMS that were sent</h1>
<p>For trying out. None of them left this machine.</p>
${messages.length === 0 ? '<p>There is none yet.</p>' : messages.map(({ to, text, reference, takenAt }) => `<article>
<p>To <strong>${escaped(to)}</strong>, <time datetime="${takenAt}">${takenAt.slice(0, 19).replace('T', ' ')} UTC</time></p>
<blockquote>${escaped(text)}</blockquote>
<p><small>${escaped(reference)}</small></p>
</article>`).join('\n')}
</html>
`;

server.listen(Number(process.env.PORT ?? 8081), process.env.HOST ?? '127.0.0.1', () => console.log(`Messages are shown on http://127.0.0.1:${server.address().port}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { server.close(); server.closeAllConnections(); });
