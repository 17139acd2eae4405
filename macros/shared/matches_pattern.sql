{#- Whether a text contains a match of a regular expression. -#}
{% macro matches_pattern(text, pattern, pattern_is_column=false) -%}
    {{ return(adapter.dispatch('matches_pattern')(text, pattern, pattern_is_column)) }}
{%- endmacro %}

{% macro default__matches_pattern(text, pattern, pattern_is_column) -%}
    regexp_matches({{ text }}, {{ pattern if pattern_is_column else sql_text(pattern) }})
{%- endmacro %}

{% macro spark__matches_pattern(text, pattern, pattern_is_column) -%}
    {{ text }} rlike {{ pattern if pattern_is_column else sql_text(pattern) }}
{%- endmacro %}
