"""Run by Alembic: migrates on the connection that `persistence.migration` gives, inside its transaction."""

from alembic import context

from persistence import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables.metadata)
context.run_migrations()
