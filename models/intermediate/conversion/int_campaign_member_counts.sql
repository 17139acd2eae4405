{%- set counts = [
    'contacted_customers', 'answering_customers', 'responding_customers', 'eligible_customers', 'purchasing_customers'
] -%}
with

counted as (

    select * from {{ ref('int_campaign_value_counts') }}

),

totals as (

    select * from counted
    where dimension = 'all'

),

dimensions as (

    select distinct dimension from counted

),

-- who has no value is what the members leave of all: no join over all customers and dimensions
unvalued as (

    select
        totals.campaign,
        dimensions.dimension,
        'unknown' as member,
        {% for count in counts -%}
        max(totals.{{ count }}) - coalesce(sum(counted.{{ count }}), 0) as {{ count }},
        {% endfor %}
        max(totals.net_revenue) - coalesce(sum(counted.net_revenue), 0) as net_revenue

    from totals
    cross join dimensions
    left join counted
        on totals.campaign = counted.campaign and dimensions.dimension = counted.dimension
    group by totals.campaign, dimensions.dimension

),

stacked as (

    select * from counted
    union all
    select * from unvalued

),

final as (

    select
        {{ combined_key(['campaign', 'dimension', 'member']) }} as campaign_member_key,
        campaign,
        dimension,
        member,
        {% for count in counts -%}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {% endfor %}
        cast(sum(net_revenue) as decimal(18, 4)) as net_revenue

    from stacked
    group by campaign, dimension, member
    having sum(contacted_customers) <> 0

)

select * from final
