{#-
    Whether a raw row repeats the line of column names, as files pasted together do. The other columns are compared only
    where the first one agrees. A typed column holds no names.
-#}
{% macro is_repeated_header(source_name, relation) -%}
    {%- set comparisons = [] -%}
    {%- for column, theirs in input_setting(source_name, 'columns').items() if input_is_text(source_name, column, relation) -%}
        {%- do comparisons.append('trim(' ~ adapter.quote(theirs) ~ ') = ' ~ sql_text(theirs)) -%}
    {%- endfor -%}
    {%- if comparisons | length < input_setting(source_name, 'columns') | length -%}
        false
    {%- else -%}
        case when {{ comparisons[0] }} then coalesce({{ comparisons | join(' and ') }}, false) else false end
    {%- endif -%}
{%- endmacro %}
