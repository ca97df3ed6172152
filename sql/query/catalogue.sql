-- grain: one column of a table of the published file
-- key: table_name, column_index
-- description: Names, types and comments as they stand in the file itself.
-- inputs: duckdb_tables(), duckdb_columns()
select
    t.table_name,
    t.comment as table_comment,
    c.column_index,
    c.column_name,
    c.data_type,
    c.comment as column_comment
from duckdb_tables() t
join duckdb_columns() c on c.schema_name = t.schema_name and c.table_name = t.table_name and c.database_name = t.database_name
where t.schema_name = 'main' and t.database_name = current_database()
order by t.table_name, c.column_index
