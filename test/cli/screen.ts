import { commands } from '../../src/cli/commands.js';
import type { ExitCode, Terminal } from '../../src/cli/command.js';
import { run } from '../../src/cli/run.js';

export interface Shown {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** A terminal whose screen can be read while a command runs. */
export class Screen {
  out = '';
  err = '';
  readonly #stop = new AbortController();
  readonly #watchers = new Set<() => void>();

  /** @param file text of every file, or of each by its path */
  constructor(private readonly env: Record<string, string> = {}, private readonly file?: string | Readonly<Record<string, string>>) {}

  terminal(): Terminal {
    const write = (stream: 'out' | 'err') => async (text: string): Promise<void> => {
      this[stream] += text;
      for (const look of this.#watchers) look();
    };
    return {
      out: write('out'), err: write('err'), live: false, env: this.env, files: { read: (path) => (typeof this.file === 'object' ? this.file[path] : this.file) },
      now: () => new Date(), stopped: () => this.#stop.signal,
    };
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Resolves when the standard output shows a text. */
  shows(text: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.out.includes(text)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  async run(...words: string[]): Promise<Shown> {
    const code = await run(words, commands, this.terminal());
    return { code, out: this.out, err: this.err };
  }
}

/** Runs one command line to its end. */
export const tanager = (words: readonly string[], env?: Record<string, string>, file?: ConstructorParameters<typeof Screen>[1]): Promise<Shown> => new Screen(env, file).run(...words);
