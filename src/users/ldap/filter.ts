import {
  AndFilter, ApproximateFilter, EqualityFilter, ExtensibleFilter, FilterParser, GreaterThanEqualsFilter, LessThanEqualsFilter, NotFilter, OrFilter, SubstringFilter, type Filter,
} from 'ldapts';

/** What stands for the login in a filter. */
export const loginPlace = '{login}';

const malformed = 'must be a filter in the form of RFC 4515, such as (&(objectClass=person)(uid={login}))';

/** @returns what is wrong with a filter; undefined when it is good */
export const filterFault = (template: string): string | undefined => {
  if (!template.includes(loginPlace)) return `must have ${loginPlace} where the login belongs`;
  try {
    // the library does not mind one that is missing at the end
    if (template.split('(').length !== template.split(')').length) return malformed;
    return holdsLogin(FilterParser.parseString(template)) ? undefined : `must have ${loginPlace} as a value`;
  } catch {
    return malformed;
  }
};

/**
 * Puts a login into a filter. It goes into the values of the filter after that was taken apart, so that nothing in a login can be read as a part
 * of the filter: there is nothing to escape.
 */
export const filterFor = (template: string, login: string): Filter => filled(FilterParser.parseString(template), (value) => value.replaceAll(loginPlace, () => login));

const holdsLogin = (filter: Filter): boolean => {
  let found = false;
  filled(filter, (value) => {
    found ||= value.includes(loginPlace);
    return value;
  });
  return found;
};

/** Changes every value in a filter, which must be nobody else's. */
const filled = <F extends Filter>(filter: F, fill: (value: string) => string): F => {
  if (filter instanceof AndFilter || filter instanceof OrFilter) filter.filters.forEach((each) => filled(each, fill));
  else if (filter instanceof NotFilter) filled(filter.filter, fill);
  else if (filter instanceof SubstringFilter) {
    filter.initial = fill(filter.initial);
    filter.any = filter.any.map(fill);
    filter.final = fill(filter.final);
  } else if (filter instanceof EqualityFilter || filter instanceof ApproximateFilter || filter instanceof GreaterThanEqualsFilter || filter instanceof LessThanEqualsFilter || filter instanceof ExtensibleFilter) {
    if (typeof filter.value === 'string') filter.value = fill(filter.value);
  }
  return filter;
};
