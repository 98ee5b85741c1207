import { wholeNumber } from './parameters.js';

/** Which page of a list is wanted; privacyIDEA counts them from 1. */
export interface Page {
  readonly page: number;
  readonly size: number;
}

export const pageNumber = wholeNumber.default(1);
const mostPerPage = 10_000;

export const pageOf = (page: number, size: number): Page => ({ page: Math.max(1, page), size: Math.min(Math.max(1, size), mostPerPage) });
export const offsetOf = ({ page, size }: Page): number => (page - 1) * size;

/** What every list says beside its entries. */
export const pageLinks = (count: number, { page, size }: Page): { count: number; next: number | null; prev: number | null } => ({
  count, next: page * size < count ? page + 1 : null, prev: page > 1 ? page - 1 : null,
});
