{#- A row of the raw table as it stood in the file: the line itself where it was broken, else its columns as JSON. -#}
{% macro raw_row_as_text(relation) -%}
    {%- set pairs = [] -%}
    {%- for column in (adapter.get_columns_in_relation(relation) if execute else []) if not column.name.startswith('raw_') -%}
        {%- do pairs.append(sql_text(column.name) ~ ', ' ~ adapter.quote(column.name)) -%}
    {%- endfor -%}
    coalesce(raw_broken_line, cast(json_object({{ pairs | join(', ') }}) as {{ dbt.type_string() }}))
{%- endmacro %}
