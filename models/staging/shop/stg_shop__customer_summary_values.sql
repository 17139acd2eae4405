with

unpivoted as (

    {{ raw_values('customer_summaries', ref('base_shop__customer_summaries')) }}

)

select * from unpivoted
