"""The lookup `among`, such as filter(client__among=ids): as `in` of many values, which are one parameter of the query.

Django looks at each value of an `in` several times; of two hundred that takes longer than the query itself.
"""

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):
    """Numbers or words, as the database keeps them: nothing is converted."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """For SQLite."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*params, json.dumps([*self.rhs]))  # noqa: S608  a column

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """For PostgreSQL, as a list."""
        column, params = self.process_lhs(compiler, connection)
        values = [*self.rhs]
        if values and all(type(value) is int for value in values):  # psycopg writes each with care
            return f"{column} = ANY(%s::bigint[])", (*params, f"{{{','.join(map(str, values))}}}")
        return f"{column} = ANY(%s)", (*params, values)
