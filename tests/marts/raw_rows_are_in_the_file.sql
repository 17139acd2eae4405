-- The raw table has as many rows as the reader numbered, without a gap: none was lost between the file and the table.
select
    count(*) as row_count,
    max(raw_row_number) as last_row_number

from {{ ref('base_shop__order_lines') }}
having count(*) is distinct from coalesce(max(raw_row_number), 0)
