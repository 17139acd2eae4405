{#- What each headline may be about, the best first. Where none of it is known there is no such headline. -#}
{%- set questions = [
    ('what_happened', ['revenue']),
    ('why', ['cause']),
    ('what_next', ['expected_revenue', 'no_forecast']),
    ('what_to_do', ['budget_plan', 'no_plan', 'valued_at_risk']),
    ('how_sure', ['forecast_error']),
] -%}
with

insights as (

    select * from {{ ref('fct_insights') }}

),

outlook as (

    select * from {{ ref('fct_outlook') }}

),

-- a year before it was the same season: the month before is second best
revenue as (

    select
        *,
        row_number() over (order by case comparison when 'year_before' then 1 else 2 end) as position
    from insights
    where topic = 'net_revenue'

),

-- of the drivers that moved revenue the way it went, the strongest; what unknown customers ordered explains least
causes as (

    select
        insights.*,
        row_number() over (
            order by
                case insights.topic when 'unknown_customer_effect' then 2 else 1 end,
                abs(insights.measure_change) desc,
                insights.topic asc
        ) as position
    from insights
    inner join revenue
        on insights.comparison = revenue.comparison
    where
        revenue.position = 1
        and insights.topic like '%_effect'
        and (insights.measure_change > 0) = (revenue.measure_change > 0)

),

candidates as (

    {% for candidate, measure, source, condition in [
        ("'revenue'", 'measure_value', 'revenue', 'position = 1'),
        ("'cause'", 'measure_change', 'causes', 'position = 1'),
        ('topic', 'measure_value', 'outlook', 'true'),
    ] -%}
    select
        {{ candidate }} as candidate,
        topic,
        sentence,
        {{ measure }} as measure_value,
        source_mart,
        source_query
    from {{ source }}
    where {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

ranked as (

    {% for question, answers in questions -%}
    select
        *,
        {{ loop.index }} as headline_rank,
        '{{ question }}' as question,
        row_number() over (
            order by
                case candidate
                    {% for answer in answers -%}
                    when '{{ answer }}' then {{ loop.index }}
                    {% endfor %}
                end
        ) as position
    from candidates
    where candidate in ('{{ answers | join("', '") }}')
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        headline_rank,
        question,
        topic,
        sentence,
        measure_value,
        source_mart,
        source_query

    from ranked
    where position = 1

)

select * from final
