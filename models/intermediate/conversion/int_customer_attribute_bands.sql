with

numbers as (

    select *
    from {{ ref('int_customer_attributes') }}
    where is_number

),

edges as (

    select
        attribute,
        {{ bin_edges('value', 'number_value', 4) }}

    from numbers
    group by attribute

),

scored as (

    select
        numbers.customer_attribute_key,
        numbers.customer_id,
        numbers.attribute,
        numbers.number_value,
        {{ bin_score('value', 'numbers.number_value', 4) }} as quartile

    from numbers
    inner join edges
        on numbers.attribute = edges.attribute
    where numbers.number_value is not null

),

-- whole numbers are shown as such: a band of ages is "2: 35 to 46"
bands as (

    select
        attribute,
        quartile,
        min(number_value) as lowest_value,
        max(number_value) as highest_value,
        max(max(number_value - floor(number_value))) over (partition by attribute) = 0 as is_whole

    from scored
    group by attribute, quartile

),

labelled as (

    select
        attribute,
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

final as (

    select
        scored.customer_attribute_key,
        scored.customer_id,
        scored.attribute,
        labelled.quartile || ': ' || labelled.lowest_text
        || case when labelled.is_range then ' to ' || labelled.highest_text else '' end as member

    from scored
    inner join labelled
        on scored.attribute = labelled.attribute and scored.quartile = labelled.quartile

)

select * from final
