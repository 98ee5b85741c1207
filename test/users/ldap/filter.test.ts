import asn1 from 'asn1';
import fc from 'fast-check';
import { AndFilter, EqualityFilter, FilterParser, OrFilter, SubstringFilter } from 'ldapts';
import { filterFault, filterFor } from '../../../src/users/ldap/filter.js';

/** What a server reads of it. */
const sent = (filter: ReturnType<typeof filterFor>) => {
  const writer = new asn1.BerWriter();
  filter.write(writer);
  return FilterParser.parse(new asn1.BerReader(writer.buffer));
};
const login = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: fc.constantFrom('(', ')', '*', '\\', '&', '|', '!', '=', '0', 'a', '{login}', '$&', '\0', 'é') }));

it('no login can become a part of the filter: a server reads the same filter with the very login in it', () => {
  fc.assert(fc.property(login, (text) => {
    const filter = sent(filterFor('(&(objectClass=person)(|(uid={login})(mail={login}@example.com)(cn=a*{login}*)))', text)) as AndFilter;
    expect(filter).toBeInstanceOf(AndFilter);
    expect(filter.filters).toHaveLength(2);
    expect(filter.filters[0]).toMatchObject({ attribute: 'objectclass', value: 'person' });
    const either = filter.filters[1] as OrFilter;
    expect(either).toBeInstanceOf(OrFilter);
    expect(either.filters).toHaveLength(3);
    const [uid, mail, cn] = either.filters as [EqualityFilter, EqualityFilter, SubstringFilter];
    expect([uid.constructor, mail.constructor, cn.constructor]).toEqual([EqualityFilter, EqualityFilter, SubstringFilter]);
    const written = Buffer.from(text, 'utf8').toString('utf8');
    expect([uid.attribute, uid.value, mail.value, cn.initial, cn.any, cn.final]).toEqual(['uid', written, `${written}@example.com`, 'a', [written], '']);
  }));
});

it.each([
  ['(uid={login})', undefined], ['uid={login}', undefined], ['(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2))(sAMAccountName={login}))', undefined],
  ['(uid=alice)', 'must have {login} where the login belongs'], ['', 'must have {login} where the login belongs'],
  ['(uid={login}', expect.stringMatching(/^must be a filter/)], ['(&(uid={login})', expect.stringMatching(/^must be a filter/)], ['({login}=x)', expect.stringMatching(/^must be a filter/)],
])('%s', (filter, fault) => expect(filterFault(filter)).toEqual(fault));
