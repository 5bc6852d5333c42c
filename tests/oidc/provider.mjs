// A real OpenID provider for tests: one client, anybody may sign in under any name.
import { Provider } from "oidc-provider";

const [, , port, redirects] = process.argv;
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "hailong",
      client_secret: "a secret of the tests: with/signs",
      redirect_uris: redirects.split(","),
    },
  ],
  pkce: { required: () => true },
  ttl: { IdToken: 60, AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 600 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
