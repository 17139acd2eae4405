with

rates as (

    select
        currency,
        rate_date as published_date,
        exchange_rate,
        lead(rate_date) over (partition by currency order by rate_date) as next_published_date

    from {{ ref('int_exchange_rates_checked') }}
    where row_problem is null

),

ages as (

    {% for age_days in range((var('exchange_rate_max_age_days') | int) + 1) -%}
    select {{ age_days }} as age_days
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

aged as (

    select
        rates.currency,
        cast({{ dbt.dateadd('day', 'ages.age_days', 'rates.published_date') }} as date) as rate_date,
        rates.exchange_rate,
        rates.published_date,
        rates.next_published_date

    from rates
    cross join ages

),

filled as (

    select
        {{ combined_key(['currency', 'rate_date']) }} as exchange_rate_key,
        currency,
        rate_date,
        exchange_rate,
        published_date

    from aged
    where next_published_date is null or rate_date < next_published_date

)

select * from filled
