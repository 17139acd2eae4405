{{
    config(
        materialized='table',
        pre_hook=["{{ forget_broken_lines('order_lines') }}", "{{ check_line_ends('order_lines') }}"],
        post_hook=[
            "{{ keep_broken_lines('order_lines', this) }}",
            "{{ check_all_lines_were_read('order_lines', this) }}",
        ],
    )
}}

-- The one place that reads the file. Broken lines are known only once it has been read: a hook adds them.
-- depends_on: {{ source('shop', 'order_lines') }}
select
    row_number() over () as raw_row_number,
    filename as raw_file,
    cast(null as varchar) as raw_broken_line,
    cast(null as varchar) as raw_problem,
    * exclude (filename)
from {{ read_input('order_lines') }}
