"""What is true: the rules, lifecycle and permissions of collaborations, in pure Python without I/O, clock or randomness.

Read in this order: `office`, `customer`, `company`, `task`, `service` (the nouns), `scenario` (facts to scenario and plan),
`collaboration` and `lifecycle` (the table of what may happen), `permissions` (who may do it), `ending` (what becomes of the
service), `approval` (the evidence of a yes), `event` (what is told), `mail` (who is written to) and `errors` (every refusal).
"""
