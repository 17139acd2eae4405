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
        min(number_value) as lowest_value,
        max(number_value) as highest_value,
        max(max(number_value - floor(number_value))) over (partition by dimension) = 0 as is_whole

    from scored
    group by dimension, quartile

),

labelled as (

    select
        dimension,
        quartile,
        {% for bound in ['lowest', 'highest'] -%}
        case
            when is_whole then cast(cast({{ bound }}_value as decimal(38, 0)) as {{ dbt.type_string() }})
            else cast(cast({{ bound }}_value as decimal(38, 2)) as {{ dbt.type_string() }})
        end as {{ bound }}_text,
        {% endfor %}
        lowest_value < highest_value as is_range

    from bands

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
        labelled.quartile || ': ' || labelled.lowest_text
        || case when labelled.is_range then ' to ' || labelled.highest_text else '' end as member
    from scored
    inner join labelled
        on scored.dimension = labelled.dimension and scored.quartile = labelled.quartile
    union all
    select
        attributes.customer_attribute_key,
        attributes.customer_id,
        attributes.dimension,
        case
            when ranked_texts.member_rank <= {{ largest_members }} then attributes.text_value else 'other'
        end as member
    from attributes
    inner join ranked_texts
        on attributes.dimension = ranked_texts.dimension and attributes.text_value = ranked_texts.text_value
    where not attributes.is_number

)

select * from final
