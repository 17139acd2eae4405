{#- A mapped column as a whole number; null when it is none, or has more than nine digits. -#}
{% macro input_whole_number(source_name, column, relation) -%}
    {%- set number = input_number(source_name, column, relation) -%}
    case when {{ number }} = floor({{ number }}) and abs({{ number }}) < 1000000000 then cast({{ number }} as int) end
{%- endmacro %}
