import type { Preset } from './preset.js';

/** `dlr-mask` 31 asks for every state, `%d` is what Kannel puts the state in for. It gives no id, so receipts are known by our reference. */
export const kannel: Preset = {
  kind: 'kannel',
  title: 'Kannel, sendsms',
  parameters: {
    username: { meaning: 'user name of the `sendsms-user`', example: 'tanager' },
    password: { meaning: 'password of the `sendsms-user`', example: 'your-password', secret: true },
    from: { meaning: 'sender', example: 'Example', optional: true },
    smsc: { meaning: 'id of the SMSC connection to be used', example: 'main', optional: true },
  },
  path: '/cgi-bin/sendsms',
  request: {
    method: 'GET',
    query: {
      username: '{username}', password: '{password}', to: '{phone}', text: '{text}', from: '{from}', smsc: '{smsc}', charset: 'UTF-8', coding: '0', validity: '{validityMinutes}',
    },
    unicode: { query: { coding: '2' } },
    validity: { least: 60 },
    number: { format: 'plus' },
    success: { status: [200, 202], matches: '^[03]: ' },
  },
  success: 'HTTP 202, and a reply that begins with `0:` (accepted) or `3:` (queued). 403 means that there is no way to the number; 503, that there is none for the moment, is *unavailable*',
  receipts: {
    mapping: { reference: 'reference', state: 'state', delivered: ['1'], undelivered: ['2', '16'] },
    request: { query: { 'dlr-mask': '31', 'dlr-url': '{receiptUrl}?reference={reference}&state=%d' } },
    setup: 'nothing, the address goes along with every message',
  },
};
