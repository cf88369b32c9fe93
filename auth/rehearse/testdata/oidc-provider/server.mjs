// An OpenID provider on loopback for the live tests. Its one argument is JSON:
//   conform  email and profile only by UserInfo, as OpenID Connect Core 5.4 says for the code flow
//   pkce     refuse requests without PKCE
//   method   token_endpoint_auth_method of the client
// It prints its issuer on a line and ends with its standard input.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const home = process.env.MUSTER_OIDC_PROVIDER;
const require = createRequire(join(home, 'package.json'));
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const options = JSON.parse(process.argv[2]);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'rehearsal',
      client_secret: process.env.REHEARSAL_SECRET,
      application_type: 'native', // any port of a loopback redirect URI (RFC 8252 7.3)
      redirect_uris: ['http://127.0.0.1/oidc/callback'],
      token_endpoint_auth_method: options.method,
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: options.conform,
    pkce: { required: () => options.pkce },
    cookies: { keys: ['only for tests'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: true, name: 'Ada Lovelace' }),
    }),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
