// Gives a service that has no gateway its first one, and has messages go there. Where there is one already nothing is changed.
//   TANAGER_URL, TANAGER_ADMIN_USER, TANAGER_ADMIN_PASSWORD   the service, and an administrator of it
//   GATEWAY_NAME, GATEWAY_DEFINITION                          the gateway, as PUT /v1/gateways/{name} takes it
const { TANAGER_URL, TANAGER_ADMIN_USER = 'admin', TANAGER_ADMIN_PASSWORD, GATEWAY_NAME, GATEWAY_DEFINITION } = process.env;

let token;
const call = async (method, path, body) => {
  const response = await fetch(`${TANAGER_URL}/v1${path}`, {
    method, redirect: 'error', signal: AbortSignal.timeout(30_000),
    headers: { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} /v1${path}: ${response.status} ${answer.detail ?? ''}`);
  return answer;
};

try {
  ({ token } = await call('POST', '/sessions', { account: TANAGER_ADMIN_USER, password: TANAGER_ADMIN_PASSWORD }));
  const { gateways } = await call('GET', '/gateways');
  if (gateways.length > 0) console.log(`There is a gateway already: ${gateways.map(({ name }) => name).join(', ')}`);
  else {
    await call('PUT', `/gateways/${encodeURIComponent(GATEWAY_NAME)}`, JSON.parse(GATEWAY_DEFINITION));
    await call('PUT', '/settings/sms.identifier', { value: GATEWAY_NAME });
    console.log(`Messages go to the gateway ${GATEWAY_NAME}`);
  }
} catch (error) {
  console.error(`The first gateway was not defined: ${error.message}${error.cause ? ` (${error.cause.code ?? error.cause.message})` : ''}`);
  process.exitCode = 1;
}
