{#- The customer id as text. A spreadsheet writes customer 13085 as 13085.0 once one customer is missing. -#}
{% macro input_customer_id(source_name) -%}
    regexp_replace({{ input_text(source_name, 'customer_id') }}, '^([0-9]+)[.]0+$', '\1')
{%- endmacro %}
