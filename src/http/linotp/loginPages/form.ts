import type { Response } from 'express';
import { html, sendPage, type Html } from '../../pages/html.js';
import { code, loginPageLinks, type Field, type LoginPage } from './pages.js';

/** What a page shows. */
export interface View {
  readonly page: LoginPage;
  /** Path below which the pages are. */
  readonly place: string;
  readonly realms: readonly string[];
  /** The name that was typed last; nothing else is ever given back. */
  readonly user: string;
  readonly show:
    | { readonly kind: 'form' }
    /** The form for the code that answers a challenge. */
    | { readonly kind: 'code'; readonly transactionId: string }
    /** Only the notice. */
    | { readonly kind: 'end' };
  /** What the last attempt came to. */
  readonly notice?: { readonly kind: keyof typeof states; readonly text: string };
}

const states = { accepted: 'Done', sent: 'SMS sent', problem: 'Problem' } as const;

export const showPage = (response: Response, view: View): void => {
  const { page, place, show, notice } = view;
  const problem = notice?.kind === 'problem';
  sendPage(response, show.kind === 'code' ? 'Enter the code' : page.title, html`
${notice === undefined ? '' : problem ? html`<p id="problem" class="warning" role="alert">${notice.text}</p>` : html`<p role="status"><strong>${notice.text}</strong></p>`}
${show.kind === 'form' ? form(view, problem) : show.kind === 'code' ? codeForm(view, show.transactionId, problem) : ''}
<nav aria-label="Other pages">
<h2>Other pages</h2>
<ul>
${loginPageLinks(place, show.kind === 'form' ? page : undefined)}<li><a href="/">Tanager</a></li>
</ul>
</nav>`, { form: true, ...(notice === undefined ? {} : { state: states[notice.kind] }) });
};

// a form without an address is sent to where the page is

const form = ({ page, realms, user }: View, problem: boolean): Html => html`<form method="post">
<label for="user">User name</label>
<input id="user" name="user" value="${user}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="255" required${focus(user === '', problem)}>
${realms.length < 2 ? '' : html`<label for="realm">Realm</label>
<select id="realm" name="realm">
<option value="">as in the user name, or ${realms[0]!}</option>
${realms.map((realm) => html`<option>${realm}</option>
`)}</select>
`}${page.fields.map((field, index) => input(field, user !== '' && index === 0, problem))}<button type="submit">${page.button}</button>
</form>`;

const codeForm = ({ user }: View, transactionId: string, problem: boolean): Html => html`<form method="post">
<input type="hidden" name="transactionid" value="${transactionId}">
<input type="hidden" name="user" value="${user}">
${input(code, true, problem, true)}<button type="submit">Log in</button>
</form>`;

const input = ({ name, label, hint, type }: Field, isFirst: boolean, problem: boolean, required = false): Html => html`<label for="${name}">${label}</label>
${hint === undefined ? '' : html`<p id="${name}-hint" class="aside">${hint}</p>
`}<input id="${name}" name="${name}"${type === 'code' ? html` inputmode="numeric" autocomplete="one-time-code" autocapitalize="none" spellcheck="false"` : html` type="password" autocomplete="current-password"`} maxlength="200"${required ? html` required` : ''}${focus(isFirst, problem, hint === undefined ? [] : [`${name}-hint`])}>
`;

/** Whoever begins to type should be where he has to, and hear there what was wrong. */
const focus = (isFirst: boolean, problem: boolean, described: readonly string[] = []): Html => {
  const by = [...described, ...(isFirst && problem ? ['problem'] : [])];
  return html`${isFirst ? html` autofocus` : ''}${by.length > 0 ? html` aria-describedby="${by.join(' ')}"` : ''}`;
};
