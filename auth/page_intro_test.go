package auth

// pageIntro is what docs/sign-in.md says before the checks.
const pageIntro = `# Sign-in

Whether the users of your customers can sign in on go-live day is decided weeks before: by what stands in the onboarding
template, by the metadata or the discovery document of the identity provider, and by what was agreed with Cisco TAC. muster
judges all three, and says what would fail, where it stands and what to write instead. This page is written by
` + "`UPDATE_DOCS=1 go test ./auth`" + `.

## Three methods

| Authentication in the template | Who signs users in | What has to fit |
| --- | --- | --- |
| Webex authentication (the default) | Webex | nothing: there is no identity provider of yours |
| Partner authentication | your identity provider, by SAML 2.0 | the field IDP Entity ID is the entityID of the provider's metadata, byte for byte |
| Partner authentication with OpenID Connect | your identity provider, by OpenID Connect | the field OpenID Connect IDP Entity ID is the name that TAC has set up |

The second field is misleading: it takes neither an entity ID nor an issuer, but a *name*.

## What to do before a go-live

1. ` + "`muster check book.xlsx`" + ` judges sign-in along with everything else. Put the metadata file beside the workbook and name it in the
   column SAML metadata; put the issuer into OIDC issuer, and the name from the closed case into OpenID Connect IdP name from TAC.
   Without them a template is "not proven" or "not compared". Findings stand at the cells to change.
2. ` + "`muster auth check book.xlsx`" + ` says only that, with the checklist: what nobody can prove from files and somebody has to confirm.
   For one provider without a workbook:

   ` + "```sh" + `
   muster auth check --metadata idp.xml --entity-id https://idp.partner.net/saml
   muster auth check --issuer https://login.partner.net --idp-name partner-oidc --tac-idp-name partner-oidc
   ` + "```" + `

3. ` + "`--online`" + ` fetches what cells name by address, knocks at the hosts and looks at their certificates. Without it nothing
   that a workbook names is fetched; an address given by flag always is. Addresses that lead into private networks are refused, unless
   ` + "`--allow-private`" + ` lets them; files outside the folder of the workbook are, unless ` + "`--allow-outside`" + ` does.
4. ` + "`--go-live 2026-12-01`" + ` is the day that rules about time look at: will the certificate still be valid then? Without the flag it is
   the latest go-live date of the template's customers, else today.
5. ` + "`--tac-form case.md`" + ` (of ` + "`auth check`" + `) writes what TAC asks for: what is known, what is missing, what is still to come. It never holds
   the client secret, and muster never asks for it there.
6. ` + "`muster auth rehearse saml`" + ` and ` + "`muster auth rehearse oidc`" + ` let you sign in once at the real provider and show what Webex would
   receive; see [Rehearsing a sign-in](rehearsal.md). What they find stands at the [end of this page](#rehearsal).
7. Then, with the checklist in hand: one test customer, one new user, one real sign-in. Nothing here replaces it.

## What a finding weighs

| Level | Means | Counts as |
| --- | --- | --- |
| blocker | nobody can sign in, or trust goes to the wrong party | error |
| error | sign-in very probably fails at go-live | error |
| warning | works today and breaks foreseeably, or is outside what Webex documents | warning |
| info | worth knowing, nothing to do | note |
| checklist | no file proves it: somebody confirms it | note |

Exit codes are those of every command: 0 where there are warnings and notes at most, 3 with an error (with ` + "`--strict`" + ` a warning is
one), 2 for a command line that is not understood, 7 for an input that cannot be used at all. ` + "`muster.yaml`" + ` can change the severity of
a check or waive a finding with a reason and a date; see [Settings](settings.md).

## What is claimed, and what is not

Every check says what it rests on:

- *Webex*: Webex or Cisco documents it. Only then muster says that Webex asks for it.
- *a standard*: SAML, OpenID Connect, XML or an RFC says so. Whether Webex insists on it is its own matter.
- *a profile*: a deployment profile or current best practice says so.
- *measured*: it was tried with the software that is named.
- *judgement*: experience says so, and it may be wrong.

Not documented, and therefore never claimed: whether Partner Hub trims or lower-cases the IDP Entity ID; whether Webex refuses a
certificate that has expired at the provider; whether it sends PKCE, how it authenticates as a client, which algorithms it
accepts; the path of the redirect URI; whether names of OpenID providers may hold letters beyond ASCII.

Limits worth knowing:

- Templates are made by hand in Partner Hub, and no API reads them back. muster judges what the workbook says: that Partner Hub
  says the same is for you to see.
- Metadata is judged as it was handed over. The provider may have changed since: fetch it again before go-live.
- A host that answers this computer need not answer Webex, and the other way round. What the network says is true of today.
- A check that finds nothing proves nothing beyond its own line. Permissions of users, second factors, conditional access and
  licences are outside of all of them.
- Of documents larger than the limits nothing is judged: 8 MiB of metadata, 1 MiB of discovery document or key set.

Readers of foreign bytes were fuzzed for ten minutes each, without a failure: metadata FuzzInspect 397,399 executions, names
FuzzCompare 1,747,240, OpenID Connect FuzzDiscovery 1,235,190, FuzzKeySet 1,277,189 and FuzzName 1,340,010.

## How to read the checks

Each has an example. Lines marked ` + "`-`" + ` raise it; ` + "`+`" + ` is what stands there in a neighbour that just does not; ` + "`!`" + ` is what is found, with
its hint where that says more than the fix above. Long inputs are cut short, and the day is 2026-11-21. The examples are those of the
tests (` + "`auth/testdata`, `auth/saml/testdata`, `auth/oidc/testdata`" + `) and written as templates: ` + "`{{idp}}`" + ` and ` + "`{{healthy}}`" + ` stand for a
healthy document, ` + "`{{idp \"logout\" …}}`" + ` for one in which that part is replaced, ` + "`{{cert \"rsa2048\" …}}`" + ` for a certificate and ` + "`{{jwk …}}`" + `
for a key. Lines such as ` + "`entity-id: …`" + ` are what the template or the flags say, or what the network showed. "line 4" counts in the document, and
` + "`templates.csv:2:3`" + ` is row 2, column 3.
`
