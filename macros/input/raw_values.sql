{#-
    The values of customers as rows: one select for every column of a source that is an attribute or stands in a group,
    under each other. A number is one by itself, whatever the other rows hold.
-#}
{% macro raw_values(source_name, relation) -%}
    {%- for column, (kind, member) in value_columns(source_name).items() %}
    {%- set flag = input_boolean(source_name, column) %}
    select
        raw_row_number,
        '{{ kind }}' as value_kind,
        {{ sql_text(member) }} as member,
        {% if column in optional_sources()[source_name].typed and column.startswith('has_') -%}
        case when {{ flag }} then 'true' when not {{ flag }} then 'false' end as text_value,
        cast(null as decimal(38, 10)) as number_value
        {%- elif kind == 'response' -%}
        {{ input_text(source_name, column) }} as text_value,
        cast(case when {{ flag }} then 1 when not {{ flag }} then 0 end as decimal(38, 10)) as number_value
        {%- else -%}
        {{ input_text(source_name, column) }} as text_value,
        {{ input_number(source_name, column, relation, type='decimal(38, 10)') }} as number_value
        {%- endif %}
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as bigint) as raw_row_number,
        cast(null as {{ dbt.type_string() }}) as value_kind,
        cast(null as {{ dbt.type_string() }}) as member,
        cast(null as {{ dbt.type_string() }}) as text_value,
        cast(null as decimal(38, 10)) as number_value
    where false
    {%- endfor %}
{%- endmacro %}
