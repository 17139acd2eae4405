{#- Every row meets every expression; one scan for all of them. A failing row names the first one that it breaks. -#}
{% test expressions_are_true(model, expressions) %}

with

checked as (

    select
        case
            {% for expression in expressions -%}
            when not coalesce(({{ expression }}), false) then {{ sql_text(expression) }}
            {% endfor %}
        end as broken_expression,
        *

    from {{ model }}

)

select * from checked
where broken_expression is not null

{% endtest %}
