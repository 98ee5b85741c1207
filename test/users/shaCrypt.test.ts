import { isShaCrypt, shaCrypt } from '../../src/users/shaCrypt.js';

const long = 'a very much longer text to encrypt.  This one even stretches over morethan one line.';

/** The vectors of the specification, without those that ask for fewer than 1000 rounds, and four more that the C library agrees to. */
it.each([
  ['$6$saltstring', 'Hello world!', '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1'],
  ['$6$rounds=10000$saltstringsaltstring', 'Hello world!', '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.'],
  ['$6$rounds=5000$toolongsaltstring', 'This is just a test', '$6$rounds=5000$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0'],
  ['$6$rounds=1400$anotherlongsaltstring', long, '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1'],
  ['$6$rounds=77777$short', 'we have a short salt string but not a short password', '$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0'],
  ['$6$rounds=123456$asaltof16chars..', 'a short string', '$6$rounds=123456$asaltof16chars..$BtCwjqMJGx5hrJhZywWvt0RLE8uZ4oPwcelCjmw2kSYu.Ec6ycULevoBK25fs2xXgMNrCzIMVcgEJAstJeonj1'],
  ['$5$saltstring', 'Hello world!', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  ['$5$rounds=10000$saltstringsaltstring', 'Hello world!', '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA'],
  ['$5$rounds=5000$toolongsaltstring', 'This is just a test', '$5$rounds=5000$toolongsaltstrin$Un/5jzAHMgOGZ5.mWJpuVolil07guHPvOW8mGRcvxa5'],
  ['$5$rounds=1400$anotherlongsaltstring', long, '$5$rounds=1400$anotherlongsalts$Rx.j8H.h8HjEDGomFU8bDkXm3XIUnzyxf12oP84Bnq1'],
  ['$5$rounds=77777$short', 'we have a short salt string but not a short password', '$5$rounds=77777$short$JiO1O3ZpDAxGJeaDIuqCoEFysAe1mZNJRs3pw0KQRd/'],
  ['$5$rounds=123456$asaltof16chars..', 'a short string', '$5$rounds=123456$asaltof16chars..$gP3VQ/6X7UUEW3HkBn2w1/Ptq2jxPyzV/cZKmF/wJvD'],
  ['$5$rounds=1000$s', '', '$5$rounds=1000$s$cdjvTno7yp4OJ1Yyxn95LrCQTyxHsv3TK6lXb48P4L1'],
  ['$6$rounds=1000$', 'x', '$6$rounds=1000$$MwL1ngOSTyhRTmswE6q2bTvDqHdFuhV10m2l0x3JOy.OEau0xfOpeR/0OC9iLEfgib0feJ9KJveLUAQeA8NXr1'],
  ['$6$rounds=1000$umlaut', 'grün', '$6$rounds=1000$umlaut$NFa2BDbxHR2nxeHLOqeBG7xQ6FKWyDq3ZX6LrkSRmsfrW/IAkqJH6niqItr7XWBB5tehPLdLw7rP1l4ZYKXVu1'],
  ['$5$rounds=1000$x', 'y'.repeat(200), '$5$rounds=1000$x$sEWN7yjA6fmPQAL4VFspcFa0qd51zuGlhVPULMy9mj5'],
])('%s of %j', async (setting, password, hash) => {
  expect(await shaCrypt(password, setting)).toBe(hash);
  expect(await shaCrypt(password, hash)).toBe(hash);
});

it.each(['', 'x', '*', '!', '!!', '$1$salt$abc', '$2b$10$abc', '$y$j9T$abc', '$6', '$7$salt', '$6$rounds=10$salt', '$6$rounds=1000001$salt', '$6$rounds=999999999$salt', 'abJnggxhB/yWI'])(
  'leaves %j to others',
  async (setting) => {
    expect(isShaCrypt(setting)).toBe(false);
    expect(await shaCrypt('x', setting)).toBeUndefined();
  },
);

it('makes way for other work', async () => {
  let turns = 0;
  const other = setInterval(() => turns++, 1);
  await shaCrypt('x', '$6$rounds=100000$salt');
  clearInterval(other);
  expect(turns).toBeGreaterThan(5);
});
