{{ config(**raw_table_config('order_lines')) }}

-- The one place that reads the file.
-- depends_on: {{ source('shop', 'order_lines') }}
{{ raw_table('order_lines') }}
