/** How many requests may be unanswered at once. */
export interface Window {
  readonly size: number;
  readonly inUse: number;
  /** Takes a place, now or when one becomes free. @returns false when none did in time */
  enter(milliseconds: number): Promise<boolean>;
  /** Gives the place back. The SMSC that asks for less gets half; every full window that it takes adds one again. */
  leave(answer: 'taken' | 'throttled' | 'none'): void;
}

export const adaptiveWindow = (most: number): Window => {
  let size = most;
  let inUse = 0;
  let taken = 0;
  const waiting: (() => void)[] = [];
  const admit = (): void => {
    while (inUse < size && waiting.length > 0) {
      inUse += 1;
      waiting.shift()!();
    }
  };
  return {
    get size() {
      return size;
    },
    get inUse() {
      return inUse;
    },
    enter: (milliseconds) =>
      new Promise((resolve) => {
        const enter = (): void => {
          clearTimeout(timer);
          resolve(true);
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(enter), 1);
          resolve(false);
        }, milliseconds);
        waiting.push(enter);
        admit();
      }),
    leave: (answer) => {
      inUse -= 1;
      if (answer === 'throttled') {
        size = Math.max(1, Math.floor(size / 2));
        taken = 0;
      } else if (answer === 'taken' && size < most) {
        taken += 1;
        if (taken >= size) {
          size += 1;
          taken = 0;
        }
      }
      admit();
    },
  };
};
