"""The demo world: the people and companies that examples, tests and pages speak of, and generated customers for size."""
