import type { RequestHandler } from 'express';
import type { HttpDependencies } from '../dependencies.js';
import { loginPageLinks } from '../linotp/loginPages/pages.js';
import { html, sendPage } from './html.js';

const names = { privacyidea: 'privacyIDEA', linotp: 'LinOTP' } as const;

/** What this is and where everything else is. */
export const home = ({ application, dialect, development }: HttpDependencies): RequestHandler => (_, response) =>
  sendPage(response, 'Tanager', html`
<p>One-time passwords by SMS, in the place of the SMS tokens of privacyIDEA and LinOTP. Version ${application.version}.</p>
${development ? html`<p class="warning"><strong>Development.</strong> Where no other gateway is defined, no SMS leaves: <a href="/development/messages">the development gateway shows the messages</a>, codes and all.</p>` : ''}
<h2>Where clients talk to it</h2>
<ul>
<li><code>/v1/</code>: its own API, described by <a href="/v1/openapi.json">openapi.json</a></li>
<li><code>/privacyidea/</code>: what clients of privacyIDEA call</li>
<li><code>/linotp/</code>: what clients of LinOTP call</li>
<li><code>/validate/</code> and so on, without a prefix: ${names[dialect]}</li>
</ul>
<h2>For people</h2>
<ul>
${loginPageLinks('/linotp/auth')}</ul>
<h2>How it fares</h2>
<ul>
<li><a href="/health/ready">Health</a>: whether it takes work</li>
<li><a href="/metrics">Metrics</a>: how much it did, for Prometheus</li>
</ul>`);
