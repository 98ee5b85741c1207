import { token, type Preset } from './preset.js';

/** The HTTP API from before the Platform; `callback` 6 asks for final states and errors. */
export const clickatell: Preset = {
  kind: 'clickatell',
  title: 'Clickatell, the old HTTP API',
  parameters: {
    user: { meaning: 'user name of the account', example: 'username' },
    password: { meaning: 'password of the account', example: 'askme', secret: true },
    apiId: { meaning: 'number of the HTTP API, from Clickatell Central', example: '12980436', pattern: /^\d+$/ },
    from: { meaning: 'sender', example: 'Example', optional: true },
  },
  server: 'https://api.clickatell.com',
  path: '/http/sendmsg',
  request: {
    form: { user: '{user}', password: '{password}', api_id: '{apiId}', to: '{phone}', text: '{text}', from: '{from}', concat: '3', validity: '{validityMinutes}' },
    unicode: { form: { text: '{ucs2Hex}', unicode: '1' } },
    validity: { least: 60, most: 86_400 },
    number: { format: 'digits' },
    success: { startsWith: 'ID:' },
    failure: { startsWith: 'ERR:' },
    unavailable: { matches: '^ERR: *(130|901)\\b' },
    messageId: { after: 'ID:' },
  },
  success: 'the reply begins with `ID:`. Errors begin with `ERR:`, whatever the HTTP status; 130 (too many messages) and 901 (internal error, please retry) are *unavailable*',
  receipts: {
    mapping: { messageId: 'apiMsgId', state: 'status', delivered: ['004', '4'], undelivered: ['005', '006', '007', '009', '010', '012', '014', '5', '6', '7', '9', '10', '12', '14'] },
    request: { form: { callback: '6' } },
    setup: 'in the settings of the API, give the address as *Reply Callback* URL, by GET or POST',
  },
};

export const clickatellPlatform: Preset = {
  kind: 'clickatell-platform',
  title: 'Clickatell Platform, REST',
  parameters: {
    apiKey: { meaning: 'API key of the integration', example: 'BcXvwpdWR0-bFHlNJSHqlQ==', secret: true, pattern: token },
    from: { meaning: 'sender, where the integration is two-way', example: '12025550100', optional: true },
  },
  server: 'https://platform.clickatell.com',
  path: '/messages',
  request: {
    headers: { Authorization: '{apiKey}', Accept: 'application/json' },
    json: { to: ['{phone}'], content: '{text}', from: '{from}', charset: 'UTF-8', validityPeriod: '{validityMinutes:number}', clientMessageId: '{reference}' },
    validity: { least: 60, most: 86_400 },
    number: { format: 'digits' },
    success: { status: [200, 201, 202], json: [{ pointer: '/messages/*/accepted', equals: true }] },
    messageId: { pointer: '/messages/*/apiMessageId' },
  },
  success: 'HTTP 200, 201 or 202, and `accepted` for the message',
  receipts: {
    mapping: { messageId: 'messageId', reference: 'clientMessageId', state: 'statusCode', detail: 'status', delivered: ['4', '004'], undelivered: ['5', '6', '7', '9', '10', '12', '14', '005', '006', '007', '009', '010', '012', '014'] },
    setup: 'in the settings of the integration, give the address as *Message status callback*',
  },
};
