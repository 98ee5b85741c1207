/** What of the package is used; it brings no types. */
declare module 'aws4' {
  interface Signable {
    host: string;
    path: string;
    method: string;
    headers: Record<string, string>;
    body?: string;
    service: string;
    region: string;
    extraHeadersToIgnore: Record<string, true>;
  }
  const aws4: {
    sign(request: Signable, credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): { path: string; headers: Record<string, string> };
  };
  export default aws4;
}
