/** Longest line that is kept; a PDU has at most 2 × 176 characters. What is longer is noise of the line. */
const longest = 2_048;

/**
 * Makes lines and prompts of what a modem writes. Lines end with CR, LF or both; empty ones are left out. A prompt is a `>` at the
 * beginning of a line, which no line break follows (3GPP TS 27.005, 3.5.1).
 * @param promptDue whether a prompt is waited for; a `>` at another time belongs to a line
 */
export const lineReader = ({ line, prompt, promptDue }: { line(text: string): void; prompt(): void; promptDue(): boolean }): ((chunk: Buffer) => void) => {
  let rest = '';
  return (chunk) => {
    rest += chunk.toString('latin1');
    for (;;) {
      rest = rest.replace(/^[\r\n\0 ]+/, '');
      if (rest.startsWith('>') && promptDue()) {
        rest = rest.slice(1);
        prompt();
        continue;
      }
      const end = rest.search(/[\r\n]/);
      if (end < 0) break;
      const text = rest.slice(0, end).trim();
      rest = rest.slice(end + 1);
      line(text);
    }
    if (rest.length > longest) rest = '';
  };
};
