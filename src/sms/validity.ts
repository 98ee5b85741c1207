const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;

/**
 * The relative validity period (3GPP TS 23.040, 9.2.3.12.1), rounded up: the network must not give a message up while its code lives.
 * The least that can be said is 5 minutes, the most 63 weeks.
 * @param seconds how long the network may try
 */
export const encodeValidity = (seconds: number): number => {
  if (!(seconds > 5 * minute)) return 0;
  if (seconds <= 12 * hour) return Math.ceil(seconds / (5 * minute)) - 1;
  if (seconds <= day) return 143 + Math.ceil((seconds - 12 * hour) / (30 * minute));
  if (seconds <= 30 * day) return 166 + Math.ceil(seconds / day);
  return Math.min(255, 192 + Math.ceil(seconds / week));
};
