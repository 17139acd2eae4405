with

segments as (

    select * from {{ ref('fct_customer_rfm') }}

),

actions as (

    select * from {{ ref('fct_customer_actions') }}

),

listed as (

    select
        'segment' as audience_kind,
        segment as audience,
        customer_id
    from segments

    union all

    select
        'action' as audience_kind,
        action as audience,
        customer_id
    from actions

),

final as (

    select
        {{ combined_key(['audience_kind', 'customer_id']) }} as audience_customer_key,
        audience_kind,
        audience,
        customer_id

    from listed

)

select * from final
