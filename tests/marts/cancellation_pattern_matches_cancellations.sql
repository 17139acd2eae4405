{{ config(severity='warn') }}

-- Cancellations have negative quantities. Where most have not, cancellation_pattern takes sales for cancellations, as
-- "^C" does in a shop whose order numbers all begin with C.
select
    count(*) filter (where quantity > 0) as positive_lines,
    count(*) as return_lines

from {{ ref('fct_order_lines') }}
where transaction_type = 'return'
having count(*) filter (where quantity > 0) > count(*) filter (where quantity < 0)
