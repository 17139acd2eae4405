{#-
    A mapped column as a number, decimal(18, 4) unless another type is named; null when it is no number. Thousands separators count only in groups of three,
    so that 1,5 under decimal_separator '.' is no number instead of 15.
-#}
{% macro input_number(source_name, column, relation, type='decimal(18, 4)') -%}
    {%- if input_column(source_name, column) is none -%}
        cast(null as {{ type }})
    {%- elif not input_is_text(source_name, column, relation) -%}
        try_cast({{ input_column(source_name, column) }} as {{ type }})
    {%- else -%}
        {%- set text = input_text(source_name, column) -%}
        {%- set decimal_separator = input_setting(source_name, 'decimal_separator') -%}
        {%- set thousands_separator = ',' if decimal_separator == '.' else '.' -%}
        {%- set grouped = '^[+-]?[0-9]{1,3}([' ~ thousands_separator ~ '][0-9]{3})+([' ~ decimal_separator ~ '][0-9]*)?$' -%}
        {%- set plain = 'replace(' ~ text ~ ", '" ~ thousands_separator ~ "', '')" -%}
        case
            when {{ text }} like '%{{ thousands_separator }}%' and not {{ matches_pattern(text, grouped) }} then null
            else try_cast(replace({{ plain }}, '{{ decimal_separator }}', '.') as {{ type }})
        end
    {%- endif -%}
{%- endmacro %}
