with

sentences as (

    {% for kind in ['forecasts', 'errors', 'risks', 'plan', 'shifts'] -%}
    select
        topic,
        subject,
        base_date,
        customers,
        base_customers,
        measure_value,
        base_value,
        lower_value,
        upper_value,
        sentence,
        source_mart,
        source_query
    from {{ ref('int_outlook_' ~ kind) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

bounds as (

    select * from {{ ref('int_as_of_date') }}

),

-- a reason that is told may be a sentence with its full stop, or a part of one
final as (

    select
        sentences.topic,
        bounds.as_of_date,
        sentences.subject,
        sentences.base_date,
        sentences.customers,
        sentences.base_customers,
        sentences.measure_value,
        sentences.base_value,
        sentences.lower_value,
        sentences.upper_value,
        case when sentences.sentence like '%.' then sentences.sentence else sentences.sentence || '.' end as sentence,
        sentences.source_mart,
        sentences.source_query

    from sentences
    cross join bounds

)

select * from final
