import type { Preset } from './preset.js';

export const gammu: Preset = {
  kind: 'gammu',
  title: 'Gammu behind HTTP (sms-gammu-gateway)',
  parameters: {
    username: { meaning: 'user name', example: 'tanager' },
    password: { meaning: 'password', example: 'your-password', secret: true },
  },
  path: '/sms',
  request: {
    username: '{username}',
    password: '{password}',
    json: { text: '{text}', number: '{phone}' },
    unicode: { json: { unicode: true } },
    timeout: 30,
    number: { format: 'plus' },
    success: { status: [200], json: [{ pointer: '/status', equals: 200 }] },
  },
  success: 'HTTP 200, and `status` 200 in the reply. It gives no id that lasts',
};
