{#-
    A query for the audience that every customer was in before the as-of date, the last one kept of each kind, and since when.
    Who was in none any more is not in it.
-#}
{% macro audiences_before(history) -%}
    select
        audience_kind,
        customer_id,
        audience,
        as_of_date as entered_date
    from (
        select
            *,
            row_number() over (partition by audience_kind, customer_id order by as_of_date desc) as position
        from {{ history }}
        where
            shop = {{ audience_history_name() }}
            and as_of_date < {{ as_of_date() }}
    ) as changes_before
    where position = 1 and audience is not null
{%- endmacro %}
