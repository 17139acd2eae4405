{%- set largest_members = 50 -%}
with

texts as (

    select *
    from {{ ref('int_customer_attributes') }}
    where not is_number and text_value is not null

),

ranked_texts as (

    select
        attribute,
        text_value,
        row_number() over (partition by attribute order by count(*) desc, text_value asc) as member_rank

    from texts
    group by attribute, text_value

),

members as (

    select
        customer_attribute_key,
        customer_id,
        attribute,
        member
    from {{ ref('int_customer_attribute_bands') }}
    union all
    select
        texts.customer_attribute_key,
        texts.customer_id,
        texts.attribute,
        case when ranked_texts.member_rank <= {{ largest_members }} then texts.text_value else 'other' end as member
    from texts
    inner join ranked_texts
        on texts.attribute = ranked_texts.attribute and texts.text_value = ranked_texts.text_value

),

-- a dimension of the mart's own is not mixed up with an attribute of the same name
final as (

    select
        customer_attribute_key,
        customer_id,
        case
            when attribute in ('all', 'rfm_segment', 'send_channel') then 'attribute_' || attribute else attribute
        end as dimension,
        member

    from members

)

select * from final
