/** The kinds of SMS provider that LinOTP has, and the four ways in which it lets each be written. */
const kinds = ['HttpSMSProvider', 'SmtpSMSProvider', 'DeviceSMSProvider', 'FileSMSProvider', 'RestSMSProvider', 'SMPPSMSProvider'];

const classes: ReadonlySet<string> = new Set(kinds.flatMap((kind) => [kind, `smsprovider.${kind}`, `smsprovider.${kind}.${kind}`, `linotp.provider.smsprovider.${kind}`]));

/** Whether LinOTP knows a provider class by this name; whether this service can send that way is another matter. */
export const isProviderClass = (name: string): boolean => classes.has(name);
