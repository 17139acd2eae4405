{#-
    A mapped column as local time in the shop's zone; null when it is no time between 1900 and 2199. A text that names
    its own offset (…Z, …+02:00) is taken at that offset when the var time_zone is set, and as written when it is not.
-#}
{% macro input_timestamp(source_name, column, relation) -%}
    {%- set text = input_text(source_name, column) -%}
    {%- set as_written = input_time_as_written(source_name, column, relation) -%}
    {%- set local -%}
        {%- if not var('time_zone') -%}
            {{ as_written }}
        {%- else -%}
            case
                when {{ matches_pattern(text, '.*[0-9](Z|[+-][0-9]{2}(:?[0-9]{2})?)$') }} and {{ text }} like '%:%'
                    then try_cast({{ text }} as timestamptz) at time zone {{ sql_text(var('time_zone')) }}
                else
                    {{ as_written }} at time zone {{ sql_text(var('source_time_zone')) }}
                    at time zone {{ sql_text(var('time_zone')) }}
            end
        {%- endif -%}
    {%- endset -%}
    case
        when {{ local }} between timestamp '1900-01-01 00:00:00' and timestamp '2199-12-31 23:59:59' then {{ local }}
    end
{%- endmacro %}
