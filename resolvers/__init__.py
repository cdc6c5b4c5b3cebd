"""What can be done: every use case of the service, on one screen.

Each loads within the viewer's sight, checks the right, lets the domain decide, and stores in one transaction.

| Use case | Where |
|---|---|
| preview and activate a collaboration; a customer's Collaborations tab | `activation` |
| approve, decline, cancel; write an expiry that is due | `answer` |
| remind the approvers; remind them by itself on the days that are due | `reminder` |
| correct a mistyped contact | `correction` |
| activate many at once; import many customers | `bulk`, `intake` |
| find, list and count collaborations; access, actions, terms, evidence, mails | `collaboration` |
| terms that wait for a company's yes; what may become of a service at an end | `terms`, `ending` |
| the log of a stream, and following it live | `event` |
| find, list, create, change, archive and restore customers | `customer` |
| find, list, create and change tasks | `task` |
| companies, their administrators, subscriptions and accepted terms | `company` |
| the catalogue of services and their terms | `service` |
| partners: made, given another token, revoked | `partner` |
| sign-in links, bearer tokens, who holds one | `session`, `token`, `partner_token`, `viewer` |
| tokens of identity providers; who their subjects are here | `issuer_token`, `identity` |
| what makes the facts: offices, advisors, companies, services | `fact` |
| what of a person is shown to whom | `privacy` |
| export and erasure of a person | `person` |
| what is kept for a time only | `retention` |

Behind them: `context` (what each is given), `loaders` (batched reading), `listing` and `streams` (pages and positions), `replay`
(idempotency), `facts` and `tab` (what decides an activation), `mail` (who is written to), `settlement` (what an answer settles),
`timetable` (when the clock asks again).
"""
