"""How the domain's tests draw examples: without a stopwatch, for a slow machine is no fault of the rule."""

from hypothesis import settings

settings.register_profile("domain", deadline=None, database=None, max_examples=200)
settings.load_profile("domain")
