import { digits20, linotpTransactionIds } from '../../src/http/transactionIds.js';

describe('transaction ids', () => {
  const many = (make: () => string) => Array.from({ length: 2000 }, make);

  it.each([
    ['20 digits', digits20, /^\d{20}$/],
    ['17 digits for one token', () => linotpTransactionIds(17)(1), /^[1-9]\d{16}$/],
    ['a root of 14 digits for several', () => linotpTransactionIds(17)(3), /^[1-9]\d{13}$/],
    ['as many digits as are wanted', () => linotpTransactionIds(12)(1), /^[1-9]\d{11}$/],
  ])('have %s and never come twice', (_, make, form) => {
    const ids = many(make);
    expect(ids.filter((id) => !form.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('use every digit alike', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const digit of many(digits20).join('')) counts[Number(digit)]! += 1;
    // 40 000 digits: 4000 of each, give or take eight standard deviations
    expect(Math.min(...counts)).toBeGreaterThan(3520);
    expect(Math.max(...counts)).toBeLessThan(4480);
  });
});
