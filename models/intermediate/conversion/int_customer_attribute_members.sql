{%- set largest_members = 50 -%}
with

-- a dimension of the mart's own is not mixed up with an attribute of the same name
attributes as (

    select
        customer_attribute_key,
        customer_id,
        case
            when attribute in ('all', 'rfm_segment', 'send_channel') then 'attribute_' || attribute else attribute
        end as dimension,
        text_value,
        number_value,
        is_number

    from {{ ref('int_customer_attributes') }}

),

edges as (

    select
        dimension,
        {{ bin_edges('value', 'number_value', 4) }}

    from attributes
    where is_number
    group by dimension

),

scored as (

    select
        attributes.customer_attribute_key,
        attributes.customer_id,
        attributes.dimension,
        attributes.number_value,
        {{ bin_score('value', 'attributes.number_value', 4) }} as quartile

    from attributes
    inner join edges
        on attributes.dimension = edges.dimension
    where attributes.is_number and attributes.number_value is not null

),

-- whole numbers are shown as such: a band of ages is "2: 35 to 46"
bands as (

    select
        dimension,
        quartile,
        {% for bound, aggregate in [('lowest', 'min'), ('highest', 'max')] -%}
        case
            when min(min(case when number_value = floor(number_value) then 1 else 0 end)) over (partition by dimension) = 1
                then cast(try_cast({{ aggregate }}(number_value) as bigint) as {{ dbt.type_string() }})
            else cast(cast({{ aggregate }}(number_value) as decimal(38, 2)) as {{ dbt.type_string() }})
        end as {{ bound }}_value{{ ',' if not loop.last }}
        {% endfor %}
    from scored
    group by dimension, quartile

),

ranked_texts as (

    select
        dimension,
        text_value,
        row_number() over (partition by dimension order by count(*) desc, text_value asc) as member_rank

    from attributes
    where not is_number and text_value is not null
    group by dimension, text_value

),

final as (

    select
        scored.customer_attribute_key,
        scored.customer_id,
        scored.dimension,
        bands.quartile || ': ' || bands.lowest_value
        || case when bands.highest_value <> bands.lowest_value then ' to ' || bands.highest_value else '' end as member
    from scored
    inner join bands
        on scored.dimension = bands.dimension and scored.quartile = bands.quartile
    union all
    select
        attributes.customer_attribute_key,
        attributes.customer_id,
        attributes.dimension,
        case when ranked_texts.member_rank <= {{ largest_members }} then attributes.text_value else 'other' end as member
    from attributes
    inner join ranked_texts
        on attributes.dimension = ranked_texts.dimension and attributes.text_value = ranked_texts.text_value
    where not attributes.is_number

)

select * from final
