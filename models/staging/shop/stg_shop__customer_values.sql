with

unpivoted as (

    {{ raw_values('customers', ref('base_shop__customers')) }}

)

select * from unpivoted
