with

ranked as (

    select * from {{ ref('int_revenue_ranked') }}

),

digits as (

    {% for digit in range(10) -%}
    select {{ digit }} as digit
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

percentiles as (

    select cast(10 * tens.digit + ones.digit + 1 as int) as percentile

    from digits as tens
    cross join digits as ones

),

totals as (

    select
        entity,
        count(*) as entities,
        sum(shared_revenue) as shared_revenue

    from ranked
    group by entity

),

-- the part of an entity counts as a whole one: the top 1 % of fifty is one
sized as (

    select
        totals.entity,
        totals.shared_revenue,
        percentiles.percentile,
        cast(ceil(cast(totals.entities * percentiles.percentile as decimal(18, 4)) / 100) as bigint) as entities

    from totals
    cross join percentiles

),

final as (

    select
        {{ combined_key(['sized.entity', 'sized.percentile']) }} as concentration_key,
        sized.entity,
        sized.percentile,
        sized.entities,
        cast(ranked.cumulative_revenue as decimal(18, 4)) as cumulative_net_revenue,
        cast(ranked.cumulative_revenue as double)
        / nullif(cast(sized.shared_revenue as double), 0) as cumulative_revenue_share

    from sized
    inner join ranked
        on
            sized.entity = ranked.entity
            and sized.entities = ranked.revenue_rank

)

select * from final
