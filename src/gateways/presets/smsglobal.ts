import type { Preset } from './preset.js';

export const smsglobal: Preset = {
  kind: 'smsglobal',
  title: 'SMSGlobal, HTTP API',
  parameters: {
    user: { meaning: 'user name of the API', example: 'username' },
    password: { meaning: 'password of the API', example: 'askme', secret: true },
    from: { meaning: 'sender: a number, or a name', example: 'Example' },
  },
  server: 'https://api.smsglobal.com',
  path: '/http-api.php',
  request: {
    form: { action: 'sendsms', user: '{user}', password: '{password}', from: '{from}', to: '{phone}', text: '{text}', maxsplit: '3' },
    number: { format: 'digits' },
    success: { matches: '^OK: *0\\b' },
    failure: { startsWith: 'ERROR' },
    messageId: { matches: 'SMSGlobalMsgID: *(\\d+)' },
  },
  success: 'the reply begins with `OK: 0`. Errors begin with `ERROR`, with HTTP 200',
  receipts: {
    mapping: { messageId: 'msgid', state: 'dlrstatus', detail: 'dlr_err', delivered: ['DELIVRD'], undelivered: ['UNDELIV', 'EXPIRED', 'REJECTD', 'DELETED'] },
    setup: 'in the settings of the API, give the address as the URL for delivery receipts',
  },
};
