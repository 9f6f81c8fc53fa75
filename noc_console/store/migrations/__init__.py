"""The history of the store's tables, as Alembic revisions; loaded only to migrate."""
