{#- Days from a date to the day after the as-of date, so that a purchase on the as-of date is 1 day old. -#}
{% macro days_before_as_of(date_column) -%}
    {{ dbt.datediff(date_column, as_of_date(), 'day') }} + 1
{%- endmacro %}
