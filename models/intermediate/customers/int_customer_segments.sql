with

rfm as (

    select * from {{ ref('fct_customer_rfm') }}

),

managerial as (

    select * from {{ ref('fct_customer_managerial_segments') }}

),

equal_width as (

    select * from {{ ref('fct_customer_equal_width_rfm') }}

),

unioned as (

    select
        customer_id,
        'rfm' as segmentation,
        segment
    from rfm
    union all
    select
        customer_id,
        'value_tier' as segmentation,
        value_tier as segment
    from rfm
    union all
    select
        customer_id,
        'managerial' as segmentation,
        segment
    from managerial
    union all
    select
        customer_id,
        'equal_width' as segmentation,
        segment
    from equal_width

),

keyed as (

    select
        {{ combined_key(['customer_id', 'segmentation']) }} as customer_segmentation_key,
        *

    from unioned

)

select * from keyed
