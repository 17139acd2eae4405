{#- The mapped columns of a raw row that have no meaning of their own, as one JSON text: equal rows have equal texts. -#}
{% macro other_values(source_name) -%}
    {%- set source = optional_sources()[source_name] -%}
    {%- set pairs = [] -%}
    {%- for column in input_setting(source_name, 'columns') if column not in source.required + source.optional -%}
        {%- do pairs.append(sql_text(column) ~ ', ' ~ input_text(source_name, column)) -%}
    {%- endfor -%}
    cast(json_object({{ pairs | join(', ') }}) as {{ dbt.type_string() }})
{%- endmacro %}
