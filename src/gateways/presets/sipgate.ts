import { token, word, type Preset } from './preset.js';

export const sipgate: Preset = {
  kind: 'sipgate',
  title: 'sipgate, REST API v2',
  parameters: {
    tokenId: { meaning: 'id of the personal access token', example: 'token-ABC123', pattern: /^[\x21-\x39\x3b-\x7e]+$/ },
    token: { meaning: 'personal access token with the scope `sessions:sms:write`', example: 'your-token', secret: true, pattern: token },
    smsId: { meaning: 'extension that sends', example: 's0', default: 's0', pattern: word },
  },
  server: 'https://api.sipgate.com',
  path: '/v2/sessions/sms',
  request: {
    username: '{tokenId}',
    password: '{token}',
    json: { smsId: '{smsId}', recipient: '{phone}', message: '{text}' },
    number: { format: 'plus' },
    success: { status: [200, 204] },
  },
  success: 'HTTP 204, without an id. 402 means no credit, 403 that the extension or the token may not send',
};
