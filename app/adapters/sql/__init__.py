"""The record in SQL: SQLite by default, PostgreSQL where there is more than one machine."""
