{#- A number as people read it: thousands separated by commas, a fixed number of decimals. -#}
{% macro number_as_text(number, decimals=0) -%}
    {{ return(adapter.dispatch('number_as_text')(number, decimals)) }}
{%- endmacro %}

{% macro default__number_as_text(number, decimals) -%}
    format('{:,.{{ decimals }}f}', cast({{ number }} as double))
{%- endmacro %}

{% macro spark__number_as_text(number, decimals) -%}
    format_number(cast({{ number }} as double), {{ decimals }})
{%- endmacro %}
