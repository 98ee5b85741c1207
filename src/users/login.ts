/** Characters. */
const longest = 255;

/** What fits every directory and every log: no control characters, not only white space. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
export const isLogin = (login: string): boolean => login.trim() !== '' && login.length <= longest && !/[\u0000-\u001f\u007f-\u009f]/.test(login);
