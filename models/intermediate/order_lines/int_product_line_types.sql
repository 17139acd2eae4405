with

products as (

    select distinct product_id
    from {{ ref('stg_shop__order_lines') }}
    where product_id is not null

),

patterns as (

    select * from {{ ref('line_type_patterns') }}

),

matched as (

    select
        products.product_id,
        min(patterns.pattern_number) as pattern_number

    from products
    inner join patterns
        on {{ matches_pattern('products.product_id', 'patterns.pattern', pattern_is_column=true) }}
    group by products.product_id

),

named as (

    select
        matched.product_id,
        patterns.line_type

    from matched
    inner join patterns
        on matched.pattern_number = patterns.pattern_number

)

select * from named
