{#-
    A mapped column as the local day in the shop's zone; null when it is no day between 1900 and 2199. A day without a
    time of day, which midnight is taken for, is the same day in every zone.
-#}
{% macro input_date(source_name, column, relation) -%}
    {%- set local = input_timestamp(source_name, column, relation) -%}
    {%- if not var('time_zone') -%}
        cast({{ local }} as date)
    {%- else -%}
        {%- set as_written = input_time_as_written(source_name, column, relation) -%}
        case
            when {{ local }} is null then null
            when {{ as_written }} = {{ dbt.date_trunc('day', as_written) }} then cast({{ as_written }} as date)
            else cast({{ local }} as date)
        end
    {%- endif -%}
{%- endmacro %}
