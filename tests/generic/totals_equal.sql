{#-
    Aggregates over this model equal aggregates over another one, pair by pair: {ours: theirs}. A side without rows
    counts as 0, so that it fails unless the other side is empty too.
-#}
{% test totals_equal(model, to, totals, where='true', to_where='true') %}

with

ours as (

    select
        {% for expression in totals.keys() -%}
        {{ expression }} as total_{{ loop.index }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ model }}
    where {{ where }}

),

theirs as (

    select
        {% for expression in totals.values() -%}
        {{ expression }} as total_{{ loop.index }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ to }}
    where {{ to_where }}

),

compared as (

    {% for ours, theirs in totals.items() -%}
    select
        {{ sql_text(ours ~ ' = ' ~ theirs) }} as total_name,
        coalesce(cast(ours.total_{{ loop.index }} as decimal(38, 4)), 0) as our_total,
        coalesce(cast(theirs.total_{{ loop.index }} as decimal(38, 4)), 0) as their_total
    from ours
    cross join theirs
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from compared
where our_total <> their_total

{% endtest %}
