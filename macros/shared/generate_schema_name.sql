{#- A folder's schema is called what dbt_project.yml says (marts, not main_marts): BI tools read one warehouse. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
