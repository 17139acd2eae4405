{#-
    A mapped column as local time in the shop's zone; null when it is no time between 1900 and 2199. A text that names
    its own offset (…Z, …+02:00) is taken at that offset when the var time_zone is set, and as written when it is not.
-#}
{% macro input_timestamp(source_name, column, relation) -%}
    {%- set theirs = input_column(source_name, column) -%}
    {%- set text = input_text(source_name, column) -%}
    {%- set formats = [var('order_date_format')] if var('order_date_format') is string else var('order_date_format') -%}
    {%- set naive -%}
        {%- if not input_is_text(source_name, column, relation) -%}
            try_cast({{ theirs }} as timestamp)
        {%- elif formats == ['iso'] -%}
            try_cast({{ text }} as timestamp)
        {%- else -%}
            try_strptime({{ text }}, [{% for format in formats %}{{ sql_text(format) }}{{ ', ' if not loop.last }}{% endfor %}])
        {%- endif -%}
    {%- endset -%}
    {%- set local -%}
        {%- if not var('time_zone') -%}
            {{ naive }}
        {%- else -%}
            case
                when {{ matches_pattern(text, '.*[0-9](Z|[+-][0-9]{2}(:?[0-9]{2})?)$') }} and {{ text }} like '%:%'
                    then try_cast({{ text }} as timestamptz) at time zone {{ sql_text(var('time_zone')) }}
                else
                    {{ naive }} at time zone {{ sql_text(var('source_time_zone')) }} at time zone {{ sql_text(var('time_zone')) }}
            end
        {%- endif -%}
    {%- endset -%}
    case
        when {{ local }} between timestamp '1900-01-01 00:00:00' and timestamp '2199-12-31 23:59:59' then {{ local }}
    end
{%- endmacro %}
