{#- Limits DuckDB to CLIENTELE_THREADS threads where that is set; else it takes one for each core. -#}
{% macro limit_threads() -%}
    {%- if env_var('CLIENTELE_THREADS', '') -%}
        set threads = {{ env_var('CLIENTELE_THREADS') | int }}
    {%- endif -%}
{%- endmacro %}
